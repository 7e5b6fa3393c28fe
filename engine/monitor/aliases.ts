import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { createUrn, parseUrn, ROOT_STACK_TYPE } from "../urn";

/** The resource that aliases are computed for. */
export interface AliasedResource {
  readonly stack: string;
  readonly project: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
}

/**
 * The URNs that a resource may have had before, in the order in which the Pulumi engine tries them: those that the
 * program named, then the ones that follow from its parent's aliases.
 *
 * @param parentAliases the aliases of `resource.parent`, already resolved
 */
export function resolveAliases(
  resource: AliasedResource,
  aliases: readonly Alias[],
  parentAliases: readonly string[],
): string[] {
  const own = aliases.map((alias) => resolveAlias(resource, alias));
  const urns = new Set(own);
  for (const parentAlias of parentAliases) {
    urns.add(inherited(resource, parentAlias, resource.type, resource.name));
    for (const urn of own) {
      const parts = parseUrn(urn);
      if (parts !== undefined) urns.add(inherited(resource, parentAlias, parts.type, parts.name));
    }
  }
  return [...urns];
}

function resolveAlias(resource: AliasedResource, alias: Alias): string {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const parent = spec.getNoparent() ? undefined : spec.getParenturn() || resource.parent;
  return createUrn(
    spec.getStack() || resource.stack,
    spec.getProject() || resource.project,
    parent === undefined || parseUrn(parent)?.qualifiedType === ROOT_STACK_TYPE ? undefined : parent,
    spec.getType() || resource.type,
    spec.getName() || resource.name,
  );
}

/**
 * A child whose name begins with its parent's name is taken to be named after it, so the name changes with the parent's.
 */
function inherited(resource: AliasedResource, parentAlias: string, type: string, name: string): string {
  const parentName = resource.parent === undefined ? undefined : parseUrn(resource.parent)?.name;
  const aliasName = parseUrn(parentAlias)?.name;
  const renamed =
    parentName !== undefined && aliasName !== undefined && name.startsWith(parentName)
      ? aliasName + name.slice(parentName.length)
      : name;
  return createUrn(resource.stack, resource.project, parentAlias, type, renamed);
}
