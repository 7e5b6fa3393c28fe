import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import type { Properties } from "../provider";
import type { RecordedResource } from "../recorded";
import { createUrn, ROOT_STACK_TYPE } from "../urn";
import type { MonitorContext } from "./context";
import { inStableOrder } from "./order";
import { RegistrationError } from "./registration-error";

/** What children need of a resource beside its record. */
interface Inheritance {
  readonly transforms: readonly Callback[];
  readonly aliases: readonly string[];
  readonly deletedWith: string | undefined;
}

const NOTHING: Inheritance = { transforms: [], aliases: [], deletedWith: undefined };

/** The resources of one run: who is there, under which URN, below whom. */
export class ResourceTable {
  readonly #context: MonitorContext;
  readonly #records = new Map<string, RecordedResource>();
  readonly #parents = new Map<string, string | undefined>();
  readonly #inheritances = new Map<string, Inheritance>();

  constructor(context: MonitorContext) {
    this.#context = context;
  }

  /** The URN of the stack itself. */
  get root(): string {
    const { stack, project } = this.#context.identity;
    return createUrn(stack, project, undefined, ROOT_STACK_TYPE, `${project}-${stack}`);
  }

  /** Everything that was registered, in an order that is the same in every run. */
  inOrder(): RecordedResource[] {
    return inStableOrder([...this.#records.values()]);
  }

  get(urn: string): RecordedResource | undefined {
    return this.#records.get(urn);
  }

  /** The parent of a new resource: the one that it names, or the stack. The stack itself has none. */
  parentOf(given: string, type: string, name: string, place: string | undefined): string | undefined {
    if (given === "") return type !== ROOT_STACK_TYPE && this.#parents.has(this.root) ? this.root : undefined;
    if (this.#parents.has(given)) return given;
    const problem = {
      id: "engine/unknown-parent",
      path: given,
      message: "the parent of this resource is not registered",
      fix: "Register the parent first: a component calls super() before it makes its children",
    };
    throw new RegistrationError(`resource "${name}"`, [problem], place);
  }

  /**
   * Takes the URN of a new resource.
   *
   * @throws RegistrationError `engine/duplicate-urn` where there is such a resource already
   */
  claim(type: string, name: string, parent: string | undefined, place: string | undefined): string {
    const { stack, project } = this.#context.identity;
    const urn = createUrn(stack, project, parent, type, name);
    if (this.#parents.has(urn)) {
      const problem = {
        id: "engine/duplicate-urn",
        path: urn,
        message: `Duplicate resource URN '${urn}'; try giving it a unique name`,
        fix: "Give one of the resources of this type and parent another name",
      };
      throw new RegistrationError(`resource ${urn}`, [problem], place);
    }
    this.#parents.set(urn, parent);
    return urn;
  }

  record(resource: RecordedResource, inheritance: Inheritance = NOTHING): void {
    this.#context.mask.learn(resource.inputs);
    this.#context.mask.learn(resource.outputs);
    this.#parents.set(resource.urn, resource.parent);
    this.#records.set(resource.urn, resource);
    this.#inheritances.set(resource.urn, inheritance);
  }

  /** @returns whether there is such a resource */
  setOutputs(urn: string, outputs: Properties): boolean {
    const record = this.#records.get(urn);
    if (record === undefined) return false;
    this.#context.mask.learn(outputs);
    this.#records.set(urn, { ...record, outputs });
    return true;
  }

  inheritanceOf(urn: string | undefined): Inheritance {
    return (urn === undefined ? undefined : this.#inheritances.get(urn)) ?? NOTHING;
  }

  /** The transforms of a resource's ancestors, the nearest first. */
  inheritedTransforms(parent: string | undefined): Callback[] {
    const transforms: Callback[] = [];
    for (let urn = parent; urn !== undefined; urn = this.#parents.get(urn)) {
      transforms.push(...this.inheritanceOf(urn).transforms);
    }
    return transforms;
  }
}
