import { UNKNOWN as unknownSymbol, type Unknown } from "./kubernetes-object";

// Every read compares with it, and a constant of this file is at hand sooner than one of another.
const UNKNOWN: Unknown = unknownSymbol;

const NO_VALUES: readonly Value[] = [];
const NO_NAMES: readonly string[] = [];
const NO_ENTRIES: readonly (readonly [string, Value])[] = [];

/**
 * A value inside an object together with its path. Whatever the object holds (nothing, another type, a value that is
 * not known before deployment), reading never throws: a field that is absent or of another type reads as
 * `undefined`, and everything below an unknown value is unknown.
 *
 * Wrong types are the business of `schema-valid`; the other rules read past them.
 */
export class Value {
  // Declared and not defined: millions are made, and defining a field before it is assigned takes longer than all else.
  /** What is there, of any type. */
  declare readonly raw: unknown;
  // Rules read far more places than they report, so a path is put together only where somebody asks for it.
  declare private readonly parent: Value | undefined;
  declare private readonly step: string | number;

  /**
   * @param path of a value that is not read from another one; empty for the root of an object
   */
  constructor(raw: unknown, path: string);
  /** @internal */
  constructor(raw: unknown, step: string | number, parent: Value);
  constructor(raw: unknown, step: string | number, parent?: Value) {
    this.raw = raw;
    this.step = step;
    this.parent = parent;
  }

  /** The path from the object's root: `spec.http[0].match[1].headers["x-user"]`; empty for the root. */
  get path(): string {
    const { parent, step } = this;
    if (parent === undefined) return String(step);
    return typeof step === "number" ? `${parent.path}[${step}]` : joinField(parent.path, step);
  }

  get isUnknown(): boolean {
    return this.raw === UNKNOWN;
  }

  /** Something other than `null` stands there; an unknown value counts. */
  get isPresent(): boolean {
    return this.raw !== undefined && this.raw !== null;
  }

  /** The field of an object. */
  get(field: string): Value {
    const { raw } = this;
    return new Value(raw === UNKNOWN ? UNKNOWN : fieldOf(raw, field), field, this);
  }

  /** Whether {@link Value.isPresent} holds for the field. */
  has(field: string): boolean {
    const { raw } = this;
    if (raw === UNKNOWN) return true;
    const value = fieldOf(raw, field);
    return value !== undefined && value !== null;
  }

  /** The elements of a list; of anything else, none. */
  items(): readonly Value[] {
    const { raw } = this;
    if (!Array.isArray(raw) || raw.length === 0) return NO_VALUES;
    const items: Value[] = [];
    for (let index = 0; index < raw.length; index++) items.push(new Value(raw[index], index, this));
    return items;
  }

  /** The names of an object's fields; of anything else, none. */
  keys(): readonly string[] {
    return isRecord(this.raw) ? Object.keys(this.raw) : NO_NAMES;
  }

  /** The fields of an object; of anything else, none. */
  entries(): readonly (readonly [string, Value])[] {
    const { raw } = this;
    if (!isRecord(raw)) return NO_ENTRIES;
    const entries: (readonly [string, Value])[] = [];
    for (const key of Object.keys(raw)) entries.push([key, new Value(raw[key], key, this)]);
    return entries;
  }

  text(): string | undefined | Unknown {
    return typeof this.raw === "string" || this.raw === UNKNOWN ? this.raw : undefined;
  }

  number(): number | undefined | Unknown {
    return (typeof this.raw === "number" && Number.isFinite(this.raw)) || this.raw === UNKNOWN
      ? this.raw
      : undefined;
  }

  boolean(): boolean | undefined | Unknown {
    return typeof this.raw === "boolean" || this.raw === UNKNOWN ? this.raw : undefined;
  }

  /** A map of strings such as labels; entries of another type are left out, an unknown entry stays unknown. */
  texts(): ReadonlyMap<string, string | Unknown> | Unknown {
    const { raw } = this;
    if (raw === UNKNOWN) return UNKNOWN;
    const texts = new Map<string, string | Unknown>();
    if (!isRecord(raw)) return texts;
    for (const key of Object.keys(raw)) {
      const text = raw[key];
      if (typeof text === "string" || text === UNKNOWN) texts.set(key, text);
    }
    return texts;
  }
}

/** The value when it is known text; unknown and absent read as `undefined`. For places where both mean "say nothing". */
export function known<T>(value: T | Unknown): T | undefined {
  return value === UNKNOWN ? undefined : value;
}

/** What an object itself has: `constructor` and the like are inherited, and no field of a document. */
function fieldOf(raw: unknown, field: string): unknown {
  if (typeof raw !== "object" || raw === null) return undefined;
  const value = (raw as Readonly<Record<string, unknown>>)[field];
  // Most fields that are asked for are absent. Of what is there, asking whether it is their own takes longer than to see
  // that it is neither of what objects inherit: functions and `__proto__`.
  if (value === undefined || Array.isArray(raw)) return undefined;
  const isInherited = (typeof value === "function" || field === "__proto__") && !Object.hasOwn(raw, field);
  return isInherited ? undefined : value;
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

function joinField(path: string, field: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(field)) return `${path}[${JSON.stringify(field)}]`;
  return path === "" ? field : `${path}.${field}`;
}

/** The strings of a list, without those that are not known. */
export function knownTexts(list: Value): readonly string[] {
  return list.items().flatMap((item) => known(item.text()) ?? []);
}
