/**
 * JSON with as many values on a line as fit: half the size of the usual layout, and a change of one field still shows
 * as a change of one line.
 */
export function layOut(value: unknown, width = 140, indent = ""): string {
  const line = JSON.stringify(value);
  if (indent.length + line.length <= width || typeof value !== "object" || value === null) return line;
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    return `[\n${value.map((v) => inner + layOut(v, width, inner)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{\n${entries.map(([k, v]) => `${inner}${JSON.stringify(k)}:${layOut(v, width, inner)}`).join(",\n")}\n${indent}}`;
}
