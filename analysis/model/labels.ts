import { UNKNOWN } from "../kubernetes-object";
import type { Value } from "../reader";

/** A map of strings as far as it is known. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;
  /** There may be more entries, or entries with other values, than those that are known. */
  readonly open: boolean;
}

export const NO_LABELS: Labels = { known: new Map(), open: false };

export function readLabels(value: Value): Labels {
  const texts = value.texts();
  if (texts === UNKNOWN) return { known: new Map(), open: true };
  const known = new Map<string, string>();
  let open = false;
  for (const [key, text] of texts) {
    if (text === UNKNOWN) open = true;
    else known.set(key, text);
  }
  return { known, open };
}

/** Every pair of the selector is among the labels. */
export function includesAll(
  labels: ReadonlyMap<string, string>,
  selector: ReadonlyMap<string, string>,
): boolean {
  for (const [key, value] of selector) if (labels.get(key) !== value) return false;
  return true;
}

/** For messages: `app=reviews,version=v1`. */
export function describeLabels(labels: ReadonlyMap<string, string>): string {
  return [...labels].map(([key, value]) => `${key}=${value}`).join(",");
}
