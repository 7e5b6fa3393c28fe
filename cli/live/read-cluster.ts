import { UNKNOWN, type KubernetesObject, type Located } from "../../analysis";
import { MeshError } from "../../components/intent/problem";
import type { CommandContext } from "../commands/context";
import { kubectl, type ClusterChoice } from "./kubectl";

export type { ClusterChoice } from "./kubectl";

/** API groups of which every kind says something of the mesh. */
const MESH_GROUPS = /\.istio\.io$|^gateway\.networking\.k8s\.io$|^multicluster\.x-k8s\.io$/;

/** Beside them, what rules read: `plural.group`, as kubectl names resources. */
const RESOURCES: ReadonlySet<string> = new Set([
  "namespaces",
  "services",
  "serviceaccounts",
  "pods",
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "jobs.batch",
  "cronjobs.batch",
  "poddisruptionbudgets.policy",
  "horizontalpodautoscalers.autoscaling",
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
]);

/** The ConfigMaps that Istio itself reads; those of applications are nobody's business here. */
const ISTIO_CONFIG_MAP = /^istio(-|$)/;

/**
 * What a cluster holds of a mesh, through kubectl and the user's kubeconfig. Only `api-resources` and `get` are asked.
 * Objects that a controller made of others (ReplicaSets' pods, for example) are left out: the template stands for them.
 * Of Secrets only names, types and keys are read, so that rules can tell whether one is there.
 *
 * @throws MeshError where kubectl is missing or the cluster does not answer
 */
export async function readCluster(
  which: ClusterChoice,
  { io, terminal }: CommandContext,
): Promise<readonly Located[]> {
  const run = (command: "api-resources" | "get", args: readonly string[]): Promise<string> =>
    kubectl(command, args, which, { cwd: io.cwd, env: { ...io.env } });
  terminal.progress("Reading the cluster");
  const served = (await run("api-resources", ["--verbs=list", "--output=name", "--cached=false"]))
    .split("\n")
    .map((line) => line.trim());
  const wanted = served.filter(isWanted);
  const objects: unknown[] = [];
  const refused: string[] = [];
  /** One kind that may not be read does not keep the others from being checked, but it is said. */
  const collect = async (what: string, read: () => Promise<readonly unknown[]>): Promise<void> => {
    try {
      objects.push(...(await read()));
    } catch (error) {
      if (!(error instanceof MeshError) || !isForbidden(error)) throw error;
      refused.push(what);
    }
  };
  for (const resource of wanted) {
    await collect(resource, async () =>
      itemsOf(await run("get", [resource, "--all-namespaces", "--output=json"])).filter(isOriginal),
    );
  }
  await collect("configmaps", async () =>
    itemsOf(await run("get", ["configmaps", "--all-namespaces", "--output=json"])).filter(isIstioConfigMap),
  );
  await collect("secrets", async () =>
    secretsOf(await run("get", ["secrets", "--all-namespaces", `--output=go-template=${SECRETS}`])),
  );
  if (refused.length > 0) {
    terminal.warning(
      `you may not list ${refused.join(", ")}: what they hold is not checked, and what refers to it may be reported as missing`,
    );
  }
  return objects.map((object) => ({ object: object as KubernetesObject }));
}

function isWanted(resource: string): boolean {
  const dot = resource.indexOf(".");
  return RESOURCES.has(resource) || (dot !== -1 && MESH_GROUPS.test(resource.slice(dot + 1)));
}

function isForbidden(error: MeshError): boolean {
  return error.problems.some(({ got }) => got?.includes("(Forbidden)") === true);
}

type Fields = Readonly<Record<string, unknown>>;

function itemsOf(text: string): readonly Fields[] {
  const list = JSON.parse(text) as { readonly items?: readonly Fields[] };
  return list.items ?? [];
}

/** Not made by a controller from another object that is read, too. */
function isOriginal({ metadata }: Fields): boolean {
  const owners = (metadata as Fields | undefined)?.["ownerReferences"];
  return !Array.isArray(owners) || !owners.some((owner: Fields | null) => owner?.["controller"] === true);
}

function isIstioConfigMap({ metadata }: Fields): boolean {
  const name = (metadata as Fields | undefined)?.["name"];
  return typeof name === "string" && ISTIO_CONFIG_MAP.test(name);
}

/** One line per Secret: namespace, name, type and keys. The values stay with kubectl. */
const SECRETS =
  '{{range .items}}{{.metadata.namespace}}{{"\\t"}}{{.metadata.name}}{{"\\t"}}{{.type}}{{range $key, $value := .data}}{{"\\t"}}{{$key}}{{end}}{{"\\n"}}{{end}}';

function secretsOf(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [namespace, name, type, ...keys] = line.split("\t");
      return {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { namespace, name },
        type,
        data: Object.fromEntries(keys.map((key) => [key, UNKNOWN])),
      };
    });
}
