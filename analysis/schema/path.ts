/** Names of fields recur in every object; keys of labels do too, but whoever writes them could write anything. */
const plainNames = new Map<string, boolean>();
const MOST_NAMES = 10_000;

/** The path of a field of the thing at `parent`; the root has the empty path. */
export function fieldPath(parent: string, field: string): string {
  if (!isPlainName(field)) return `${parent}[${JSON.stringify(field)}]`;
  return parent === "" ? field : `${parent}.${field}`;
}

function isPlainName(field: string): boolean {
  let isPlain = plainNames.get(field);
  if (isPlain === undefined) {
    isPlain = /^[A-Za-z_$][\w$-]*$/.test(field);
    if (plainNames.size < MOST_NAMES) plainNames.set(field, isPlain);
  }
  return isPlain;
}

/** The path of an item of the list at `parent`. */
export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

/** Whether `path` is `ancestor` or something inside it. */
export function isWithin(path: string, ancestor: string): boolean {
  if (!path.startsWith(ancestor)) return false;
  if (path.length === ancestor.length || ancestor === "") return true;
  const next = path[ancestor.length];
  return next === "." || next === "[";
}
