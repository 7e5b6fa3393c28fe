/**
 * Whether a path pattern of an authorization policy matches every path that another one matches. Sound, not complete:
 * of templates only those are known to be covered that are equal, or begin as a prefix does.
 */
export function coversPathPattern(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (wide.includes("{")) return false;
  if (wide.endsWith("*")) {
    // What comes before the first star or brace is in every path that the narrow one matches.
    const [head = ""] = narrow.split(/[*{]/);
    return head.startsWith(wide.slice(0, -1));
  }
  if (wide.startsWith("*")) {
    const tail = narrow.startsWith("*") ? narrow.slice(1) : narrow;
    return !/[*{]/.test(tail) && tail.endsWith(wide.slice(1));
  }
  return false;
}

/** The patterns that no other one of the list covers, sorted. */
export function withoutCovered(patterns: readonly string[]): readonly string[] {
  return patterns
    .filter((each) => !patterns.some((other) => other !== each && coversPathPattern(other, each)))
    .sort();
}

/**
 * Whether some path may match both patterns. Sound, not complete: two that are told apart only by what stands between
 * their ends count as overlapping.
 */
export function pathPatternsOverlap(a: string, b: string): boolean {
  if (coversPathPattern(a, b) || coversPathPattern(b, a)) return true;
  if (!/[*{]/.test(a)) return matchesPathTemplate(a, b);
  if (!/[*{]/.test(b)) return matchesPathTemplate(b, a);
  const [headOfA = ""] = a.split(/[*{]/);
  const [headOfB = ""] = b.split(/[*{]/);
  const tailOfA = a.slice(a.search(/[*}][^*}]*$/) + 1);
  const tailOfB = b.slice(b.search(/[*}][^*}]*$/) + 1);
  return (
    (headOfA.startsWith(headOfB) || headOfB.startsWith(headOfA)) &&
    (tailOfA.endsWith(tailOfB) || tailOfB.endsWith(tailOfA))
  );
}

/** A plain path against a template; everything but a template is covered above, or does not match. */
function matchesPathTemplate(path: string, pattern: string): boolean {
  if (!pattern.includes("{")) return false;
  const expression = pattern
    .split(/(\{\*\*?\})/)
    .map((part) =>
      part === "{*}" ? "[^/]+" : part === "{**}" ? ".*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${expression}$`).test(path);
}
