import { MeshError } from "../../../components/intent/problem";

/** Where the tests run. */
export type Target =
  /** In a cluster that they start and stop themselves. */
  | { readonly in: "own" }
  /** In a cluster of the user's, allowed by its name. */
  | { readonly in: "kubeconfig"; readonly allowed: string }
  /** Nowhere. */
  | { readonly in: "nowhere"; readonly reason: string };

const VARIABLE = "MESHWRIGHT_CLUSTER";
const KUBECONFIG = "kubeconfig:";

/**
 * Reads `MESHWRIGHT_CLUSTER`: nothing for a cluster of the tests' own, `skip`, or `kubeconfig:NAME`, which is what
 * `npm run test:cluster -- --allow-cluster NAME` sets.
 *
 * @throws MeshError `cluster/bad-setting` for anything else
 */
export function target(env: NodeJS.ProcessEnv = process.env): Target {
  const setting = env[VARIABLE] ?? "";
  if (setting === "") return { in: "own" };
  if (setting === "skip")
    return { in: "nowhere", reason: `${VARIABLE}=skip leaves out what needs a cluster` };
  const allowed = setting.startsWith(KUBECONFIG) ? setting.slice(KUBECONFIG.length) : "";
  if (allowed !== "") return { in: "kubeconfig", allowed };
  throw new MeshError("the cluster test", [
    {
      id: "cluster/bad-setting",
      path: VARIABLE,
      message: "says something that is not known",
      got: JSON.stringify(setting),
      expected: `nothing, "skip" or "${KUBECONFIG}NAME"`,
      fix: `unset ${VARIABLE} to have a cluster started`,
    },
  ]);
}
