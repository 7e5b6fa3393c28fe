import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import type { RegisterResourceRequest, TransformResourceOptions } from "@pulumi/pulumi/proto/resource_pb";
import { RegistrationError } from "./registration-error";
import { placeOf } from "./source-position";
import type { TransformableInvoke, Transforms } from "./transforms";
import { dependenciesInside, withDependencies, wireOf, type WireObject } from "./wire-value";

/** A registration after its transforms. */
export interface Transformed {
  readonly properties: WireObject;
  readonly options: TransformResourceOptions;
  readonly dependencies: ReadonlySet<string>;
  readonly propertyDependencies: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Runs what a program registered as transforms, and works out what depends on what afterwards. */
export class TransformChain {
  readonly #transforms: Transforms;
  readonly #ofStack: Callback[] = [];
  readonly #ofStackInvokes: Callback[] = [];

  constructor(transforms: Transforms) {
    this.#transforms = transforms;
  }

  addStackTransform(callback: Callback): void {
    this.#ofStack.push(callback);
  }

  addStackInvokeTransform(callback: Callback): void {
    this.#ofStackInvokes.push(callback);
  }

  /**
   * The registration after the transforms of the resource itself, of its ancestors and of the stack, in this order.
   *
   * @param inherited the transforms of the ancestors, the nearest first
   */
  async register(
    request: RegisterResourceRequest,
    parent: string | undefined,
    inherited: readonly Callback[],
    options: TransformResourceOptions,
  ): Promise<Transformed> {
    const properties = wireOf(request.getObject());
    const propertyDependencies = new Map<string, Set<string>>();
    for (const [key, urns] of request.getPropertydependenciesMap().entries()) {
      propertyDependencies.set(key, new Set(urns.getUrnsList()));
    }
    const callbacks = [...request.getTransformsList(), ...inherited, ...this.#ofStack];
    if (callbacks.length === 0) {
      for (const [key, value] of Object.entries(properties)) {
        propertyDependencies.set(key, dependenciesInside(value, propertyDependencies.get(key)));
      }
      return { properties, options, dependencies: new Set(options.getDependsOnList()), propertyDependencies };
    }
    const subject = {
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      parent: parent ?? "",
    };
    let current = { properties: withDependencies(properties, propertyDependencies), options };
    for (const callback of callbacks) {
      try {
        current = await this.#transforms.resource(callback, subject, current);
      } catch (error) {
        throw transformFailed(request, error);
      }
    }
    return dependenciesAfter(current.properties, current.options);
  }

  async invoke(token: string, given: TransformableInvoke): Promise<TransformableInvoke> {
    let current = given;
    for (const callback of this.#ofStackInvokes) {
      current = await this.#transforms.invoke(callback, token, current);
    }
    return current;
  }
}

/** What was transformed depends on what its options and its values say now. */
function dependenciesAfter(properties: WireObject, options: TransformResourceOptions): Transformed {
  const dependencies = new Set(options.getDependsOnList());
  const propertyDependencies = new Map<string, Set<string>>();
  for (const [key, value] of Object.entries(properties)) {
    const urns = dependenciesInside(value);
    propertyDependencies.set(key, urns);
    for (const urn of urns) dependencies.add(urn);
  }
  return { properties, options, dependencies, propertyDependencies };
}

function transformFailed(request: RegisterResourceRequest, error: unknown): RegistrationError {
  const problem = {
    id: "engine/transform-failed",
    path: `${request.getType()} "${request.getName()}"`,
    message: error instanceof Error ? error.message : String(error),
    fix: "Mend the transform that the message comes from",
  };
  return new RegistrationError(
    `resource "${request.getName()}"`,
    [problem],
    placeOf(request.getSourceposition()),
  );
}
