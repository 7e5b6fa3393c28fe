/**
 * A length of time with its unit: `"500ms"`, `"2s"`, `"1.5m"`, `"1h"`.
 *
 * The type is for completion and typing slips; template literals also admit `"-1s"` and `"1e3s"`, which
 * {@link parseDuration} refuses.
 */
export type Duration = `${number}${"ms" | "s" | "m" | "h"}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d{1,9})(?:\.(\d{1,6}))?(ms|s|m|h)$/;

/** What a refused duration should have looked like; shared by every message about one. */
export const DURATION_EXPECTED =
  "a number and a unit (ms, s, m, h), a whole number of milliseconds, at least 1ms";

/**
 * Reads a duration.
 *
 * @returns whole milliseconds, at least 1 (Istio refuses less); `undefined` where the text is no duration
 * @example parseDuration("1.5s") // 1500
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", unit = ""] = match;
  // Integer arithmetic: 1.1 * 1000 is not 1100 in binary floating point.
  const scaled = Number(whole + fraction) * (UNITS[unit] ?? 0);
  const milliseconds = scaled / 10 ** fraction.length;
  return Number.isSafeInteger(milliseconds) && milliseconds >= 1 ? milliseconds : undefined;
}

/**
 * Writes milliseconds in the one form that compiled objects use: whole seconds where possible, else milliseconds.
 *
 * @example formatDuration(90_000) // "90s"
 */
export function formatDuration(milliseconds: number): Duration {
  return milliseconds % 1_000 === 0 ? `${milliseconds / 1_000}s` : `${milliseconds}ms`;
}
