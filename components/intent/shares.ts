import type { Destination } from "./destination";
import type { HeadersSpec } from "./http-route-options";
import { show } from "./show";

/** A part of the traffic, in whole percent. */
export interface Share<M extends string, W extends number = number> {
  readonly to: Destination<M>;
  readonly weight: W;
  /** What is done to the headers of this share's requests. @default - nothing */
  readonly headers?: HeadersSpec | undefined;
}

type Tuple<N, A extends readonly unknown[] = []> = A["length"] extends N
  ? A
  : A["length"] extends 100
    ? never
    : Tuple<N, readonly [...A, 0]>;

/** The sum of literal weights; `number` as soon as one is computed; `never` where one is not 0, 1, … 100. */
type Sum<T, A extends readonly unknown[] = []> = T extends readonly [
  { readonly weight: infer W },
  ...infer Rest,
]
  ? number extends W
    ? number
    : Tuple<W> extends infer Added extends readonly unknown[]
      ? Sum<Rest, readonly [...A, ...Added]>
      : never
  : T extends readonly []
    ? A["length"]
    : number;

/**
 * Accepts a list of shares whose weights add up to 100. The name of the property that is then missing is the
 * compiler's message.
 */
export type AddsUpTo100<T> = [Sum<T>] extends [never]
  ? { readonly "each weight must be a whole number from 0 to 100, in": T }
  : number extends Sum<T>
    ? unknown
    : Sum<T> extends 100
      ? unknown
      : { readonly "weights must add up to 100, got": Sum<T> };

/*
 * The functions below run before anything is checked, for callers whose compiler checked nothing either: they take
 * whatever comes, never throw, and keep what is wrong in place for the check of the whole mesh to report.
 */

/** A share as it was written. */
export interface WrittenShare {
  readonly to: unknown;
  readonly weight: unknown;
  readonly headers?: unknown;
}

export function writeShare(to: unknown, weight: unknown, options?: unknown): WrittenShare {
  const headers = field(options, "headers");
  return Object.freeze({ to, weight, ...(headers !== undefined && { headers }) });
}

/** `rest` comes first and gets what the others leave. */
export function writeCanary(rest: unknown, shares: readonly unknown[]): readonly unknown[] {
  const taken = shares.reduce<number>((sum, each) => sum + weightOf(each), 0);
  return Object.freeze([writeShare(rest, 100 - taken), ...shares]);
}

/** One share for each name that either side knows. What is undeclared or left out stays visible as such. */
export function writeBySubset(service: unknown, weights: unknown): readonly unknown[] {
  const subsets = entriesOf(field(service, "subsets"));
  const given = entriesOf(weights);
  const name = field(service, "name");
  const owner = typeof name === "string" ? name : show(name);
  const names = new Set([...subsets.keys(), ...given.keys()]);
  if (names.size === 0) return Object.freeze([writeShare(undefined, 100)]);
  return Object.freeze(
    [...names].map((subset) =>
      writeShare(subsets.get(subset) ?? `${owner}.subsets.${subset}`, given.get(subset)),
    ),
  );
}

function weightOf(share: unknown): number {
  const weight = field(share, "weight");
  return typeof weight === "number" ? weight : NaN;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
