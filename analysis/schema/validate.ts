import type { KubernetesObject } from "../kubernetes-object";
import { carriedSchemas, type SchemaCatalogue } from "./catalogue";
import { checkMetadata } from "./metadata";
import { normalize } from "./normalize";
import { objectMetaNode } from "./object-meta";
import type { SchemaProblem, Validation } from "./problem";
import { checkRules, meetsRules } from "./rules";
import { isStoredAsIs } from "./stored-as-is";
import { checkStructure, Findings } from "./structure";
import type { SchemaNode } from "./node";
import { isFields } from "./value";

/**
 * Says whether an API server would take a new object of a custom resource, and why not: unknown fields, the schema, its
 * CEL rules, and what Kubernetes asks of any metadata. All problems at once, in an order that depends on the object alone.
 *
 * A server stops at some problems before it asks the rules; here only the rules over the part that is wrong are left out.
 * Rules that compare with a former object are not asked.
 *
 * @param object any object; a value that is the symbol `UNKNOWN` is known only after deployment and waits
 * @param schemas the kinds to know; by default those of Istio and the Gateway API that this package carries
 * @returns undefined for a kind that the catalogue does not know
 * @example
 * validateObject(virtualService)?.problems.map((p) => `${p.path}: ${p.message}`);
 */
export function validateObject(
  object: KubernetesObject,
  schemas: SchemaCatalogue = carriedSchemas,
): Validation | undefined {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  const slash = apiVersion.indexOf("/");
  const found = slash === -1 ? undefined : schemas.find(apiVersion.slice(0, slash), kind);
  if (found === undefined) return undefined;
  const version = apiVersion.slice(slash + 1);
  const node = found.node(version);
  if (node === undefined) return { problems: [noSuchVersion(object, found.known.versions)], waiting: 0 };
  return validate(object, node, { scope: found.scope, statusApart: found.hasStatusApart(version) });
}

function noSuchVersion({ apiVersion, kind }: KubernetesObject, versions: readonly string[]): SchemaProblem {
  return {
    kind: "schema",
    path: "apiVersion",
    message: `${kind} has no such version`,
    got: JSON.stringify(apiVersion),
    expected: `one of ${versions.join(", ")}`,
  };
}

interface KindSettings {
  readonly scope: "Namespaced" | "Cluster";
  readonly statusApart: boolean;
}

/** Fields of an object that are looked at apart from what the schema of its kind says. */
const APART: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);
const APART_WITH_STATUS: ReadonlySet<string> = new Set([...APART, "status"]);

function validate(
  object: KubernetesObject,
  node: SchemaNode,
  { scope, statusApart }: KindSettings,
): Validation {
  const findings = new Findings();
  if (
    !(statusApart && "status" in object) &&
    isStoredAsIs(object.metadata, objectMetaNode) &&
    isStoredAsIs(object, node, statusApart ? APART_WITH_STATUS : APART)
  ) {
    findings.problems.push(...checkMetadata(object.metadata, scope));
    if (!meetsRules(object, node)) checkRules(object, node, "", findings);
    return { problems: findings.problems, waiting: findings.waiting };
  }
  const { apiVersion, kind, metadata, ...rest } = object;
  const meta = normalize(metadata, objectMetaNode, "metadata", findings.problems);
  checkStructure(meta, objectMetaNode, "metadata", findings);
  findings.problems.push(...checkMetadata(meta, scope));

  const normalized = stored(normalize(rest, node, "", findings.problems), statusApart);
  checkStructure(normalized, node, "", findings);
  const root =
    typeof normalized === "object" ? { apiVersion, kind, metadata: meta, ...normalized } : normalized;
  checkRules(root, node, "", findings);
  return { problems: findings.problems, waiting: findings.waiting };
}

/** What is left of a new object once its fields are known: who creates it has no say in its status. */
function stored(normalized: unknown, statusApart: boolean): unknown {
  if (!statusApart || !isFields(normalized)) return normalized;
  const { status: _, ...rest } = normalized;
  return rest;
}
