/** Drops fields that are not set, so that the defaults of whoever reads the object stay visible as defaults. */
export function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
