/** One value of a chart that follows from an argument. */
export interface ChartValue<Settings, Args> {
  readonly chart: string;
  /** Path in the chart's values, with dots. */
  readonly value: string;
  /** What it is set to; `undefined` leaves it to the chart. */
  readonly of: (settings: Settings, args: Args) => unknown;
}

/** What becomes of an argument where a chart is installed: it sets values, or something else, or it has no counterpart. */
export type ChartEntry<Settings, Args> =
  | readonly ChartValue<Settings, Args>[]
  /** What it decides beside the values. */
  | { readonly instead: string }
  /** Why charts cannot do it; the argument is refused. */
  | { readonly refused: string };

/** Every argument of a component, and what it means to its charts. A new argument does not compile until it is here. */
export type ChartTable<Settings, Args> = {
  readonly [Argument in keyof Args]-?: ChartEntry<Settings, Args>;
};

/** The values of one chart that do not depend on arguments. */
export type FixedValues = Readonly<Record<string, unknown>>;

type Fields = Record<string, unknown>;

/** Whether an entry sets values. */
export function setsValues<Settings, Args>(
  entry: ChartEntry<Settings, Args>,
): entry is readonly ChartValue<Settings, Args>[] {
  return Array.isArray(entry);
}

/** Short form of an entry that sets values of one chart. */
export function valuesOf<Settings, Args>(
  chart: string,
  values: Readonly<Record<string, (settings: Settings, args: Args) => unknown>>,
): readonly ChartValue<Settings, Args>[] {
  return Object.entries(values).map(([value, of]) => ({ chart, value, of }));
}

/**
 * The values of a chart for the given arguments. Pure: plain settings give plain values, and Outputs stay leaves.
 *
 * @param fixed values by their paths that do not depend on arguments
 */
export function chartValues<Settings, Args>(
  chart: string,
  table: ChartTable<Settings, Args>,
  settings: Settings,
  args: Args,
  fixed: FixedValues = {},
): Fields {
  const values: Fields = {};
  for (const [path, value] of Object.entries(fixed)) place(values, path.split("."), value);
  for (const entry of Object.values<ChartEntry<Settings, Args>>(table)) {
    if (!setsValues(entry)) continue;
    for (const { chart: its, value, of } of entry) {
      const set = its === chart ? of(settings, args) : undefined;
      if (set !== undefined) place(values, value.split("."), set);
    }
  }
  return values;
}

function place(values: Fields, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    values[key] = value;
    return;
  }
  const below = (values[key] ?? {}) as Fields;
  values[key] = below;
  place(below, rest, value);
}

/** The value where there is something in it: an empty list or map is the chart's own default. */
export function filled<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}
