import type { Deployment } from "../recorded";
import { UNKNOWN, type PropertyValue } from "../value";
import { objectDependencies } from "./dependencies";
import { programObjects, type ProgramObject } from "./kubernetes-object";
import { masked } from "./leaves";

/** A Kubernetes object of a stack, for those who look at it. Its shape is that of `Located` in `analysis`. */
export interface StackObject {
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      readonly [field: string]: unknown;
    };
    readonly [field: string]: unknown;
  };
  readonly urn: string;
  /** The URNs of the objects that it waits for, directly or not; put together when it is first asked for. */
  readonly dependencies: ReadonlySet<string>;
}

export interface ObjectsOfOptions {
  /**
   * What stands for a secret value: the symbol UNKNOWN, which nobody takes for a value, or the text `[secret]` for those
   * who print. Default: `unknown`.
   */
  readonly secrets?: "unknown" | "text";
}

/**
 * The Kubernetes objects that a stack makes, as plain data without secret values; what is known only after deployment is
 * the symbol UNKNOWN. Partial objects (`…Patch` resources) and objects without a name are left out: they say too little
 * to be judged.
 */
export function objectsOf(
  deployment: Deployment,
  { secrets = "unknown" }: ObjectsOfOptions = {},
): StackObject[] {
  const mask = secrets === "text" ? "[secret]" : UNKNOWN;
  const all = deployment.resources.flatMap(programObjects);
  const waits = new Waits(deployment, all);
  return all
    .filter((object) => !object.partial && object.name !== "")
    .map((object) => toStackObject(object, mask, waits));
}

/** What waits for what, directly or not. Few ask, and of a large stack the answer is large. */
class Waits {
  readonly #deployment: Deployment;
  readonly #objects: readonly ProgramObject[];
  #nearest: ReadonlyMap<ProgramObject, ReadonlySet<ProgramObject>> | undefined;

  constructor(deployment: Deployment, objects: readonly ProgramObject[]) {
    this.#deployment = deployment;
    this.#objects = objects;
  }

  of(object: ProgramObject): ReadonlySet<string> {
    const nearest = (this.#nearest ??= objectDependencies(this.#deployment, this.#objects));
    const found = new Set<ProgramObject>();
    const open = [object];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const before of nearest.get(next) ?? []) {
        if (found.has(before)) continue;
        found.add(before);
        open.push(before);
      }
    }
    return new Set([...found].map(({ resource }) => resource.urn));
  }
}

function toStackObject(object: ProgramObject, mask: string | typeof UNKNOWN, waits: Waits): StackObject {
  const { apiVersion, kind, shown, resource, content } = object;
  const fields = Object.entries(content).map(([key, value]) => [
    key,
    masked(value, mask, isSecretField(object, key)),
  ]);
  const { metadata, ...rest } = Object.fromEntries(fields) as Record<string, unknown>;
  let dependencies: ReadonlySet<string> | undefined;
  return {
    urn: resource.urn,
    get dependencies() {
      return (dependencies ??= waits.of(object));
    },
    object: {
      ...rest,
      apiVersion,
      kind,
      metadata: { ...(metadata as object), ...shown },
    },
  };
}

/** The values of a Kubernetes Secret are secret whether or not the program told Pulumi so. */
export function isSecretField({ apiVersion, kind }: ProgramObject, field: string): boolean {
  return apiVersion === "v1" && kind === "Secret" && (field === "data" || field === "stringData");
}

/** Whether any part of an object is secret, so that its manifest is for its owner alone. */
export function holdsSecret(
  object: ProgramObject,
  containsSecret: (value: PropertyValue) => boolean,
): boolean {
  return (object.apiVersion === "v1" && object.kind === "Secret") || containsSecret(object.content);
}
