import assert from "node:assert/strict";
import { compileMesh } from "../../components/compile";
import { defineMesh } from "../../components/intent";
import { DEFAULT_BUCKETS } from "../../components/intent/slo";
import { limitedMesh } from "../support/limited-mesh";
import { Envoy, validate } from "./support/envoy";
import { findEnvoy } from "./support/envoy-program";
import { istioStatsSettings } from "./support/istio-bootstrap";
import { METRICS } from "./support/metrics";

describe("a real Envoy", function () {
  this.timeout(180_000);
  let program = "";

  before(async function () {
    const found = await findEnvoy();
    if (found.program === undefined) {
      console.log(`skipped: ${found.missing}`);
      return this.skip();
    }
    program = found.program;
  });

  describe("with the statistics that Istio asks of its proxies", () => {
    let envoy: Envoy | undefined;
    let text = "";

    /** Series by name, with their labels. */
    const series = (): Map<string, Record<string, string>[]> => {
      const all = new Map<string, Record<string, string>[]>();
      for (const line of text.split("\n")) {
        const [, name, labels = ""] = /^(\w+)\{([^}]*)\} /.exec(line) ?? [];
        if (name === undefined) continue;
        const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
          key,
          value,
        ]);
        all.set(name, [...(all.get(name) ?? []), Object.fromEntries(pairs) as Record<string, string>]);
      }
      return all;
    };

    before(async function () {
      const settings = istioStatsSettings();
      if (settings === undefined) {
        console.log("skipped: Istio's module is not here (.ci/run downloads it)");
        return this.skip();
      }
      assert.ok(settings.stats_tags.length > 10 && settings.stats_matcher.inclusion_list.patterns.length > 5);
      const mesh = defineMesh("shop", {
        services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
      });
      const { podAnnotations } = mesh.slo(mesh.services.web, {
        latency: { p: 0.99, under: "300ms", buckets: "annotated" },
      });
      const annotation = podAnnotations["sidecar.istio.io/statsHistogramBuckets"] ?? "{}";
      const [own = []] = Object.values(JSON.parse(annotation) as Record<string, number[]>);
      // The histograms of Istio's own extension are not in Envoy's release: one of Envoy's stands for them.
      const buckets = [{ match: { prefix: "cluster.xds-grpc;.upstream_cx_connect_ms" }, buckets: own }];
      envoy = await Envoy.start(program, settings, buckets);
      text = await envoy.metrics();
    });

    after(() => envoy?.stop());

    it("emits every metric of Envoy that docs/metrics.json names, with the labels that it names", () => {
      const there = series();
      const named = METRICS.metrics.filter(({ component }) => component === "envoy");
      assert.ok(named.length > 30);
      for (const { name, labels } of named) {
        const [first] = there.get(name) ?? [];
        assert.ok(first !== undefined, `${name} is not emitted`);
        assert.deepEqual(Object.keys(first).sort(), [...labels].sort(), name);
      }
      assert.deepEqual(there.get("envoy_cluster_upstream_cx_total"), [{ cluster_name: "xds-grpc" }]);
    });

    it("counts the configuration that it rejects under the name by which dashboards ask", () => {
      assert.match(text, /^envoy_listener_manager_lds_update_rejected\{\} 1$/m);
      assert.match(text, /^envoy_cluster_manager_cds_update_rejected\{\} 0$/m);
    });

    it("has the boundaries that objectives count on, and a further one where a workload's annotation asks for it", () => {
      const boundaries = (histogram: string): number[] =>
        (series().get(`${histogram}_bucket`) ?? [])
          .flatMap(({ le }) => (le === undefined || le === "+Inf" ? [] : [Number(le)]))
          .sort((a, b) => a - b);
      assert.deepEqual(boundaries("envoy_cluster_upstream_cx_length_ms"), DEFAULT_BUCKETS);
      assert.deepEqual(
        boundaries("envoy_cluster_upstream_cx_connect_ms"),
        [...DEFAULT_BUCKETS, 300].sort((a, b) => a - b),
      );
    });
  });

  describe("as the judge of what limits compile to", () => {
    interface Filter {
      readonly name: string;
      readonly typed_config: Readonly<Record<string, unknown>>;
    }

    /** A listener with the filters before the router, and a route with what is merged into it. */
    const bootstrap = (filters: readonly Filter[], virtualHosts: readonly object[]): object => {
      const type = (name: string) => `type.googleapis.com/envoy.${name}`;
      const router = {
        name: "envoy.filters.http.router",
        typed_config: { "@type": type("extensions.filters.http.router.v3.Router") },
      };
      const manager = {
        "@type": type("extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"),
        stat_prefix: "in",
        http_filters: [...filters, router],
        route_config: {
          name: "in",
          virtual_hosts: (virtualHosts.length === 0 ? [{}] : virtualHosts).map((host, index) => ({
            name: `host-${index}`,
            domains: [`host-${index}.example`],
            routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }],
            ...host,
          })),
        },
      };
      const clusters = filters.flatMap(({ typed_config }) => {
        const text = JSON.stringify(typed_config);
        return [...text.matchAll(/"cluster_name":"([^"]+)"/g)].map(([, name]) => name);
      });
      return {
        node: { id: "test", cluster: "test" },
        static_resources: {
          clusters: [...new Set(clusters)].map((name) => ({ name, type: "STATIC" })),
          listeners: [
            {
              name: "in",
              address: { socket_address: { address: "127.0.0.1", port_value: 15006 } },
              filter_chains: [
                {
                  filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }],
                },
              ],
            },
          ],
        },
      };
    };

    const patches = () =>
      compileMesh(limitedMesh()).flatMap((manifest) =>
        manifest.kind === "EnvoyFilter"
          ? (manifest.spec?.configPatches ?? []).map((patch) => ({ ...patch, from: manifest.metadata.name }))
          : [],
      );

    it("takes every filter and every list of limits that the mesh writes", () => {
      const all = patches();
      const kinds = new Set(all.map(({ applyTo }) => applyTo));
      assert.deepEqual([...kinds].sort(), ["HTTP_FILTER", "VIRTUAL_HOST"]);
      const values = (applyTo: string) =>
        all.filter((each) => each.applyTo === applyTo).map(({ patch }) => patch?.value as object);
      const { fine, text } = validate(
        program,
        bootstrap(values("HTTP_FILTER") as unknown as Filter[], values("VIRTUAL_HOST")),
      );
      assert.ok(fine, text);
    });

    it("refuses a field that Envoy does not have, and a bucket that is filled too often", () => {
      const [filter] = patches().flatMap(({ patch }) => {
        const value = patch?.value as unknown as Filter;
        return value.name === "envoy.filters.http.local_ratelimit" ? [value] : [];
      });
      assert.ok(filter);
      const changed = (change: object): Filter => ({
        ...filter,
        typed_config: { ...filter.typed_config, ...change },
      });
      const misspelt = validate(program, bootstrap([changed({ token_buckets: {} })], []));
      assert.match(misspelt.text, /token_buckets/);
      assert.equal(misspelt.fine, false, misspelt.text);
      const hasty = { max_tokens: 1, fill_interval: "0.01s" };
      assert.match(
        validate(program, bootstrap([changed({ token_bucket: hasty })], [])).text,
        /fill timer must be >= 50ms/,
      );
    });
  });
});
