import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration such as `1.5s` or `1h10m` in milliseconds; undefined where it is absent or malformed. */
export function milliseconds(value: Value): number | Unknown | undefined {
  const text = value.text();
  if (text === UNKNOWN || text === undefined) return text;
  return parseDuration(text);
}

export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const [, sign, rest = ""] = /^([+-]?)(.+)$/.exec(text) ?? [];
  let total = 0;
  let left = rest;
  while (left !== "") {
    const [all = "", amount, unit = ""] = /^(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/.exec(left) ?? [];
    if (amount === undefined) return undefined;
    total += Number(amount) * (units[unit] ?? 0);
    left = left.slice(all.length);
  }
  return rest === "" ? undefined : sign === "-" ? -total : total;
}
