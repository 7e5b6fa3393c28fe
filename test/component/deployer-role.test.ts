import assert from "node:assert/strict";
import * as fs from "node:fs";
import { deployerRole } from "../../components/platform";
import { DEPLOYER_ROLE_FILE, deployerRoleYaml } from "../../scripts/deployer-role";

describe("the role of whoever deploys", () => {
  const rules = deployerRole().rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];

  it("is what docs/deployer-role.yaml says", () => {
    assert.equal(fs.readFileSync(DEPLOYER_ROLE_FILE, "utf8"), deployerRoleYaml());
  });

  it("holds no verb by which its owner could give itself more", () => {
    const verbs = new Set(rules.flatMap((rule) => rule.verbs));
    for (const verb of ["escalate", "bind", "impersonate"]) assert.ok(!verbs.has(verb), verb);
  });

  it("holds a wildcard only where istiod itself is given one", () => {
    const wild = rules.filter(({ apiGroups, resources, verbs }) =>
      [apiGroups, resources, verbs].flat().includes("*"),
    );
    const groups = new Set(wild.flatMap(({ apiGroups }) => apiGroups));
    assert.ok(
      !groups.has("*") && !groups.has("") && !groups.has("rbac.authorization.k8s.io"),
      [...groups].join(),
    );
  });

  it("names every resource once", () => {
    const named = rules.flatMap(({ apiGroups, resources }) =>
      resources.map((resource) => `${apiGroups[0]}/${resource}`),
    );
    assert.deepEqual(named, [...new Set(named)]);
  });
});
