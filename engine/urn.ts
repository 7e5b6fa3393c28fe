/** The type of the resource that every other resource of a stack hangs from. */
export const ROOT_STACK_TYPE = "pulumi:pulumi:Stack";

/** The parts of `urn:pulumi:<stack>::<project>::<qualified type>::<name>`. */
export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** The types of the parents and of the resource itself, joined with `$`. The root stack is left out. */
  readonly qualifiedType: string;
  /** The resource's own type. */
  readonly type: string;
  /** May itself contain `::`. */
  readonly name: string;
}

/** @returns undefined when the text is not a URN */
export function parseUrn(urn: string): UrnParts | undefined {
  const match = /^urn:pulumi:(.*?)::(.*?)::(.*?)::(.*)$/s.exec(urn);
  if (match === null) return undefined;
  const [, stack = "", project = "", qualifiedType = "", name = ""] = match;
  return {
    stack,
    project,
    qualifiedType,
    type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name,
  };
}

/** The URN of a resource, as the Pulumi engine makes it. */
export function createUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent === undefined ? undefined : parseUrn(parent)?.qualifiedType;
  const qualified =
    parentType === undefined || parentType === ROOT_STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** `kubernetes` of `kubernetes:core/v1:Secret`. */
export function packageOf(type: string): string {
  const colon = type.indexOf(":");
  return colon < 0 ? type : type.slice(0, colon);
}

const PROVIDER_PREFIX = "pulumi:providers:";

/** Whether resources of this type are provider configurations (`pulumi:providers:kubernetes`). */
export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_PREFIX);
}

/** The type of the provider resources of a package. */
export function providerType(pkg: string): string {
  return PROVIDER_PREFIX + pkg;
}
