/** One resource of a stack's state, as `pulumi stack export --show-secrets` writes it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  /** Read from outside, not managed. */
  readonly external?: boolean;
  /** Replaced, and still to be deleted. */
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
  /** Why it is there and not ready. */
  readonly initErrors?: readonly string[] | null;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** In seconds. */
  readonly customTimeouts?: Readonly<Record<string, number>>;
}

/** What the Pulumi engine or a plugin's bridge keeps among the properties for itself; programs never see it. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  ...["__internal", "__meta", "__defaults", "__pulumi_raw_state_delta"],
  ...["__fieldManager", "__initialApiVersion", "__inputs"],
]);

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** The resources of an exported state; none of a stack that was never deployed. */
export function resourcesOf(exported: unknown): readonly StateResource[] {
  const { deployment } = exported as {
    readonly deployment?: { readonly resources?: StateResource[] | null };
  };
  return deployment?.resources ?? [];
}

/** Properties without the engine's own. */
export function properties(
  all: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(all ?? {}).filter(([key]) => !BOOKKEEPING.has(key)));
}

/** What a secret holds; undefined for what is none. */
export function secretOf(value: unknown): { readonly value: unknown } | undefined {
  const signed = signedAs(value, SECRET);
  return signed === undefined ? undefined : { value: JSON.parse(String(signed["plaintext"])) as unknown };
}

/** The URN of a resource that was passed as a value; undefined for any other value. */
export function referenceOf(value: unknown): string | undefined {
  const signed = signedAs(value, RESOURCE);
  return signed === undefined ? undefined : String(signed["urn"]);
}

function signedAs(value: unknown, signature: string): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const object = value as Readonly<Record<string, unknown>>;
  return object[SIGNATURE] === signature ? object : undefined;
}
