import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { exportElements, exportScope, type ExportScope } from "./export-scope";
import { HostIndex, qualify } from "./hosts";
import type { MeshConfig } from "./mesh-config";
import type { MeshObject } from "./mesh-object";

/** A DestinationRule with its host resolved. */
export interface DestinationRuleView {
  readonly object: MeshObject;
  /** Complete, possibly a wildcard. */
  readonly host: string;
  readonly scope: ExportScope;
  readonly subsets: readonly SubsetView[];
  /** Names of subsets are missing here because they are not known before deployment. */
  readonly subsetsOpen: boolean;
  /** Holds only for the clients with certain labels. */
  readonly hasWorkloadSelector: boolean;
}

export interface SubsetView {
  readonly name: string;
  readonly value: Value;
}

/** DestinationRules by host, wildcard hosts included. */
export class DestinationRuleIndex {
  readonly all: DestinationRuleView[] = [];
  readonly #byHost = new HostIndex<DestinationRuleView>();
  /** Some host is not known before deployment, so any host may have one more rule. */
  readonly isOpen: boolean;

  constructor(objects: readonly MeshObject[], config: MeshConfig) {
    let open = false;
    for (const object of objects) {
      const host = object.spec.get("host").text();
      if (host === UNKNOWN || object.namespace === UNKNOWN) open = true;
      else if (host !== undefined && host !== "")
        this.#add(object, qualify(host, object.namespace, config.clusterDomain), config);
    }
    this.isOpen = open;
  }

  /** The rules that speak of a host, those with the most specific host first. */
  covering(
    host: string,
  ): Iterable<{ readonly host: string; readonly things: readonly DestinationRuleView[] }> {
    return this.#byHost.covering(host);
  }

  /** The rules by their own host. */
  byHost(): Iterable<readonly [string, readonly DestinationRuleView[]]> {
    return this.#byHost.all();
  }

  #add(object: MeshObject, host: string, config: MeshConfig): void {
    const list = object.spec.get("subsets");
    const subsets: SubsetView[] = [];
    let subsetsOpen = list.isUnknown;
    for (const value of list.items()) {
      const name: string | undefined | Unknown = value.get("name").text();
      if (name === UNKNOWN || value.isUnknown) subsetsOpen = true;
      else if (name !== undefined) subsets.push({ name, value });
    }
    const view: DestinationRuleView = {
      object,
      host,
      scope: exportScope(
        exportElements(object.spec.get("exportTo")),
        object.namespace,
        config.defaultDestinationRuleExportTo,
      ),
      subsets,
      subsetsOpen,
      hasWorkloadSelector: known(object.spec.get("workloadSelector").raw) !== undefined,
    };
    this.all.push(view);
    this.#byHost.add(host, view);
  }
}
