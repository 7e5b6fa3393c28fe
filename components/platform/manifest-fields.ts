type Fields = Readonly<Record<string, unknown>>;

/** The fields of a part of a manifest, whose type its kind decides; none where there is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** The elements of a part of a manifest; none where there is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
