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
