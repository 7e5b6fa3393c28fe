import { UNKNOWN } from "../kubernetes-object";
import { known, type Value } from "../reader";
import type { MeshObject } from "./mesh-object";
import { push, type Workload } from "./workloads";

/** How a namespace or a pod is in the mesh. `unset` means that it says nothing of its own. */
export type Enrolment = "sidecar" | "ambient" | "out" | "unset" | "unknown";

/** The namespaces of the set, and who of them is in the mesh. */
export class NamespaceIndex {
  readonly #byName = new Map<string, MeshObject[]>();
  #names?: readonly string[];
  readonly #enrolments = new Map<string, Enrolment>();
  // Most rules ask it of most workloads.
  readonly #ownEnrolments = new Map<Workload, Enrolment>();

  /** @param injectedByDefault the injector takes namespaces without a label too */
  constructor(
    objects: readonly MeshObject[],
    private readonly injectedByDefault = false,
  ) {
    for (const object of objects) if (object.name !== UNKNOWN) push(this.#byName, object.name, object);
  }

  /** The object that declares a namespace; patches of it come after it. */
  get(name: string): MeshObject | undefined {
    return this.#byName.get(name)?.[0];
  }

  names(): readonly string[] {
    return (this.#names ??= [...this.#byName.keys()]);
  }

  /** What the labels of all objects for this namespace say together; one that enrols it wins. */
  enrolment(name: string): Enrolment {
    const there = this.#enrolments.get(name);
    if (there !== undefined) return there;
    const enrolment = this.#readEnrolment(name);
    this.#enrolments.set(name, enrolment);
    return enrolment;
  }

  #readEnrolment(name: string): Enrolment {
    const said = (this.#byName.get(name) ?? []).map((object) => enrolmentOf(object.labels));
    for (const answer of ["sidecar", "ambient", "out", "unknown"] as const)
      if (said.includes(answer)) return answer;
    return this.injectedByDefault && said.length > 0 ? "sidecar" : "unset";
  }

  /** Whether a workload will be part of the mesh: its own labels speak first, then its namespace's. */
  enrolmentOfWorkload(workload: Workload): Enrolment {
    const own = this.ownEnrolment(workload);
    if (own !== "unset") return own;
    return workload.namespace === UNKNOWN ? "unknown" : this.enrolment(workload.namespace);
  }

  /** What a workload says of itself, whatever its namespace says. */
  ownEnrolment(workload: Workload): Enrolment {
    const there = this.#ownEnrolments.get(workload);
    if (there !== undefined) return there;
    const enrolment = readOwnEnrolment(workload);
    this.#ownEnrolments.set(workload, enrolment);
    return enrolment;
  }
}

function readOwnEnrolment(workload: Workload): Enrolment {
  if (!workload.isPod) return "sidecar";
  const { template } = workload;
  const metadata = template.get("metadata");
  // What was injected by hand or is shown as it runs is in the mesh whatever the labels say.
  if (hasProxy(template) || workload.role !== undefined) return "sidecar";
  if (metadata.get("annotations").get("ambient.istio.io/redirection").text() === "enabled") return "ambient";
  const own = enrolmentOf(metadata.get("labels"));
  if (own !== "unset") return own;
  // The annotation is the older spelling of the label, and still read.
  const annotation = known(metadata.get("annotations").get("sidecar.istio.io/inject").text());
  if (annotation === "false") return "out";
  if (annotation === "true") return "sidecar";
  // A pod on the host's network is never injected: its traffic cannot be captured.
  if (template.get("spec").get("hostNetwork").boolean() === true) return "out";
  return "unset";
}

/** The pod runs a proxy: `auto` as its image is a place for the injector, which may or may not come. */
function hasProxy(template: Value): boolean {
  const spec = template.get("spec");
  return [...spec.get("containers").items(), ...spec.get("initContainers").items()].some((container) => {
    const image = container.get("image").text();
    return container.get("name").text() === "istio-proxy" && image !== undefined && image !== "auto";
  });
}

function enrolmentOf(labels: Value): Enrolment {
  if (labels.isUnknown) return "unknown";
  const read = (label: string) => labels.get(label).text();
  const inject = read("sidecar.istio.io/inject");
  const injection = read("istio-injection");
  const mode = read("istio.io/dataplane-mode");
  const revision = read("istio.io/rev");
  if (inject === "false" || injection === "disabled") return mode === "ambient" ? "ambient" : "out";
  if (inject === "true" || injection === "enabled") return "sidecar";
  // The injector looks at no mode, and the agent on the node leaves pods with a sidecar alone.
  if (mode === "ambient" && typeof revision === "string" && revision !== "") return "sidecar";
  if (mode === "ambient") return "ambient";
  if (mode === "none") return "out";
  if (typeof revision === "string" && revision !== "") return "sidecar";
  return [inject, injection, mode, revision].includes(UNKNOWN) ? "unknown" : "unset";
}
