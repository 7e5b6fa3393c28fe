import * as fs from "node:fs";
import * as path from "node:path";
import { dump } from "js-yaml";
import { deployerRole } from "../components/platform";

/** Where the role is kept for those who bind it before the first deployment. */
export const DEPLOYER_ROLE_FILE = path.join(__dirname, "..", "docs", "deployer-role.yaml");

/** The text of that file. */
export function deployerRoleYaml(): string {
  return `# The least that an account needs to deploy a mesh with Meshwright. Bind it to the account of your pipeline:
#   kubectl apply --server-side -f deployer-role.yaml
#   kubectl create clusterrolebinding meshwright-deployer --clusterrole meshwright-deployer --serviceaccount NAMESPACE:NAME
# Written by \`npm run generate\` from components/platform/deployer-role.ts.
${dump(deployerRole(), { lineWidth: -1, quoteStyle: "double" })}`;
}

if (require.main === module) fs.writeFileSync(DEPLOYER_ROLE_FILE, deployerRoleYaml());
