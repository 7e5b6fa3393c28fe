const UNITS = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** The longest that can be written: five digits of the largest unit. */
export const LONGEST_DURATION = 99_999 * 3_600_000;

/**
 * Writes milliseconds as the Gateway API has durations (GEP-2257): whole numbers of up to five digits, largest unit first.
 *
 * @param milliseconds at least 1, at most {@link LONGEST_DURATION}
 * @example formatGatewayDuration(90_500) // "1m30s500ms"
 */
export function formatGatewayDuration(milliseconds: number): string {
  let rest = milliseconds;
  return UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  }).join("");
}
