import stored from "./generated/schema.json";

/** The form of a value, in the words of Protocol Buffers; `duration`, `struct` and `value` are its well-known types. */
export type FieldType =
  | "bool"
  | "bytes"
  | "double"
  | "duration"
  | "enum"
  | "float"
  | "int32"
  | "int64"
  | "message"
  | "string"
  | "struct"
  | "uint32"
  | "uint64"
  | "value";

/** One field of a message. */
export interface FieldSchema {
  readonly type: FieldType;
  /** Full name of the message or the enumeration. */
  readonly ref?: string;
  /** Several of them: a list, or a map with texts as keys. @default one */
  readonly many?: "list" | "map";
  readonly deprecated?: boolean;
  /** Minor release that brought it. @default older than every release that can be installed */
  readonly since?: string;
}

/** One message: its fields by their names in JSON. */
export interface MessageSchema {
  readonly fields: Readonly<Record<string, FieldSchema>>;
  /** Groups of fields of which only one may be set. */
  readonly oneOfs?: readonly (readonly string[])[];
}

/** Istio's mesh configuration, as its descriptors define it: structure only. */
export interface MeshConfigSchema {
  readonly source: { readonly module: string; readonly version: string };
  readonly messages: Readonly<Record<string, MessageSchema>>;
  /** The values of each enumeration. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/** The mesh configuration of the newest release that can be installed, with marks where older ones lack something. */
export const meshConfigSchema = stored as unknown as MeshConfigSchema;
