/** The path of a field of the thing at `parent`; the root has the empty path. */
export function fieldPath(parent: string, field: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(field)) return `${parent}[${JSON.stringify(field)}]`;
  return parent === "" ? field : `${parent}.${field}`;
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
