import { isPropertyObject, Secret, UNKNOWN, type PropertyValue } from "../value";
import { Struct } from "./protocol";

/**
 * A property as it travels: plain JSON in which objects with a signature stand for secrets, outputs, resources and assets.
 */
export type Wire = null | boolean | number | string | readonly Wire[] | WireObject;
export interface WireObject {
  readonly [key: string]: Wire;
}

// Fixed by Pulumi's protocol.
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isWireObject(wire: Wire | undefined): wire is WireObject {
  return typeof wire === "object" && wire !== null && !Array.isArray(wire);
}

/** The properties of a message; absent means none. */
export function wireOf(struct: Struct | undefined): WireObject {
  return (struct?.toJavaScript() ?? {}) as WireObject;
}

/** The reverse of {@link wireOf}. */
export function structOf(wire: WireObject): Struct {
  return Struct.fromJavaScript(wire as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** What a program means by the properties that it sent. Dependencies that travel inside output values are dropped here. */
export function decodeProperties(wire: WireObject): Record<string, PropertyValue> {
  const properties: Record<string, PropertyValue> = {};
  for (const [key, value] of Object.entries(wire)) setOwn(properties, key, decode(value));
  return properties;
}

function decode(wire: Wire): PropertyValue {
  if (wire === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(wire)) return (wire as readonly Wire[]).map(decode);
  if (!isWireObject(wire)) return wire as PropertyValue;
  const signature = wire[SIGNATURE_KEY];
  if (signature === SECRET) return asSecret(decode(wire.value ?? null));
  if (signature === OUTPUT) {
    const value = wire.value === undefined ? UNKNOWN : decode(wire.value);
    return wire.secret === true ? asSecret(value) : value;
  }
  if (signature === RESOURCE) {
    const id = typeof wire.id === "string" && wire.id !== UNKNOWN_TEXT ? wire.id : "";
    return { resourceReference: { urn: String(wire.urn), ...(id && { id }) } };
  }
  if (signature === ASSET || signature === ARCHIVE) {
    // The SDK sends its own type marks along; they say again what the signature says.
    const { [SIGNATURE_KEY]: _, __pulumiAsset, __pulumiArchive, ...rest } = wire;
    return { pulumiAsset: { kind: signature === ASSET ? "asset" : "archive", ...decodeProperties(rest) } };
  }
  return decodeProperties(wire);
}

function asSecret(value: PropertyValue): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

/** The properties as a program reads them. Without `secrets` the program did not ask for them to be marked. */
export function encodeProperties(
  properties: Readonly<Record<string, PropertyValue>>,
  secrets = true,
): WireObject {
  const wire: Record<string, Wire> = {};
  for (const [key, value] of Object.entries(properties)) setOwn(wire, key, encode(value, secrets));
  return wire;
}

function encode(value: PropertyValue, secrets: boolean): Wire {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (value instanceof Secret) {
    const revealed = encode(value.reveal(), secrets);
    return secrets ? { [SIGNATURE_KEY]: SECRET, value: revealed } : revealed;
  }
  if (Array.isArray(value)) return (value as readonly PropertyValue[]).map((item) => encode(item, secrets));
  if (!isPropertyObject(value)) return value as Wire;
  const [key, ...others] = Object.keys(value);
  if (others.length === 0 && key === "resourceReference") {
    const reference = value.resourceReference;
    if (isPropertyObject(reference) && typeof reference.urn === "string") {
      return {
        [SIGNATURE_KEY]: RESOURCE,
        urn: reference.urn,
        id: (reference.id as string | undefined) ?? "",
      };
    }
  }
  if (others.length === 0 && key === "pulumiAsset" && isPropertyObject(value.pulumiAsset)) {
    const { kind, ...rest } = value.pulumiAsset;
    return { [SIGNATURE_KEY]: kind === "archive" ? ARCHIVE : ASSET, ...encodeProperties(rest, secrets) };
  }
  return encodeProperties(value, secrets);
}

/** `__proto__` is an ordinary key in YAML and JSON, and must stay one here. */
function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
  else target[key] = value;
}

/** The URNs that the output values inside say they came from. */
export function dependenciesInside(wire: Wire, into = new Set<string>()): Set<string> {
  if (Array.isArray(wire)) {
    for (const item of wire as readonly Wire[]) dependenciesInside(item, into);
  } else if (isWireObject(wire)) {
    if (wire[SIGNATURE_KEY] === OUTPUT && Array.isArray(wire.dependencies)) {
      for (const urn of wire.dependencies as readonly Wire[]) if (typeof urn === "string") into.add(urn);
    }
    for (const item of Object.values(wire)) dependenciesInside(item, into);
  }
  return into;
}

/**
 * The properties with every secret and unknown written as an output value, and with the dependencies of each property
 * attached to it: the form in which a transform gets them, so that what it passes on keeps its dependencies.
 */
export function withDependencies(
  properties: WireObject,
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): WireObject {
  const upgraded: Record<string, Wire> = {};
  for (const [key, value] of Object.entries(properties)) {
    const wire = asOutputs(value);
    const wanted = dependencies.get(key) ?? new Set<string>();
    const present = dependenciesInside(wire);
    setOwn(upgraded, key, isSubset(wanted, present) ? wire : attach(wire, new Set([...present, ...wanted])));
  }
  return upgraded;
}

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((item) => whole.has(item));
}

function attach(wire: Wire, dependencies: ReadonlySet<string>): WireObject {
  const urns = [...dependencies].sort();
  if (isWireObject(wire) && wire[SIGNATURE_KEY] === OUTPUT) return { ...wire, dependencies: urns };
  return { [SIGNATURE_KEY]: OUTPUT, value: wire, dependencies: urns };
}

function asOutputs(wire: Wire): Wire {
  if (wire === UNKNOWN_TEXT) return { [SIGNATURE_KEY]: OUTPUT };
  if (Array.isArray(wire)) return (wire as readonly Wire[]).map(asOutputs);
  if (!isWireObject(wire)) return wire;
  if (wire[SIGNATURE_KEY] === SECRET) {
    const value = asOutputs(wire.value ?? null);
    if (isWireObject(value) && value[SIGNATURE_KEY] === OUTPUT) return { ...value, secret: true };
    return { [SIGNATURE_KEY]: OUTPUT, value, secret: true };
  }
  const result: Record<string, Wire> = {};
  for (const [key, value] of Object.entries(wire)) setOwn(result, key, asOutputs(value));
  return result;
}
