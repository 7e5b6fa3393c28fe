import { UNKNOWN } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { kinds } from "./kinds";
import { readLabels, type Labels } from "./labels";
import type { MeshObject } from "./mesh-object";
import { SelectorIndex } from "./selector-index";
import { labelsOf, type Workload } from "./workloads";

/** A port of a Kubernetes Service. */
export interface ServicePort {
  readonly value: Value;
  readonly number: number | undefined;
  readonly name: string | undefined;
  /** `TCP` unless it says otherwise. */
  readonly transport: string;
  /** The container port as a number, or the name of one; the service's own port unless it says otherwise. */
  readonly target: number | string | undefined;
}

/** A Kubernetes Service with its selector and ports read. */
export interface ServiceView {
  readonly object: MeshObject;
  readonly selector: Labels;
  readonly ports: readonly ServicePort[];
  readonly type: string;
}

/** Services by name, and by the workloads that they select. */
export class ServiceIndex {
  readonly all: readonly ServiceView[];
  readonly #byObject: ReadonlyMap<MeshObject, ServiceView>;
  readonly #selecting = new SelectorIndex<ServiceView>();

  constructor(byKind: ReadonlyMap<string, readonly MeshObject[]>) {
    this.all = (byKind.get(kinds.service) ?? []).map(readService);
    this.#byObject = new Map(this.all.map((view) => [view.object, view] as const));
    for (const view of this.all) {
      if (view.object.namespace !== UNKNOWN)
        this.#selecting.add(view.object.namespace, view.selector.known, view);
    }
  }

  /** A Service as it was read. */
  of(object: MeshObject): ServiceView | undefined {
    return this.#byObject.get(object);
  }

  /** The services that send to a workload's pods. */
  selecting(workload: Workload): readonly ServiceView[] {
    const { namespace } = workload;
    if (namespace === UNKNOWN) return [];
    return this.#selecting.matching(namespace, labelsOf(workload).known);
  }
}

function readService(object: MeshObject): ServiceView {
  const ports = object.spec
    .get("ports")
    .items()
    .map((value): ServicePort => {
      const number = known(value.get("port").number());
      const target = value.get("targetPort");
      return {
        value,
        number,
        name: known(value.get("name").text()),
        transport: known(value.get("protocol").text()) ?? "TCP",
        // Zero is how Kubernetes spells "not given".
        target: target.isUnknown ? undefined : known(target.text()) || known(target.number()) || number,
      };
    });
  return {
    object,
    selector: readLabels(object.spec.get("selector")),
    ports,
    type: known(object.spec.get("type").text()) ?? "ClusterIP",
  };
}
