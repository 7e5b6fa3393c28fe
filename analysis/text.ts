/** `a`, `a and b`, `a, b and c`; long lists are cut after `limit`. */
export function enumerate(words: readonly string[], limit = 8): string {
  const shown = words.slice(0, limit);
  if (words.length > limit) return `${shown.join(", ")} and ${words.length - limit} more`;
  const last = shown.at(-1) ?? "";
  return shown.length <= 1 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

/** The candidate that a writer most likely meant, if one is close enough; the first of equals. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // More than a third of the letters wrong is another word.
  let bound = Math.min(3, Math.floor(word.length / 3)) + 1;
  let looked = 0;
  for (const candidate of candidates) {
    // A suggestion is a kindness: in a huge set it must not cost more than the check itself.
    if (++looked > 500) break;
    if (Math.abs(candidate.length - word.length) >= bound) continue;
    const distance = editDistance(word, candidate, bound);
    if (distance < bound) [best, bound] = [candidate, distance];
  }
  return best;
}

/** Letters to insert, drop or change to make one word of the other; `bound` or more is returned as `bound`. */
function editDistance(a: string, b: string, bound: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const value = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(value);
      least = Math.min(least, value);
    }
    if (least >= bound) return bound;
    row = next;
  }
  return row[b.length] ?? bound;
}
