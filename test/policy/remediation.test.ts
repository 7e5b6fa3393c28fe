import assert from "node:assert/strict";
import { unknownCheckingProxy, type ResourceValidationArgs } from "@pulumi/policy";
import { mtlsNoDowngrade, type Rule } from "../../analysis";
import { rulePolicy, type PolicyContext } from "../../policies/rule-policy";

/** How the Pulumi engine writes a text that is not known before deployment. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A rule of ours whose reports tell how to mend them. */
const rule: Rule = {
  ...mtlsNoDowngrade,
  remediable: true,
  *check(model, options) {
    for (const verdict of mtlsNoDowngrade.check(model, options)) {
      yield "waiting" in verdict ? verdict : { ...verdict, edits: [{ path: verdict.path, value: "STRICT" }] };
    }
  },
};
const context: PolicyContext = {
  levels: { [rule.id]: "mandatory" },
  options: {},
  remediating: new Set([rule.id]),
  exceptions: [],
  meshConfig: undefined,
  now: () => new Date("2026-11-21T12:00:00Z"),
};
const policy = rulePolicy(rule, context);

const argsOf = (props: Record<string, unknown>, config: object = {}): ResourceValidationArgs => {
  const args = {
    type: "kubernetes:security.istio.io/v1:PeerAuthentication",
    urn: "urn",
    name: "legacy",
    props,
    getConfig: () => config,
    notApplicable: () => undefined,
  };
  return args as unknown as ResourceValidationArgs;
};

const remediate = (args: ResourceValidationArgs): unknown => {
  assert.ok("remediateResource" in policy && policy.remediateResource !== undefined);
  return policy.remediateResource(args);
};

const violations = (props: Record<string, unknown>): string[] => {
  assert.ok("validateResource" in policy && typeof policy.validateResource === "function");
  const found: string[] = [];
  void policy.validateResource(argsOf(props), (message) => found.push(message));
  return found;
};

describe("a rule that remediates", () => {
  const SPEC = { mtls: { mode: "DISABLE" }, portLevelMtls: { "8080": { mode: "PERMISSIVE" } } };
  const props = { metadata: { name: "legacy", namespace: "shop" }, spec: SPEC };

  it("has the level remediate, and mends every place so that it passes", () => {
    assert.equal(policy.enforcementLevel, "remediate");
    assert.equal(violations(props).length, 2);
    const mended = remediate(argsOf(unknownCheckingProxy(props)));
    assert.deepEqual(mended, {
      ...props,
      spec: { mtls: { mode: "STRICT" }, portLevelMtls: { "8080": { mode: "STRICT" } } },
    });
    assert.deepEqual(violations(mended as Record<string, unknown>), []);
    assert.equal(SPEC.mtls.mode, "DISABLE");
  });

  it("hands on what it does not mend: values that are not known, even beside the place", () => {
    const spec = { ...SPEC, selector: { matchLabels: UNKNOWN_TEXT } };
    const mended = remediate(
      argsOf(unknownCheckingProxy({ ...props, metadata: UNKNOWN_TEXT, status: UNKNOWN_TEXT, spec })),
    );
    assert.deepEqual(mended, {
      metadata: UNKNOWN_TEXT,
      status: UNKNOWN_TEXT,
      spec: {
        mtls: { mode: "STRICT" },
        portLevelMtls: { "8080": { mode: "STRICT" } },
        selector: { matchLabels: UNKNOWN_TEXT },
      },
    });
  });

  it("takes what an earlier remediation left, where values that are not known have lost their guard", () => {
    const mended = remediate(argsOf({ ...props, spec: { ...SPEC, mtls: { mode: UNKNOWN_TEXT } } }));
    assert.deepEqual((mended as typeof props).spec.mtls, { mode: UNKNOWN_TEXT });
  });

  it("leaves alone what passes, what is excepted, and other resources", () => {
    assert.equal(remediate(argsOf({ ...props, spec: { mtls: { mode: "STRICT" } } })), undefined);
    const exceptions = [{ name: "legacy", reason: "OPS-7", until: "2027-01-31" }];
    assert.equal(remediate(argsOf(props, { exceptions })), undefined);
    assert.equal(remediate({ ...argsOf(props), type: "kubernetes:core/v1:Service" }), undefined);
  });
});
