import type { GlobalRateLimitIntent, MeshIntent, RateIntent } from "../../intent/intent";
import { entriesOf, type Entry } from "./entries";

/** One level of the service's configuration. */
export interface RateLimitConfigurationDescriptor {
  readonly key: string;
  readonly value?: string;
  readonly rate_limit?:
    { readonly unit: RateIntent["per"]; readonly requests_per_unit: number } | { readonly unlimited: true };
  readonly shadow_mode?: true;
  readonly descriptors?: readonly RateLimitConfigurationDescriptor[];
}

/** What the rate-limit service reads, as YAML or JSON. */
export interface RateLimitConfiguration {
  readonly domain: string;
  readonly descriptors: readonly RateLimitConfigurationDescriptor[];
}

/**
 * The configuration that https://github.com/envoyproxy/ratelimit needs for the limits of a mesh: it agrees with the
 * EnvoyFilters that `compileMesh` writes, because both are made of the same entries.
 *
 * @throws {@link MeshError} with every problem of the mesh
 * @example writeFileSync("config.yaml", JSON.stringify(rateLimitConfiguration(shop)));
 */
export function rateLimitConfiguration(mesh: { intent(): MeshIntent }): RateLimitConfiguration {
  const { globalRateLimits, rateLimitService } = mesh.intent();
  return {
    domain: rateLimitService.domain,
    descriptors: globalRateLimits.flatMap(({ target, limits }) =>
      limits.map((limit) => branch(limit, entriesOf(target, limit))),
    ),
  };
}

/** One limit: a level for each entry, and the limit itself at the last. */
function branch(limit: GlobalRateLimitIntent, entries: readonly Entry[]): RateLimitConfigurationDescriptor {
  const [last, ...before] = [...entries].reverse();
  if (last === undefined) throw new RangeError(`limit ${limit.name} has no entries`);
  const shadow = limit.shadow ? ({ shadow_mode: true } as const) : {};
  const leaf = ({ key, value }: Pick<Entry, "key" | "value">, rate: RateIntent | "unlimited") => ({
    key,
    ...(value !== undefined && { value }),
    rate_limit:
      rate === "unlimited"
        ? ({ unlimited: true } as const)
        : { unit: rate.per, requests_per_unit: rate.requests },
    ...shadow,
  });
  const leaves: readonly RateLimitConfigurationDescriptor[] = [
    ...limit.overrides.map(({ value, rate }) => leaf({ key: last.key, value }, rate)),
    leaf(last, limit),
  ];
  return before.reduce<readonly RateLimitConfigurationDescriptor[]>(
    (descriptors, { key, value }) => [{ key, ...(value !== undefined && { value }), descriptors }],
    leaves,
  )[0] as RateLimitConfigurationDescriptor;
}
