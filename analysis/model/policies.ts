import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { readLabels, type Labels } from "./labels";
import type { MeshConfig } from "./mesh-config";
import type { MeshObject } from "./mesh-object";
import { SelectorIndex } from "./selector-index";
import { labelsOf, push, type Workload } from "./workloads";

/** What a policy names with `targetRef` or `targetRefs`. */
export interface TargetRef {
  /** `group/Kind`, as {@link MeshObject.groupKind}. */
  readonly groupKind: string;
  readonly name: string | Unknown;
  readonly value: Value;
}

/** A policy that holds for workloads: by selector, by target, for its namespace, or for the mesh. */
export interface PolicyView {
  readonly object: MeshObject;
  readonly namespace: string | Unknown;
  /** Empty where the policy does not select. */
  readonly selector: Labels;
  readonly hasSelector: boolean;
  readonly targets: readonly TargetRef[];
  /** It holds for its whole namespace; in the root namespace for the mesh. */
  readonly isWide: boolean;
}

export function readPolicy(object: MeshObject): PolicyView {
  const { spec, namespace } = object;
  const field = spec.get("selector").get("matchLabels");
  const selector = readLabels(field);
  const targets = [spec.get("targetRef"), ...spec.get("targetRefs").items()].flatMap((value) =>
    value.isPresent ? [readTarget(value)] : [],
  );
  const hasSelector = selector.known.size > 0 || selector.open;
  const isWide = !hasSelector && targets.length === 0 && !spec.get("targetRefs").isUnknown;
  return { object, namespace, selector, hasSelector, targets, isWide };
}

function readTarget(value: Value): TargetRef {
  const group = known(value.get("group").text()) ?? "";
  return {
    groupKind: `${group === "core" ? "" : group}/${known(value.get("kind").text()) ?? ""}`,
    name: value.get("name").text() ?? "",
    value,
  };
}

/** The policies of one kind, found for a workload without asking each of them. */
export class PolicyIndex {
  readonly all: readonly PolicyView[];
  readonly #wide = new Map<string, PolicyView[]>();
  readonly #byNamespace = new Map<string, PolicyView[]>();
  readonly #selecting = new SelectorIndex<PolicyView>();
  readonly #targeting = new Map<string, PolicyView[]>();
  /** Policies whose reach is not known before deployment. */
  readonly open: readonly PolicyView[];

  constructor(
    objects: readonly MeshObject[],
    private readonly config: MeshConfig,
  ) {
    this.all = objects.map(readPolicy);
    this.open = this.all.filter(({ namespace, selector }) => namespace === UNKNOWN || selector.open);
    for (const view of this.all) {
      if (view.namespace === UNKNOWN) continue;
      push(this.#byNamespace, view.namespace, view);
      if (view.isWide) push(this.#wide, view.namespace, view);
      else if (view.hasSelector) this.#selecting.add(view.namespace, view.selector.known, view);
      for (const { groupKind, name } of view.targets) {
        if (name !== UNKNOWN) push(this.#targeting, `${groupKind}\n${view.namespace}/${name}`, view);
      }
    }
  }

  /** Policies for a whole namespace; those of the mesh are under the root namespace. */
  wideIn(namespace: string): readonly PolicyView[] {
    return this.#wide.get(namespace) ?? [];
  }

  /** The policies of a namespace and of the root namespace: all that can hold for its workloads. */
  reaching(namespace: string): readonly PolicyView[] {
    const root = this.config.rootNamespace;
    const own = this.#byNamespace.get(namespace) ?? [];
    return namespace === root ? own : [...own, ...(this.#byNamespace.get(root) ?? [])];
  }

  targeting(groupKind: string, namespace: string, name: string): readonly PolicyView[] {
    return this.#targeting.get(`${groupKind}\n${namespace}/${name}`) ?? [];
  }

  /** Every policy that holds for a workload's pods, those of the mesh last. */
  holdingFor(workload: Workload): readonly PolicyView[] {
    const { namespace, object, role } = workload;
    if (namespace === UNKNOWN) return [];
    const root = this.config.rootNamespace;
    const labels = labelsOf(workload).known;
    const scopes = namespace === root ? [root] : [namespace, root];
    const targeted =
      role === undefined || object.name === UNKNOWN
        ? []
        : this.targeting(object.groupKind, namespace, object.name);
    return [
      ...targeted,
      ...scopes.flatMap((scope) => [...this.#selecting.matching(scope, labels), ...this.wideIn(scope)]),
    ];
  }
}
