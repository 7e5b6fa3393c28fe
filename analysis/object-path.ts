/**
 * The steps of a path inside an object, as findings write it: names and, for lists, numbers.
 *
 * @example
 * segmentsOf('spec.http[0].match[1].headers["x-user"]'); // ["spec", "http", 0, "match", 1, "headers", "x-user"]
 */
export function segmentsOf(path: string): readonly (string | number)[] {
  const segments: (string | number)[] = [];
  for (const [, quoted, index, name] of path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)) {
    if (quoted !== undefined) segments.push(JSON.parse(quoted) as string);
    else segments.push(index === undefined ? (name ?? "") : Number(index));
  }
  return segments;
}
