import assert from "node:assert/strict";
import { dump } from "js-yaml";

import { compileMesh, type RateLimitConfiguration, rateLimitConfiguration } from "../../components/compile";
import { configurationText, serviceEnvironment } from "../../components/platform/rate-limit-service/objects";
import { rateLimitServiceSettings } from "../../components/platform/rate-limit-service/settings";
import { limitedMesh } from "../support/limited-mesh";
import {
  askRateLimitService,
  type AskedLimit,
  type Answer,
  type FoundLimit,
  type Question,
} from "./rate-limit/ask";

type Fields = Readonly<Record<string, unknown>>;
type Entries = AskedLimit["entries"];

/** What Envoy makes of an action, as its documentation says, for a request that has everything. */
const ENVOY: Readonly<
  Record<string, (settings: Fields) => { readonly key: unknown; readonly value: unknown }>
> = {
  generic_key: (its) => ({ key: its["descriptor_key"] ?? "generic_key", value: its["descriptor_value"] }),
  header_value_match: (its) => ({
    key: its["descriptor_key"] ?? "header_match",
    value: its["descriptor_value"],
  }),
  query_parameter_value_match: (its) => ({
    key: its["descriptor_key"] ?? "query_match",
    value: its["descriptor_value"],
  }),
  request_headers: (its) => ({ key: its["descriptor_key"], value: `value of ${String(its["header_name"])}` }),
  query_parameters: (its) => ({
    key: its["descriptor_key"],
    value: `value of ${String(its["query_parameter_name"])}`,
  }),
  remote_address: () => ({ key: "remote_address", value: "203.0.113.7" }),
  masked_remote_address: () => ({ key: "masked_remote_address", value: "203.0.113.0/24" }),
  metadata: (its) => ({ key: its["descriptor_key"], value: "alice" }),
  destination_cluster: () => ({
    key: "destination_cluster",
    value: "outbound|80||web.shop.svc.cluster.local",
  }),
};

/** What proxies send, by the limit that the first entry names; from the EnvoyFilters alone. */
function sent(mesh: ReturnType<typeof limitedMesh>): ReadonlyMap<string, AskedLimit> {
  const found = new Map<string, AskedLimit>();
  for (const manifest of compileMesh(mesh)) {
    if (manifest.kind !== "EnvoyFilter") continue;
    const values = (manifest.spec?.configPatches ?? []).map(({ patch }) => patch?.value as Fields);
    const filter = values.find((value) => value["name"] === "envoy.filters.http.ratelimit");
    const domain = (filter?.["typed_config"] as Fields | undefined)?.["domain"];
    for (const value of values) {
      for (const { actions } of (value["rate_limits"] ?? []) as { readonly actions: readonly Fields[] }[]) {
        const entries = actions.map((action) => {
          const [kind = "", settings] = Object.entries(action)[0] ?? [];
          const made = ENVOY[kind]?.(settings as Fields);
          assert.ok(made, `an action that Envoy does not have: ${kind}`);
          return { key: String(made.key), value: String(made.value) };
        });
        found.set(entries[0]?.value ?? "", { domain: String(domain), entries });
      }
    }
  }
  return found;
}

/** What the EnvoyFilters put into Envoy's configuration, as the messages that Envoy reads there. */
function messages(mesh: ReturnType<typeof limitedMesh>): NonNullable<Question["messages"]> {
  return compileMesh(mesh).flatMap((manifest) => {
    if (manifest.kind !== "EnvoyFilter") return [];
    return (manifest.spec?.configPatches ?? []).map(({ applyTo, patch }) => {
      const value = patch?.value as Fields;
      // A virtual host is completed by what istiod has: it needs a name and domains.
      if (applyTo === "VIRTUAL_HOST") {
        return {
          type: "envoy.config.route.v3.VirtualHost",
          value: { ...value, name: "any", domains: ["any"] },
        };
      }
      const { "@type": type, ...settings } = value["typed_config"] as Fields;
      return { type: String(type).replace(/^.*\//, ""), value: settings };
    });
  });
}

/** The same with another value of the last descriptor. */
function ending(asked: AskedLimit | undefined, value: string): AskedLimit {
  assert.ok(asked);
  const entries: Entries = [...asked.entries.slice(0, -1), { ...asked.entries.at(-1)!, value }];
  return { ...asked, entries };
}

const counted = (requests: number, unit: string): FoundLimit => ({
  requests,
  unit,
  unlimited: false,
  shadow: false,
});

describe("the rate-limit service, with what a mesh compiles to", function () {
  this.timeout(300_000);
  const mesh = limitedMesh();
  const settings = rateLimitServiceSettings({ mesh });
  const limits = sent(mesh);
  let answers: readonly Answer[];

  const orders = limits.get("service/orders/per-tenant");
  const written = [
    ...messages(mesh),
    ...messages(limitedMesh({ status: 503, headers: true, timeout: "1s" })),
  ];
  const broken = (change: (configuration: RateLimitConfiguration) => RateLimitConfiguration): Question => ({
    configuration: dump(change(rateLimitConfiguration(mesh))),
  });
  const questions: readonly Question[] = [
    {
      configuration: configurationText(settings),
      asked: [
        ...limits.values(),
        ending(orders, "partner"),
        ending(orders, "monitoring"),
        ending(orders, "banned"),
        // One entry fewer than the limit has: what Envoy sends when nothing is missing is never so.
        {
          ...limits.get("gateway/edge/login")!,
          entries: limits.get("gateway/edge/login")!.entries.slice(0, -1),
        },
      ],
      environment: serviceEnvironment(settings),
      messages: [...written, { type: "envoy.config.route.v3.VirtualHost", value: { rate_limits: [{}] } }],
    },
    broken((configuration) => ({ ...configuration, domain: "" })),
    broken((configuration) => ({
      ...configuration,
      descriptors: [...configuration.descriptors, ...configuration.descriptors],
    })),
  ];

  before("ask", function () {
    const found = askRateLimitService(questions);
    if (typeof found === "string") {
      console.log(`      skipped: ${found}`);
      this.skip();
    }
    answers = found;
  });

  it("takes the file, and finds by what proxies send exactly the limit that was declared", () => {
    assert.equal(answers[0]?.error, undefined);
    const found = answers[0]?.limits ?? [];
    assert.deepEqual(Object.fromEntries([...limits.keys()].map((name, index) => [name, found[index]])), {
      "gateway/edge/all": counted(10_000, "SECOND"),
      "gateway/edge/login": counted(5, "MINUTE"),
      "gateway/edge/per-network": counted(1_000, "HOUR"),
      "gateway/edge/per-user": { ...counted(100, "DAY"), shadow: true },
      "service/orders/per-tenant": counted(60, "MINUTE"),
      "service/orders/tagged": counted(7, "WEEK"),
    });
    assert.deepEqual(found.slice(limits.size), [
      counted(6_000, "MINUTE"),
      { requests: 0, unit: "UNKNOWN", unlimited: true, shadow: false },
      counted(0, "YEAR"),
      null,
    ]);
  });

  it("reads every variable that its pod is given", () => {
    const read = answers[0]?.settings ?? {};
    for (const [name, value] of Object.entries(serviceEnvironment(settings))) {
      assert.equal(String(read[name]), value, name);
    }
  });

  it("is asked by filters and actions that are messages of Envoy, and one that is not is seen", () => {
    const judged = answers[0]?.messages ?? [];
    assert.ok(written.length > 8);
    assert.deepEqual(
      judged.slice(0, -1).map((wrong, index) => [written[index]?.type, wrong]),
      written.map(({ type }) => [type, ""]),
    );
    assert.match(judged.at(-1) ?? "", /invalid VirtualHost/);
  });

  it("is the judge: a file without a domain, or with a limit twice, is refused", () => {
    assert.match(answers[1]?.error ?? "", /empty domain/);
    assert.match(answers[2]?.error ?? "", /duplicate descriptor composite key/);
  });
});
