import type { PolicyProviderResource } from "@pulumi/policy";
import { UNKNOWN, type KubernetesObject, type Located } from "../analysis";
import { readProperties } from "./read-properties";

/** What a policy gets of a resource, in both scopes. */
export interface PolicySubject {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly provider?: PolicyProviderResource;
}

/** What a policy over a whole stack gets of a resource: also what it waits for. */
export interface StackSubject extends PolicySubject {
  readonly parent?: Pick<PolicySubject, "urn">;
  readonly dependencies?: readonly Pick<PolicySubject, "urn">[];
  readonly propertyDependencies?: Readonly<Record<string, readonly Pick<PolicySubject, "urn">[]>>;
}

/** The Kubernetes objects among the resources of a stack, each with what it waits for. */
export function objectsOf(resources: readonly StackSubject[]): readonly Located[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource] as const));
  return resources.flatMap((resource): Located[] => {
    const located = resourceObject(resource);
    if (located === undefined) return [];
    let dependencies: ReadonlySet<string> | undefined;
    return [
      {
        ...located,
        // Few ask, and of a large stack the answer is large.
        get dependencies() {
          return (dependencies ??= waitsOf(resource, byUrn));
        },
      },
    ];
  });
}

/** The URNs of all that a resource waits for, directly or not; a child waits for what its parent waits for. */
function waitsOf(resource: StackSubject, byUrn: ReadonlyMap<string, StackSubject>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [resource.urn];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { parent, dependencies = [], propertyDependencies = {} } = byUrn.get(next) ?? {};
    const before = [
      ...(parent === undefined ? [] : [parent]),
      ...dependencies,
      ...Object.values(propertyDependencies).flat(),
    ];
    for (const { urn } of before) {
      if (found.has(urn)) continue;
      found.add(urn);
      open.push(urn);
    }
  }
  return found;
}

/** Packages of the Kubernetes provider that stand for many objects, and are none themselves. */
const composite: ReadonlySet<string> = new Set(["helm.sh", "yaml", "kustomize"]);

/**
 * The Kubernetes object that a resource stands for; `undefined` for any other resource.
 *
 * Matched by type token: `kubernetes:<group>/<version>:<Kind>` in any version, for the typed classes, for
 * `apiextensions.CustomResource` (which has no class-level type that could be matched), and for their `…Patch` forms.
 */
export function resourceObject(resource: PolicySubject): Located | undefined {
  const token = parseToken(resource.type);
  if (token === undefined) return undefined;
  const properties = readProperties(resource.props) as Record<string, unknown>;
  const { apiVersion = token.apiVersion, kind = token.kind } = properties;
  const metadata = completeMetadata(properties.metadata, resource.provider, token.isPatch);
  return {
    // Policies may be shown anything; all readers of an object take it as unreliable.
    object: { ...properties, apiVersion, kind, metadata } as KubernetesObject,
    urn: resource.urn,
    ...(token.isPatch ? { isPatch: true } : {}),
  };
}

interface Token {
  readonly apiVersion: string;
  readonly kind: string;
  readonly isPatch: boolean;
}

function parseToken(type: string): Token | undefined {
  const [, group, version, name] = /^kubernetes:([^/:]+)\/([^/:]+):([^/:]+)$/.exec(type) ?? [];
  if (group === undefined || version === undefined || name === undefined || composite.has(group))
    return undefined;
  const isPatch = name.length > "Patch".length && name.endsWith("Patch");
  return {
    apiVersion: group === "core" ? version : `${group}/${version}`,
    kind: isPatch ? name.slice(0, -"Patch".length) : name,
    isPatch,
  };
}

/** What the provider fills in: a name of its own making, and the namespace that it was configured with. */
function completeMetadata(
  metadata: unknown,
  provider: PolicyProviderResource | undefined,
  isPatch: boolean,
): unknown {
  if (metadata === UNKNOWN) return metadata;
  const given =
    typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>) : {};
  const namespace = given.namespace ?? providerNamespace(provider);
  return {
    ...given,
    ...(given.name === undefined && !isPatch ? { name: UNKNOWN } : {}),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function providerNamespace(provider: PolicyProviderResource | undefined): unknown {
  if (provider === undefined) return undefined;
  const properties = readProperties(provider.props) as Record<string, unknown>;
  return properties.namespace;
}
