import { isLabelKey, isLabelValue } from "../dns";
import { at, type Reader } from "./reader";

const EXPECTED = 'labels such as { version: "v1" }';

/** Kubernetes labels with at least one entry, sorted by key. */
export function readLabels(
  reader: Reader,
  value: unknown,
  id: string,
  path: string,
): Readonly<Record<string, string>> | undefined {
  const entries = reader.record(value, id, path, EXPECTED);
  if (entries === undefined) return undefined;
  if (entries.size === 0) {
    return reader.report({
      id,
      path,
      message: "has no labels",
      got: { value },
      expected: EXPECTED,
      fix: "add at least one label",
    });
  }
  const labels: [string, string][] = [];
  for (const [key, label] of entries) {
    if (!isLabelKey(key)) {
      reader.report({
        id: "intent/label",
        path: at(path, key),
        message: "is not a Kubernetes label key",
        got: { value: key },
        expected: "letters, digits, '-', '_', '.'; up to 63, after an optional DNS prefix and '/'",
        fix: "rename the label",
      });
    }
    const expected = "a Kubernetes label value: up to 63 letters, digits, '-', '_', '.'";
    const text = reader.text(label, "intent/label", at(path, key), isLabelValue, expected);
    if (text !== undefined) labels.push([key, text]);
  }
  if (labels.length < entries.size) return undefined;
  return Object.fromEntries(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
}
