import { Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "../../compile/manifest";
import type { InputProblem } from "../../intent/problem";
import * as resources from "../../resources/generated";
import * as gatewayApi from "../../resources/generated/gateway-api";
import { Children, componentOptions, componentToken, refuse } from "../component";
import { printed } from "../problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import { dependencies } from "./dependencies";
import { ruleProblems } from "./rule-problems";
import { schemaProblems } from "./schema-problems";
import { MESH_RESOURCES_SHAPE } from "./shape";

/** The objects of a mesh, ready to be registered. */
export interface MeshResourcesArgs {
  /** At least one, in any order; what `compileMesh` returns, or objects written by hand. */
  readonly manifests: readonly Manifest[];
  /** Istio's root namespace, whose policies hold for the whole mesh. @default "istio-system" */
  readonly rootNamespace?: string;
}

type ResourceClass = new (
  name: string,
  manifest: Manifest,
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** The class of each kind, by `apiVersion/kind`: a policy sees an object only through its own class. */
const CLASSES: ReadonlyMap<string, ResourceClass> = new Map([
  ...[...Object.values(resources), ...Object.values(gatewayApi)]
    .filter((exported) => "kind" in exported && "apiVersion" in exported)
    .map((Class) => [`${Class.apiVersion}/${Class.kind}`, Class as unknown as ResourceClass] as const),
  ["v1/Service", Service as unknown as ResourceClass],
  ["networking.k8s.io/v1/NetworkPolicy", NetworkPolicy as unknown as ResourceClass],
]);

/**
 * The provider would wait for pods behind a Service, but the workloads of a subset may come after the mesh, or be none
 * for now.
 */
const WITHOUT_WAITING = { "pulumi.com/skipAwait": "true" } as const;

function asRegistered(manifest: Manifest): Manifest {
  if (manifest.kind !== "Service") return manifest;
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...WITHOUT_WAITING, ...metadata.annotations } },
  };
}

function identity({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion}/${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

/**
 * Every problem of the arguments, none when they are fine.
 *
 * @param name the Pulumi name of the component, so that a problem can say which of its resources it is about
 */
export function meshResourcesProblems(
  { manifests, rootNamespace = DEFAULT_ROOT_NAMESPACE }: MeshResourcesArgs,
  name: string,
): InputProblem[] {
  if (manifests.length === 0) {
    return [
      {
        // A component without children would let everything that depends on it go ahead at once.
        id: "platform/no-manifests",
        path: "manifests",
        message: "is empty",
        got: "no objects",
        expected: "at least one object",
        fix: "Leave the component out while there is nothing to register",
      },
    ];
  }
  const seen = new Set<string>();
  const problems = manifests.flatMap((manifest, index) => {
    const path = `manifests[${index}]`;
    const problems: InputProblem[] = [];
    if (!CLASSES.has(`${manifest.apiVersion}/${manifest.kind}`)) {
      problems.push({
        id: "platform/unknown-kind",
        path: `${path}.kind`,
        message: "is not a kind of Istio or Gateway API object that has a resource class",
        got: printed(`${manifest.apiVersion}/${manifest.kind}`),
        expected: [...CLASSES.keys()].join(", "),
        fix: "Register objects of other kinds with their own resources",
      });
    }
    problems.push(...schemaProblems(manifest, path));
    if (seen.has(identity(manifest))) {
      problems.push({
        id: "platform/duplicate-manifest",
        path,
        message: "is the same object as an earlier one",
        got: identity(manifest),
        expected: "each object once",
        fix: "Remove one of them",
      });
    }
    seen.add(identity(manifest));
    return problems.map((problem) => ({ ...problem, resource: resourceName(name, manifest) }));
  });
  // What the schema refuses has been said, with what it expected there.
  const said = new Set(problems.map(({ path }) => path));
  const found = ruleProblems(manifests, rootNamespace, (manifest) => resourceName(name, manifest));
  return [...problems, ...found.filter(({ path }) => !said.has(path))];
}

/** `VirtualService` → `virtual-service`, `HTTPRoute` → `http-route`. */
function kebab(kind: string): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "-").toLowerCase();
}

/** Two kinds are called Gateway, and a mesh may have both under one name. */
function kindInNames({ apiVersion, kind }: Manifest): string {
  return kind === "Gateway" && apiVersion === gatewayApi.Gateway.apiVersion
    ? "kubernetes-gateway"
    : kebab(kind);
}

/** The Pulumi name of an object of the component: identity, so a changed one replaces the object. */
function resourceName(name: string, manifest: Manifest): string {
  return `${name}-${suffixOf(manifest)}`;
}

function suffixOf(manifest: Manifest): string {
  const { namespace, name } = manifest.metadata;
  return [kindInNames(manifest), namespace, name].filter((part) => part !== undefined).join("-");
}

/**
 * Registers the objects of a mesh as typed resources, each after the ones it refers to, so that no moment of a rollout
 * is worse than before or after it. The control plane must be ready before.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * new MeshResources("bookinfo", { manifests: compileMesh(shop) }, { dependsOn: [controlPlane] });
 */
export class MeshResources extends pulumi.ComponentResource {
  /** How many objects were registered. */
  readonly count: pulumi.Output<number>;

  constructor(name: string, args: MeshResourcesArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse("MeshResources", name, args, opts, MESH_RESOURCES_SHAPE, () => meshResourcesProblems(args, name));
    super(
      componentToken("MeshResources"),
      name,
      { objects: args.manifests.map(identity) },
      componentOptions(opts),
    );

    const children = new Children(this, name);
    const before = dependencies(args.manifests, args.rootNamespace ?? DEFAULT_ROOT_NAMESPACE);
    const registered = new Map<Manifest, pulumi.CustomResource>();
    const register = (manifest: Manifest): pulumi.CustomResource => {
      const known = registered.get(manifest);
      if (known !== undefined) return known;
      // Kinds depend on other kinds in one direction only, so this ends.
      const dependsOn = (before.get(manifest) ?? []).map(register);
      const Class = CLASSES.get(`${manifest.apiVersion}/${manifest.kind}`)!;
      const resource = new Class(
        children.name(suffixOf(manifest)),
        asRegistered(manifest),
        children.options({ dependsOn }),
      );
      registered.set(manifest, resource);
      return resource;
    };
    args.manifests.forEach(register);

    this.count = pulumi.output(registered.size);
    this.registerOutputs({ count: this.count });
  }
}
