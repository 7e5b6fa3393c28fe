import assert from "node:assert/strict";

import { defineMesh } from "../../components/intent";
import type { InputProblem } from "../../components/intent/problem";
import type { AdmissionPoliciesArgs } from "../../components/platform";
import { admissionObjects } from "../../components/platform/admission/objects";
import { admissionProblems } from "../../components/platform/admission/problems";
import { planServiceMesh } from "../../components/platform/service-mesh/plan";
import { complete } from "../support/complete-problem";

const TODAY = "2026-11-21";
const EXCEPTION = { namespace: "legacy", reason: "agents without sidecars", until: "2026-12-31" };

interface Spec {
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly validationActions?: readonly string[];
  readonly matchResources?: {
    readonly namespaceSelector: {
      readonly matchExpressions: readonly { readonly values: readonly string[] }[];
    };
  };
}

const described = (args: AdmissionPoliciesArgs): string[] =>
  complete(admissionProblems(args, TODAY)).map(({ path, id }) => `${path} [${id}]`);

function conditions(
  args: AdmissionPoliciesArgs,
  policy: "mtls" | "authorization" | "capture",
): readonly string[] {
  const { matchConditions = [] } = admissionObjects(args)[policy].policy.spec as Spec;
  return matchConditions.map(({ name }) => name);
}

describe("admission policies", () => {
  it("refuse by default, and warn where they are tried first", () => {
    const actions = (args: AdmissionPoliciesArgs): unknown =>
      (admissionObjects(args).mtls.binding.spec as Spec).validationActions;
    assert.deepEqual(actions({}), ["Deny", "Audit"]);
    assert.deepEqual(actions({ mode: "warn" }), ["Warn", "Audit"]);
  });

  it("leave alone what is excepted, policy by policy, and the pods of the root namespace", () => {
    const left = (args: AdmissionPoliciesArgs) =>
      Object.fromEntries(
        Object.entries(admissionObjects(args)).map(([policy, { binding }]) => [
          policy,
          (binding.spec as Spec).matchResources?.namespaceSelector.matchExpressions[0]?.values ?? [],
        ]),
      );
    assert.deepEqual(left({ namespace: "mesh", exceptions: [{ ...EXCEPTION, policies: ["mtls"] }] }), {
      mtls: ["legacy"],
      authorization: [],
      capture: ["kube-system", "mesh"],
      enrolment: [],
    });
    assert.deepEqual(left({ exceptions: [EXCEPTION] })["enrolment"], ["legacy"]);
  });

  it("know the objects that are agreed and the users that are exempt, and no others", () => {
    assert.deepEqual(conditions({}, "mtls"), []);
    assert.deepEqual(conditions({}, "capture"), ["not-from-a-template"]);
    const args = { agreed: ["shop/old"], exemptUsers: ["ci"] };
    assert.deepEqual(conditions(args, "authorization"), ["not-declared-by-the-mesh", "not-an-exempt-user"]);
    assert.deepEqual(conditions(args, "capture"), ["not-an-exempt-user", "not-from-a-template"]);
  });

  it("are refused with exceptions that say no reason or end, or whose end is over", () => {
    assert.deepEqual(described({ exceptions: [{ ...EXCEPTION, until: TODAY }] }), []);
    assert.deepEqual(
      described({
        agreed: ["old"],
        exceptions: [
          { ...EXCEPTION, until: "2026-11-20" },
          { ...EXCEPTION, reason: "because", until: "soon" },
        ],
      }),
      [
        "exceptions[0].until [platform/exception-ended]",
        "exceptions[1].reason [platform/exception-reason]",
        "exceptions[1].until [platform/exception-end]",
        "agreed[0] [platform/bad-name]",
      ],
    );
  });

  it("of a whole mesh agree to what it declares itself", () => {
    const mesh = defineMesh("m", {
      services: { old: { namespace: "shop", ports: { raw: { number: 81, protocol: "tcp" } } } },
    });
    mesh.mtls({
      for: mesh.services.old,
      mode: "permissive",
      reason: "no sidecar, OPS-17",
      until: "2099-12-31",
    });
    const problems: InputProblem[] = [];
    const { admission } = planServiceMesh(
      { mesh, namespaces: { shop: {} }, admission: { agreed: ["x/y"] } },
      undefined,
      problems,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(admission?.agreed, [
      "istio-system/allow-nothing",
      "istio-system/default",
      "shop/mtls-of-old",
      "x/y",
    ]);
    assert.equal(planServiceMesh({ mesh, namespaces: { shop: {} } }, undefined, []).admission, undefined);
  });
});
