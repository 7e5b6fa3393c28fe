import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { readLabels, type Labels } from "./labels";
import type { MeshConfig } from "./mesh-config";
import type { MeshObject } from "./mesh-object";
import { mtlsMode } from "./policy-scope";
import { SelectorIndex } from "./selector-index";
import { labelsOf, push, type Workload } from "./workloads";

/** A PeerAuthentication with its selector read. */
export interface PeerAuthenticationView {
  readonly object: MeshObject;
  /** Empty for a policy of a whole namespace or mesh. */
  readonly selector: Labels;
}

/** What a workload accepts on a port, and the object that says so; no object where nothing is said. */
export interface ServerMode {
  /** `STRICT`, `PERMISSIVE` or `DISABLE`. */
  readonly mode: string | Unknown;
  readonly from?: { readonly object: MeshObject; readonly path: string };
}

/** PeerAuthentications by what they hold for. */
export class PeerAuthenticationIndex {
  /** Selector-less policies by namespace, in the order given. */
  readonly wide = new Map<string, PeerAuthenticationView[]>();
  /** Policies with a selector by namespace. */
  readonly selective = new Map<string, PeerAuthenticationView[]>();
  readonly #selecting = new SelectorIndex<PeerAuthenticationView>();
  // Asked for every workload and each of its ports.
  readonly #modes = new Map<string, ServerMode>();
  /** The namespace of some policy is not known before deployment. */
  readonly isOpen: boolean;

  constructor(
    objects: readonly MeshObject[],
    private readonly config: MeshConfig,
  ) {
    let open = false;
    for (const object of objects) {
      const { namespace } = object;
      const selector = object.spec.get("selector").get("matchLabels");
      const view = { object, selector: readLabels(selector) };
      if (namespace === UNKNOWN) open = true;
      else if (isEmpty(view.selector)) push(this.wide, namespace, view);
      else {
        push(this.selective, namespace, view);
        this.#selecting.add(namespace, view.selector.known, view);
      }
    }
    this.isOpen = open;
  }

  /** The mode for a whole namespace: its own policy, or else that of the mesh, or else what Istio does by itself. */
  ofNamespace(namespace: string): ServerMode {
    let mode = this.#modes.get(namespace);
    if (mode === undefined) this.#modes.set(namespace, (mode = this.#readMode(namespace)));
    return mode;
  }

  #readMode(namespace: string): ServerMode {
    for (const scope of [namespace, this.config.rootNamespace]) {
      const policy = this.wide.get(scope)?.[0]?.object;
      const said = policy === undefined ? undefined : read(policy, policy.spec.get("mtls"));
      if (said !== undefined) return said;
    }
    return { mode: "PERMISSIVE" };
  }

  /** The policy with a selector that holds for a workload; Istio takes one, and passes over those of the root namespace. */
  selecting(workload: Workload): readonly PeerAuthenticationView[] {
    const { namespace } = workload;
    if (namespace === UNKNOWN || namespace === this.config.rootNamespace) return [];
    return this.#selecting.matching(namespace, labelsOf(workload).known);
  }

  /** What a workload accepts, on one of its ports where one is named. */
  ofWorkload(workload: Workload, port?: number): ServerMode {
    const { namespace } = workload;
    if (namespace === UNKNOWN || this.isOpen) return { mode: UNKNOWN };
    const [view] = this.selecting(workload);
    if (view !== undefined) {
      const { spec } = view.object;
      const ports = spec.get("portLevelMtls");
      if (ports.isUnknown) return { mode: UNKNOWN };
      const own = port === undefined ? undefined : read(view.object, ports.get(String(port)));
      const said = own ?? read(view.object, spec.get("mtls"));
      if (said !== undefined) return said;
    }
    return this.ofNamespace(namespace);
  }
}

function isEmpty({ known: labels, open }: Labels): boolean {
  return labels.size === 0 && !open;
}

function read(object: MeshObject, mtls: Value): ServerMode | undefined {
  const mode = mtlsMode(mtls);
  if (mode === "UNSET") return undefined;
  return { mode, from: { object, path: mtls.get("mode").path } };
}

/** `enableAutoMtls` of the mesh; on unless it is switched off. */
export function usesAutoMtls(config: MeshConfig): boolean {
  return known(config.raw.get("enableAutoMtls").boolean()) !== false;
}
