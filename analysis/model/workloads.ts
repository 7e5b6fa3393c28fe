import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { kinds, podTemplates } from "./kinds";
import { kubernetesGateways, templateOfGateway, type GatewayRole } from "./kubernetes-gateways";
import { LabelIndex } from "./label-index";
import { knownOf, type Labels } from "./labels";
import type { MeshObject } from "./mesh-object";

/** The pods that an object makes, or the endpoint that stands for one outside Kubernetes. */
export interface Workload {
  readonly object: MeshObject;
  readonly namespace: string | Unknown;
  /** The labels that a pod will carry. */
  readonly labels: ReadonlyMap<string, string | Unknown> | Unknown;
  /** The pod template; the object itself for a Pod. For WorkloadEntry and WorkloadGroup its spec. */
  readonly template: Value;
  /** A Kubernetes pod, as against a machine outside. */
  readonly isPod: boolean;
  /** Set for the pods that istiod makes for a Gateway of the Gateway API. */
  readonly role?: GatewayRole;
}

/** The answer to "which workloads does this select". */
export interface Selected {
  readonly workloads: readonly Workload[];
  /** Labels that are not known before deployment might add to the answer. */
  readonly open: boolean;
}

/** Workloads found by namespace and labels without looking at all of them. */
export class WorkloadIndex {
  readonly all: Workload[] = [];
  readonly #byLabel = new LabelIndex<Workload>();
  readonly #byNamespace = new Map<string, Workload[]>();
  #anywhere?: LabelIndex<Workload>;
  readonly #openNamespaces = new Set<string>();
  #openEverywhere = false;

  constructor(byKind: ReadonlyMap<string, readonly MeshObject[]>) {
    for (const [groupKind, path] of podTemplates) {
      for (const object of byKind.get(groupKind) ?? [])
        this.#addPods(
          object,
          path.reduce((value, field) => value.get(field), object.root),
        );
    }
    for (const [object, role] of kubernetesGateways(byKind))
      this.#addPods(object, templateOfGateway(object, role), role);
    for (const object of byKind.get(kinds.workloadEntry) ?? [])
      this.#addMachine(object, object.spec.get("labels"));
    for (const object of byKind.get(kinds.workloadGroup) ?? []) {
      this.#addMachine(object, object.spec.get("metadata").get("labels"));
    }
  }

  inNamespace(namespace: string): readonly Workload[] {
    return this.#byNamespace.get(namespace) ?? [];
  }

  /** The workloads of a namespace that carry all these labels; an empty selector means all. */
  select(namespace: string, selector: ReadonlyMap<string, string>): Selected {
    const open = this.#openEverywhere || this.#openNamespaces.has(namespace);
    let smallest: readonly Workload[] | undefined;
    for (const [label, value] of selector) {
      const carrying = this.#byLabel.get(namespace, label, value);
      if (smallest === undefined || carrying.length < smallest.length) smallest = carrying;
    }
    const workloads = (smallest ?? this.inNamespace(namespace)).filter((workload) =>
      carries(workload, selector),
    );
    return { workloads, open };
  }

  /** The workloads of all namespaces that carry all these labels; an empty selector means all. */
  selectAnywhere(selector: ReadonlyMap<string, string>): Selected {
    const open = this.#openEverywhere || this.#openNamespaces.size > 0;
    const byLabel = (this.#anywhere ??= this.#indexAnywhere());
    let smallest: readonly Workload[] | undefined;
    for (const [label, value] of selector) {
      const carrying = byLabel.get("", label, value);
      if (smallest === undefined || carrying.length < smallest.length) smallest = carrying;
    }
    return { workloads: (smallest ?? this.all).filter((workload) => carries(workload, selector)), open };
  }

  #addPods(object: MeshObject, template: Value, role?: GatewayRole): void {
    this.#add({
      object,
      namespace: object.namespace,
      labels: template.get("metadata").get("labels").texts(),
      template,
      isPod: true,
      ...(role === undefined ? {} : { role }),
    });
  }

  #addMachine(object: MeshObject, labels: Value): void {
    this.#add({
      object,
      namespace: object.namespace,
      labels: labels.texts(),
      template: object.spec,
      isPod: false,
    });
  }

  #add(workload: Workload): void {
    this.all.push(workload);
    const { namespace, labels } = workload;
    if (namespace === UNKNOWN) {
      this.#openEverywhere = true;
      return;
    }
    push(this.#byNamespace, namespace, workload);
    if (labels === UNKNOWN) {
      this.#openNamespaces.add(namespace);
      return;
    }
    for (const [label, value] of labels) {
      if (value === UNKNOWN) this.#openNamespaces.add(namespace);
      else this.#byLabel.add(namespace, label, value, workload);
    }
  }

  /** Few meshes have a policy that selects in all namespaces. */
  #indexAnywhere(): LabelIndex<Workload> {
    const index = new LabelIndex<Workload>();
    for (const workload of this.all) {
      if (workload.namespace === UNKNOWN) continue;
      for (const [label, value] of known(workload.labels) ?? [])
        if (value !== UNKNOWN) index.add("", label, value, workload);
    }
    return index;
  }
}

const labelsRead = new WeakMap<Workload, Labels>();

/** The labels of a workload as far as they are known. */
export function labelsOf(workload: Workload): Labels {
  const there = labelsRead.get(workload);
  if (there !== undefined) return there;
  const labels = knownOf(workload.labels);
  labelsRead.set(workload, labels);
  return labels;
}

/** What a workload's pods run: `spec` of the template. */
export function podSpecOf(workload: Workload): Value {
  return workload.template.get("spec");
}

/** The containers of a workload's pods; init containers too where asked for. */
export function containersOf(workload: Workload, withInit = false): readonly Value[] {
  const spec = podSpecOf(workload);
  const containers = spec.get("containers").items();
  const init = withInit ? spec.get("initContainers").items() : [];
  return init.length === 0 ? containers : [...containers, ...init];
}

/** The namespace and name of a workload, for messages: `Deployment "shop/reviews"`. */
export function describeWorkload(workload: Workload): string {
  return `${workload.object.kind} "${workload.object.key}"`;
}

/** All the labels of the selector are there; an unknown one does not count. */
export function carries(workload: Workload, selector: ReadonlyMap<string, string>): boolean {
  const labels = known(workload.labels);
  if (labels === undefined) return selector.size === 0;
  for (const [label, value] of selector) if (labels.get(label) !== value) return false;
  return true;
}

export function push<K, T>(map: Map<K, T[]>, key: K, thing: T): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [thing]);
  else there.push(thing);
}
