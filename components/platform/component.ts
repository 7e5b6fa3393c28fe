import {
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from "@pulumi/kubernetes/admissionregistration/v1";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { DaemonSet, Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import {
  ConfigMap,
  Namespace,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from "@pulumi/kubernetes/core/v1";
import { EndpointSlice } from "@pulumi/kubernetes/discovery/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { TRANSFORM_HOOKS } from "../compile/transform";
import { MeshError, type InputProblem } from "../intent/problem";
import { argumentProblems } from "./arguments/argument-problems";
import type { Fields } from "./arguments/shape";
import { Certificate } from "../resources/cert-manager";
import type { ObjectOf, PlatformObject } from "./kubernetes-objects";

/**
 * One function per kind of child, applied to the object just before it is registered: the way to any field that the
 * arguments do not name.
 *
 * @example
 * { deployment: (object) => ({ ...object, spec: { ...object.spec, revisionHistoryLimit: 3 } }) }
 */
export type ObjectTransforms = {
  readonly [Kind in PlatformObject["kind"] as Uncapitalize<Kind>]?: (
    object: ObjectOf<Kind>,
  ) => ObjectOf<Kind>;
};

/**
 * Resource options of a platform component.
 *
 * The hooks are here and not among the arguments because functions in arguments vanish on their way to the engine, and
 * because arguments stay plain interfaces that Pulumi's component analyser accepts.
 */
export interface MeshComponentOptions extends pulumi.ComponentResourceOptions {
  /** Changes objects before they are registered, by kind. @default objects are registered as they are built */
  readonly transform?: ObjectTransforms;
}

/** The type token of a component; tokens are part of the public interface. */
export function componentToken(component: string): string {
  return `meshwright:index:${component}`;
}

/**
 * Reads a component's arguments, and throws every problem of them at once, before anything is registered.
 *
 * @param opts whose hooks are read with them: a misspelt one would change nothing
 * @param fields names and types of the arguments
 * @param read what follows from them and what is wrong beside names and types; not asked where a value has another type
 */
export function readArguments<Plan extends { readonly problems: readonly InputProblem[] }>(
  component: string,
  name: string,
  args: unknown,
  opts: object | undefined,
  fields: Fields,
  read: () => Plan,
): Plan {
  const refuseAll = (problems: readonly InputProblem[]): void => {
    if (problems.length > 0) throw new MeshError(`${component} "${name}"`, problems);
  };
  const hooks = argumentProblems(
    { transform: (opts as MeshComponentOptions | undefined)?.transform },
    OPTIONS,
  );
  const ofArgs = argumentProblems(args, fields);
  const unknown = [...ofArgs.unknown, ...hooks.unknown];
  const wrong = [...ofArgs.wrong, ...hooks.wrong];
  if (wrong.length > 0) refuseAll([...unknown, ...wrong]);
  const plan = read();
  refuseAll([...unknown, ...plan.problems]);
  return plan;
}

/** The same where nothing follows from the arguments but what is wrong with them. */
export function refuse(
  component: string,
  name: string,
  args: unknown,
  opts: object | undefined,
  fields: Fields,
  check: () => readonly InputProblem[],
): void {
  readArguments(component, name, args, opts, fields, () => ({ problems: check() }));
}

/** A component's own options over the ones that it sets by default: the second argument of `mergeOptions` wins. */
export function componentOptions(
  opts: MeshComponentOptions | undefined,
  defaults: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
  const { transform: _, ...rest } = opts ?? {};
  return pulumi.mergeOptions(defaults, rest);
}

type ChildClass<Kind extends PlatformObject["kind"]> = new (
  name: string,
  object: ObjectOf<Kind>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** The class that registers a kind. Imports are deep: the index of `@pulumi/kubernetes` costs seconds of type checking. */
const CLASSES = {
  ServiceAccount,
  Service,
  EndpointSlice,
  ConfigMap,
  Secret,
  Namespace,
  Deployment,
  DaemonSet,
  StatefulSet,
  ServiceMonitor: CustomResource,
  PodMonitor: CustomResource,
  PrometheusRule: CustomResource,
  ResourceQuota,
  NetworkPolicy,
  NetworkAttachmentDefinition: CustomResource,
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  HorizontalPodAutoscaler,
  PodDisruptionBudget,
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Certificate,
} satisfies { readonly [Kind in PlatformObject["kind"]]: ChildClass<Kind> };

/** Names of the hooks that reach objects of the platform; a mesh has hooks for its own objects beside them. */
export const PLATFORM_HOOKS: readonly string[] = Object.keys(CLASSES).map(uncapitalize);

/** A mesh hands its hooks to all of its parts, so that each knows those of the others. */
const OPTIONS: Fields = {
  transform: {
    fields: Object.fromEntries([...PLATFORM_HOOKS, ...TRANSFORM_HOOKS].map((hook) => [hook, "function"])),
  },
};

type ResourceOf<Kind extends PlatformObject["kind"]> = InstanceType<(typeof CLASSES)[Kind]>;

/**
 * The children of one component. It is the only way in which platform components make children, so that every one of
 * them has the component as its parent, a name that starts with the component's, and went through its hook.
 *
 * A helper and not a base class: Pulumi's component analyser sees only classes that extend `ComponentResource` directly.
 */
export class Children {
  readonly #parent: pulumi.ComponentResource;
  readonly #name: string;
  readonly #transform: ObjectTransforms;
  readonly #retained: pulumi.CustomResourceOptions;
  readonly #taken = new Set<string>();

  constructor(parent: pulumi.ComponentResource, name: string, opts?: MeshComponentOptions) {
    this.#parent = parent;
    this.#name = name;
    this.#transform = opts?.transform ?? {};
    // Said for a component it is meant for its objects; whether the engine hands it on depends on its release.
    this.#retained = opts?.retainOnDelete === undefined ? {} : { retainOnDelete: opts.retainOnDelete };
  }

  /** The Pulumi name of a child. Child names are part of the public interface: a changed one replaces the resource. */
  name(suffix: string): string {
    const name = `${this.#name}-${suffix}`;
    if (this.#taken.has(name)) throw new Error(`two children of ${this.#name} are called ${name}`);
    this.#taken.add(name);
    return name;
  }

  /** Options of a child, for children that are not Kubernetes objects. */
  options(opts: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    return { ...this.#retained, ...opts, parent: this.#parent };
  }

  /** A Kubernetes object as its hook leaves it. */
  transformed<O extends PlatformObject>(object: O): O {
    // That the hook under a kind's name takes objects of that kind is what the table of hooks says, entry by entry.
    const hook = this.#transform[uncapitalize(object.kind)] as ((object: O) => O) | undefined;
    return hook === undefined ? object : hook(object);
  }

  /** Registers a Kubernetes object, as its hook leaves it. */
  add<O extends PlatformObject>(
    suffix: string,
    object: O,
    opts?: pulumi.CustomResourceOptions,
  ): ResourceOf<O["kind"]> {
    // The same for the table of classes.
    const Class = CLASSES[object.kind] as unknown as new (
      name: string,
      object: O,
      opts: pulumi.CustomResourceOptions,
    ) => ResourceOf<O["kind"]>;
    return new Class(this.name(suffix), this.transformed(object), this.options(opts));
  }
}

function uncapitalize<Text extends string>(text: Text): Uncapitalize<Text> {
  return (text.charAt(0).toLowerCase() + text.slice(1)) as Uncapitalize<Text>;
}
