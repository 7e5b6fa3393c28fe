import assert from "node:assert/strict";
import {
  type AuthorizationPolicyManifest,
  compileMesh,
  type EnvoyFilterManifest,
  type NetworkPolicyManifest,
  rateLimitConfiguration,
  type SidecarManifest,
} from "../../../components/compile";
import { type AnyMesh, defineMesh } from "../../../components/intent";
import { limitedMesh } from "../../support/limited-mesh";

const HOST = "ratelimit.rate-limit.svc.cluster.local";

function filters(mesh: AnyMesh): ReadonlyMap<string, EnvoyFilterManifest["spec"]> {
  return new Map(
    compileMesh(mesh).flatMap((each) =>
      each.kind === "EnvoyFilter"
        ? [[`${each.metadata.namespace}/${each.metadata.name}`, each.spec] as const]
        : [],
    ),
  );
}

describe("global rate limits", () => {
  const mesh = limitedMesh();
  const manifests = compileMesh(mesh);
  const found = filters(mesh);

  it("are asked before the router, after the limits that a proxy counts itself", () => {
    assert.deepEqual([...found.keys()].sort(), [
      "istio-system/global-rate-limit-at-edge",
      "shop/global-rate-limit-orders",
      "shop/local-rate-limit-orders",
    ]);
    const local = found.get("shop/local-rate-limit-orders");
    const orders = found.get("shop/global-rate-limit-orders");
    assert.equal(local?.priority, undefined, "patches without a priority come first");
    assert.equal(orders?.priority, 10);
    assert.deepEqual(
      orders.configPatches?.map(({ applyTo, match, patch }) => [
        applyTo,
        match?.context,
        match?.listener?.portNumber ?? match?.routeConfiguration?.portNumber,
        patch?.operation,
      ]),
      [8080, 50051].flatMap((port) => [
        ["HTTP_FILTER", "SIDECAR_INBOUND", port, "INSERT_BEFORE"],
        ["VIRTUAL_HOST", "SIDECAR_INBOUND", port, "MERGE"],
      ]),
    );
    assert.equal(
      orders.configPatches?.[0]?.match?.listener?.filterChain?.filter?.subFilter?.name,
      "envoy.filters.http.router",
    );
  });

  it("ask the mesh's own cluster for the service, so in mutual TLS", () => {
    const patches = found.get("shop/global-rate-limit-orders")?.configPatches;
    assert.deepEqual(patches?.[0]?.patch?.value, {
      name: "envoy.filters.http.ratelimit",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit",
        domain: "shop",
        failure_mode_deny: false,
        timeout: "0.02s",
        rate_limited_as_resource_exhausted: true,
        rate_limit_service: {
          transport_api_version: "V3",
          grpc_service: { envoy_grpc: { cluster_name: `outbound|8081||${HOST}`, authority: HOST } },
        },
      },
    });
  });

  it("can refuse when nobody answers, wait longer, answer otherwise and tell callers what is left", () => {
    const strict = limitedMesh({
      domain: "edge-limits",
      service: "limits",
      namespace: "limits",
      port: 9001,
      timeout: "1s",
      failureMode: "deny",
      status: 503,
      headers: true,
    });
    const value = filters(strict).get("shop/global-rate-limit-orders")?.configPatches?.[0]?.patch?.value;
    const own = "limits.limits.svc.cluster.local";
    assert.deepEqual(value?.["typed_config"], {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit",
      domain: "edge-limits",
      failure_mode_deny: true,
      timeout: "1s",
      rate_limited_as_resource_exhausted: true,
      rate_limited_status: { code: 503 },
      enable_x_ratelimit_headers: "DRAFT_VERSION_03",
      rate_limit_service: {
        transport_api_version: "V3",
        grpc_service: { envoy_grpc: { cluster_name: `outbound|9001||${own}`, authority: own } },
      },
    });
    assert.equal(rateLimitConfiguration(strict).domain, "edge-limits");
  });

  it("of a gateway are for the hosts that are named, by actions of Envoy", () => {
    const edge = found.get("istio-system/global-rate-limit-at-edge");
    assert.deepEqual(edge?.workloadSelector, { labels: { istio: "ingressgateway" } });
    const [filter, ...hosts] = edge.configPatches ?? [];
    assert.equal(filter?.match?.context, "GATEWAY");
    assert.deepEqual(
      hosts.map(({ applyTo, match }) => [applyTo, match?.routeConfiguration]),
      [["VIRTUAL_HOST", { vhost: { domainName: "www.shop.example" } }]],
    );
    const named = (name: string) => ({
      generic_key: { descriptor_key: "limit", descriptor_value: `gateway/edge/${name}` },
    });
    assert.deepEqual(hosts[0]?.patch?.value, {
      rate_limits: [
        { actions: [named("all")] },
        {
          actions: [
            named("login"),
            {
              header_value_match: {
                descriptor_key: "when",
                descriptor_value: "true",
                expect_match: true,
                headers: [
                  { name: ":path", string_match: { safe_regex: { regex: "/login(?:\\?.*)?" } } },
                  { name: ":method", string_match: { safe_regex: { regex: "POST" } } },
                  { name: "x-internal", present_match: true, invert_match: true },
                ],
              },
            },
            {
              query_parameter_value_match: {
                descriptor_key: "when_query",
                descriptor_value: "true",
                expect_match: true,
                query_parameters: [{ name: "retry", string_match: { exact: "1" } }],
              },
            },
            { remote_address: {} },
          ],
        },
        {
          actions: [
            named("per-network"),
            { masked_remote_address: { v4_prefix_mask_len: 24, v6_prefix_mask_len: 64 } },
          ],
        },
        {
          actions: [
            named("per-user"),
            {
              metadata: {
                descriptor_key: "metadata",
                metadata_key: {
                  key: "envoy.filters.http.jwt_authn",
                  path: [{ key: "payload" }, { key: "sub" }],
                },
                source: "DYNAMIC",
              },
            },
          ],
        },
      ],
    });
  });

  it("of two gateways on the same proxies are one filter, which counts once", () => {
    const shared = defineMesh("shop", {
      services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
    });
    for (const name of ["blue", "green"]) {
      const gateway = shared.gateway(name, { hosts: [`${name}.example`] });
      gateway.expose(`${name}.example` as never, shared.services.web);
      shared.rateLimit(gateway, { global: { all: { requests: 1, per: "second" } } });
    }
    const [only, ...others] = filters(shared).values();
    assert.equal(others.length, 0);
    assert.deepEqual(
      only?.configPatches?.map(({ applyTo, match }) => [
        applyTo,
        match?.routeConfiguration?.vhost?.domainName,
      ]),
      [
        ["HTTP_FILTER", undefined],
        ["VIRTUAL_HOST", "blue.example"],
        ["VIRTUAL_HOST", "green.example"],
      ],
    );
  });

  it("keep the rate-limit service in every scope", () => {
    const sidecars = manifests.filter((each): each is SidecarManifest => each.kind === "Sidecar");
    assert.equal(sidecars.length, 3);
    for (const { metadata, spec } of sidecars) {
      assert.ok(spec?.egress?.[0]?.hosts?.includes(`rate-limit/${HOST}`), metadata.name);
    }
  });

  it("let the proxies of what is limited ask, and nobody else", () => {
    const policy = manifests.find(
      (each): each is AuthorizationPolicyManifest =>
        each.kind === "AuthorizationPolicy" && each.metadata.namespace === "rate-limit",
    );
    assert.equal(policy?.metadata.name, "allow-to-ratelimit");
    assert.deepEqual(policy.spec, {
      selector: { matchLabels: { app: "ratelimit" } },
      action: "ALLOW",
      rules: [
        {
          from: [
            {
              source: {
                principals: [
                  "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
                  "cluster.local/ns/shop/sa/orders",
                ],
              },
            },
          ],
          to: [{ operation: { ports: ["8081"] } }],
        },
      ],
    });
    const leaves = (service: string): boolean =>
      JSON.stringify(
        manifests.find(
          (each): each is NetworkPolicyManifest =>
            each.kind === "NetworkPolicy" && each.metadata.name === `calls-of-${service}`,
        )?.spec?.egress,
      ).includes('"kubernetes.io/metadata.name":"rate-limit"');
    assert.deepEqual([leaves("orders"), leaves("web")], [true, false]);
  });

  it("are nothing but intent where there is none: no filter, no permission, no host in a scope", () => {
    const none = defineMesh("shop", {
      services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
      scope: {},
      rateLimitService: { namespace: "limits" },
    });
    assert.equal(JSON.stringify(compileMesh(none)).includes("limits"), false);
  });
});
