import { UNKNOWN, type Located, type Unknown } from "../kubernetes-object";
import type { ObjectRef } from "../finding";
import { known, Value } from "../reader";
import type { Report, Wait } from "../rule";
import { groupKindOf, isClusterScoped } from "./kinds";

/** Stands in a finding for a name that is not known before deployment. */
export const UNKNOWN_NAME = "(known after deployment)";

/** One object with its identity read, and its fields behind readers that never throw. */
export class MeshObject {
  // Declared and not defined, as in Value: there is one of these for each object of a set.
  declare readonly root: Value;
  declare readonly apiVersion: string;
  declare readonly kind: string;
  /** `group/Kind`, the same for every version. */
  declare readonly groupKind: string;
  declare readonly name: string | Unknown;
  /** `default` where a namespaced object names none, empty for a cluster-scoped one. */
  declare readonly namespace: string | Unknown;
  declare readonly spec: Value;
  readonly #metadata: Value;

  constructor(readonly located: Located) {
    this.root = new Value(located.object, "");
    this.apiVersion = known(this.root.get("apiVersion").text()) ?? "";
    this.kind = known(this.root.get("kind").text()) ?? "";
    this.groupKind = groupKindOf(this.apiVersion, this.kind);
    const metadata = this.root.get("metadata");
    this.name = metadata.get("name").text() ?? "";
    const namespace = metadata.get("namespace").text();
    if (isClusterScoped(this.groupKind)) this.namespace = "";
    else this.namespace = namespace === undefined || namespace === "" ? "default" : namespace;
    this.spec = this.root.get("spec");
    this.#metadata = metadata;
  }

  // Made when asked for: most objects of a large mesh are never asked again, and what is kept of each adds up.
  get labels(): Value {
    return this.#metadata.get("labels");
  }

  get annotations(): Value {
    return this.#metadata.get("annotations");
  }

  /** Most objects have none, which is quicker to ask than what one of them says. */
  get hasAnnotations(): boolean {
    return this.#metadata.has("annotations");
  }

  /** `namespace/name`, or the name alone for a cluster-scoped object. */
  get key(): string {
    const name = this.name === UNKNOWN ? UNKNOWN_NAME : this.name;
    const namespace = this.namespace === UNKNOWN ? UNKNOWN_NAME : this.namespace;
    return namespace === "" ? name : `${namespace}/${name}`;
  }

  /** What a finding says about which object it means. */
  get ref(): ObjectRef {
    const name = this.name === UNKNOWN ? UNKNOWN_NAME : this.name;
    const namespace = this.namespace === UNKNOWN ? UNKNOWN_NAME : this.namespace;
    return { apiVersion: this.apiVersion, kind: this.kind, ...(namespace === "" ? {} : { namespace }), name };
  }

  report(
    path: string,
    message: string,
    more: Pick<Report, "fix" | "anchors" | "edits" | "level"> = {},
  ): Report {
    return { located: this.located, path, message, ...more };
  }

  wait(path: string): Wait {
    return { located: this.located, path, waiting: true };
  }
}
