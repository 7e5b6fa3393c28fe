import assert from "node:assert/strict";
import {
  unknownCheckingProxy,
  type ReportViolation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { meshwrightPolicies, type MeshwrightPolicyOptions } from "../../policies/index";
import { allRules, frameworksOf, levelOf, type Rule } from "../../analysis";

/** How the Pulumi engine writes a text that is not known before deployment. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Told {
  readonly violations: readonly string[];
  readonly notApplicable?: string;
}

interface Given {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly provider?: Readonly<Record<string, unknown>>;
}

class NotApplicable extends Error {}

/** Shows a policy what Pulumi would show it, behind the proxy that throws at unknown values. */
async function ask(
  name: string,
  resources: readonly Given[],
  config: object = {},
  options?: MeshwrightPolicyOptions,
): Promise<Told> {
  const policy = meshwrightPolicies(options).find((each) => each.name === name);
  assert.ok(policy);
  const violations: string[] = [];
  const report: ReportViolation = (message, urn) => violations.push(`${urn}: ${message}`);
  const notApplicable = (reason?: string): never => {
    throw new NotApplicable(reason);
  };
  const shown = resources.map(({ type, props, provider }, index) => ({
    type,
    urn: `urn${index}`,
    name: `r${index}`,
    props: unknownCheckingProxy(props),
    ...(provider === undefined
      ? {}
      : { provider: { type: "p", urn: "u", name: "n", props: unknownCheckingProxy(provider) } }),
    getConfig: () => config,
    notApplicable,
  }));
  try {
    if ("validateStack" in policy) {
      const args = { resources: shown, getConfig: () => config, notApplicable };
      await (policy as StackValidationPolicy).validateStack(args as unknown as StackValidationArgs, report);
    } else {
      for (const args of shown) {
        const validate = (policy as ResourceValidationPolicy).validateResource;
        assert.ok(typeof validate === "function");
        await validate(args as unknown as ResourceValidationArgs, report);
      }
    }
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
    return { violations, notApplicable: error.message };
  }
  return { violations };
}

const VIRTUAL_SERVICE = "kubernetes:networking.istio.io/v1:VirtualService";
const PEER_AUTHENTICATION = "kubernetes:security.istio.io/v1:PeerAuthentication";

describe("a rule as a policy", () => {
  it("is a resource or a stack policy, as its rule is, with the rule's metadata", () => {
    const policies = meshwrightPolicies();
    for (const rule of allRules) {
      const policy = policies.find(({ name }) => name === rule.id);
      assert.ok(policy, rule.id);
      assert.equal("validateStack" in policy, rule.scope === "stack", rule.id);
      assert.deepEqual(
        [
          policy.displayName,
          policy.description,
          policy.severity,
          policy.enforcementLevel,
          policy.url,
          policy.remediationSteps,
          policy.tags,
          policy.framework,
        ],
        [
          rule.title,
          rule.description,
          rule.severity,
          levelOf(rule, "baseline", {}) === "off" ? "disabled" : levelOf(rule, "baseline", {}),
          rule.docs,
          rule.steps?.map((step, at) => `${at + 1}. ${step}`).join("\n") ?? rule.fix,
          [
            rule.group,
            ...(rule.tags ?? []),
            ...rule.anchors,
            ...frameworksOf(rule)
              .slice(1)
              .map(({ name, reference }) => `${name} ${reference}`),
          ],
          frameworksOf(rule)[0],
        ],
      );
    }
  });

  it("judges what is known beside a value that is not", async () => {
    const props = {
      metadata: { name: "vs", namespace: UNKNOWN_TEXT },
      spec: {
        hosts: [UNKNOWN_TEXT],
        http: [
          {
            route: [
              { destination: { host: "a" }, weight: 1 },
              { destination: { host: "b" }, weight: 1 },
            ],
          },
          {
            route: [
              { destination: { host: "a" }, weight: UNKNOWN_TEXT },
              { destination: { host: "b" }, weight: 1 },
            ],
          },
        ],
      },
    };
    assert.deepEqual(await ask("traffic-weights-sane", [{ type: VIRTUAL_SERVICE, props }]), {
      violations: [
        "urn0: spec.http[0].route: the weights add up to 2 (1 + 1); expected 100. Change the weights so that they add up to 100; a destination without one has weight 0.",
      ],
      notApplicable:
        '1 check waits for values that are known only after deployment: spec.http[1].route[0].weight of VirtualService "vs"',
    });
  });

  it("does not let one unknown object silence the stack", async () => {
    const resources = [
      { type: "kubernetes:core/v1:Secret", props: { metadata: UNKNOWN_TEXT, data: UNKNOWN_TEXT } },
      {
        type: VIRTUAL_SERVICE,
        props: {
          metadata: { name: "vs", namespace: "shop" },
          spec: { http: [{ route: [{ destination: { host: "a", subset: "v1" } }] }] },
        },
      },
    ];
    const { violations } = await ask("traffic-subset-exists", resources);
    assert.equal(violations.length, 1);
    assert.match(violations[0] ?? "", /^urn1: spec\.http\[0\]\.route\[0\]\.destination\.subset: subset "v1"/);
  });

  it("takes the namespace that the provider gives where the object names none", async () => {
    const service = {
      type: "kubernetes:core/v1:Service",
      props: { metadata: { name: "a", namespace: "shop" }, spec: { ports: [{ port: 80 }] } },
    };
    const route = (provider?: Readonly<Record<string, unknown>>): Given => ({
      type: VIRTUAL_SERVICE,
      props: { metadata: { name: "vs" }, spec: { http: [{ route: [{ destination: { host: "a" } }] }] } },
      ...(provider === undefined ? {} : { provider }),
    });
    assert.equal((await ask("traffic-destination-exists", [service, route()])).violations.length, 1);
    assert.deepEqual(await ask("traffic-destination-exists", [service, route({ namespace: "shop" })]), {
      violations: [],
    });
    const unknown = await ask("traffic-destination-exists", [service, route({ namespace: UNKNOWN_TEXT })]);
    assert.deepEqual(unknown.violations, []);
    assert.match(unknown.notApplicable ?? "", /^1 check waits/);
  });

  it("does not ask for a name that the provider makes up", async () => {
    const props = {
      metadata: { namespace: "shop" },
      spec: { hosts: ["a"], http: [{ route: [{ destination: { host: "a" } }] }] },
    };
    assert.deepEqual((await ask("schema-valid", [{ type: VIRTUAL_SERVICE, props }])).violations, []);
  });

  it("leaves other resources alone", async () => {
    for (const type of ["pulumi:pulumi:Stack", "kubernetes:helm.sh/v4:Chart", "aws:s3/bucket:Bucket"]) {
      assert.deepEqual(await ask("schema-valid", [{ type, props: { spec: 5 } }]), { violations: [] });
    }
  });

  it("judges an exception by the day that it is given", async () => {
    const props = {
      metadata: {
        name: "p",
        namespace: "shop",
        annotations: { "except.meshwright.dev/mtls-no-downgrade": "until=2026-11-21; reason=x" },
      },
      spec: { mtls: { mode: "DISABLE" } },
    };
    const on = (day: string): Promise<Told> =>
      ask("mtls-no-downgrade", [{ type: PEER_AUTHENTICATION, props }], {}, { now: () => new Date(day) });
    assert.deepEqual((await on("2026-11-21T23:59:59Z")).violations, []);
    assert.equal((await on("2026-11-22T00:00:00Z")).violations.length, 1);
  });

  it("takes options from its author, and from Pulumi's configuration over them", async () => {
    const gateway = {
      type: "kubernetes:networking.istio.io/v1:Gateway",
      props: {
        metadata: { name: "g", namespace: "edge" },
        spec: { servers: [{ port: { number: 80, protocol: "HTTP" } }] },
      },
    };
    const options: MeshwrightPolicyOptions = { rules: { "gateway-no-plaintext": { allowedPorts: [80] } } };
    assert.equal((await ask("gateway-no-plaintext", [gateway])).violations.length, 1);
    assert.equal((await ask("gateway-no-plaintext", [gateway], {}, options)).violations.length, 0);
    assert.equal(
      (await ask("gateway-no-plaintext", [gateway], { allowedPorts: [] }, options)).violations.length,
      1,
    );
    const policy = meshwrightPolicies(options).find(({ name }) => name === "gateway-no-plaintext");
    assert.deepEqual(policy?.configSchema?.properties.allowedPorts?.default, [80]);
  });
});

describe("meshwrightPolicies", () => {
  const levels = (options: MeshwrightPolicyOptions): Record<string, string | undefined> =>
    Object.fromEntries(
      meshwrightPolicies(options).map(({ name, enforcementLevel }) => [name, enforcementLevel]),
    );

  it("sets levels by pack, for all, and for single rules, the narrower word first", () => {
    assert.equal(levels({})["authz-default-deny"], "advisory");
    assert.equal(levels({ pack: "strict" })["authz-default-deny"], "mandatory");
    const mixed = levels({
      pack: "strict",
      all: "advisory",
      rules: { "schema-valid": "mandatory", "mtls-mesh-strict": "off" },
    });
    assert.deepEqual(
      [mixed["authz-default-deny"], mixed["schema-valid"], mixed["mtls-mesh-strict"]],
      ["advisory", "mandatory", "disabled"],
    );
  });

  it("selects by group, severity, anchor and standard", () => {
    const names = (select: MeshwrightPolicyOptions["select"]): string[] =>
      Object.keys(levels(select === undefined ? {} : { select }));
    const every = (select: MeshwrightPolicyOptions["select"], fits: (rule: Rule) => boolean): void => {
      const expected = allRules.filter(fits).map(({ id }) => id);
      assert.ok(expected.length > 0);
      assert.deepEqual(names(select), [...expected, "hints", "values-known"]);
    };
    every({ groups: ["mtls"] }, ({ group }) => group === "mtls");
    every(
      { groups: ["mtls"], severities: ["critical"] },
      ({ group, severity }) => group === "mtls" && severity === "critical",
    );
    every({ anchors: ["KIA1104", "IST0130"] }, ({ anchors }) =>
      ["KIA1104", "IST0130"].some((anchor) => anchors.includes(anchor)),
    );
    every({ frameworks: ["PCI DSS"] }, (rule) => frameworksOf(rule).some(({ name }) => name === "PCI DSS"));
    assert.ok(names({ frameworks: ["PCI DSS"] }).includes("gateway-tls-minimum"));
  });
});
