import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";

/** A map of strings as far as it is known. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;
  /** There may be more entries, or entries with other values, than those that are known. */
  readonly open: boolean;
}

export const NO_LABELS: Labels = { known: new Map(), open: false };

export function readLabels(value: Value): Labels {
  return knownOf(value.texts());
}

/** What is known of a map of strings; the map itself where all of it is. */
export function knownOf(texts: ReadonlyMap<string, string | Unknown> | Unknown): Labels {
  if (texts === UNKNOWN) return { known: new Map(), open: true };
  if (isKnown(texts)) return { known: texts, open: false };
  const known = new Map<string, string>();
  for (const [key, text] of texts) if (text !== UNKNOWN) known.set(key, text);
  return { known, open: true };
}

function isKnown(texts: ReadonlyMap<string, string | Unknown>): texts is ReadonlyMap<string, string> {
  for (const text of texts.values()) if (text === UNKNOWN) return false;
  return true;
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
