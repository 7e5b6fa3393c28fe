import type {
  GlobalRateLimitIntent,
  GuardedIntent,
  MatchIntent,
  RateLimitDescriptorIntent,
  TextMatch,
  ValueMatchIntent,
} from "../../intent/intent";

/**
 * One entry of what a proxy sends to the rate-limit service: how the proxy makes it, and how the service's configuration
 * knows it. Both come from here, so that they agree.
 */
export interface Entry {
  /** An action of Envoy's `rate_limits`. */
  readonly action: Readonly<Record<string, unknown>>;
  readonly key: string;
  /** Absent where each value is counted for itself. */
  readonly value?: string;
}

/**
 * The entries of one limit, in the order in which they are sent. The first names the limit, so that no two limits ever
 * share a counter; conditions that do not hold make no entry, and Envoy then sends nothing for this limit.
 */
export function entriesOf(target: GuardedIntent, limit: GlobalRateLimitIntent): readonly Entry[] {
  return [
    fixed("limit", `${target.kind}/${target.name}/${limit.name}`),
    ...(limit.when === undefined ? [] : conditions(limit.when)),
    ...limit.descriptors.map(descriptor),
  ];
}

function fixed(key: string, value: string): Entry {
  return { action: { generic_key: { descriptor_key: key, descriptor_value: value } }, key, value };
}

const HOLDS = "true";

function conditions(when: MatchIntent): Entry[] {
  const headers = headerMatchers(when);
  const parameters = when.query.map((each) => ({
    name: each.name,
    ...(each.match === "present" || each.match === "absent"
      ? { present_match: true }
      : { string_match: stringMatch(each) }),
  }));
  return [
    ...(headers.length === 0
      ? []
      : [
          {
            action: {
              header_value_match: {
                descriptor_key: "when",
                descriptor_value: HOLDS,
                expect_match: true,
                headers,
              },
            },
            key: "when",
            value: HOLDS,
          },
        ]),
    ...(parameters.length === 0
      ? []
      : [
          {
            action: {
              query_parameter_value_match: {
                descriptor_key: "when_query",
                descriptor_value: HOLDS,
                expect_match: true,
                query_parameters: parameters,
              },
            },
            key: "when_query",
            value: HOLDS,
          },
        ]),
  ];
}

type HeaderMatcher = Readonly<Record<string, unknown>>;

function headerMatchers(when: MatchIntent): HeaderMatcher[] {
  const named = (name: string, match: TextMatch | undefined): HeaderMatcher[] =>
    match === undefined ? [] : [{ name, string_match: stringMatch(match) }];
  return [
    ...(when.path === undefined ? [] : [{ name: ":path", string_match: pathMatch(when.path) }]),
    ...(when.methods.length === 0
      ? []
      : [{ name: ":method", string_match: { safe_regex: { regex: when.methods.join("|") } } }]),
    ...named(":method", when.methodPattern),
    ...named(":authority", when.authority),
    ...named(":scheme", when.scheme),
    ...when.headers.map(headerMatcher),
    // A request without the header meets it: Envoy would otherwise take what is missing for no match, inverted or not.
    ...(when.withoutHeaders ?? []).map(({ name, ...match }) => ({
      name,
      string_match: stringMatch(match),
      invert_match: true,
      treat_missing_header_as_empty: true,
    })),
  ];
}

function headerMatcher(each: ValueMatchIntent): HeaderMatcher {
  if (each.match === "present") return { name: each.name, present_match: true };
  if (each.match === "absent") return { name: each.name, present_match: true, invert_match: true };
  return { name: each.name, string_match: stringMatch(each) };
}

function stringMatch({ match, value }: TextMatch): Readonly<Record<string, unknown>> {
  return match === "regex" ? { safe_regex: { regex: value } } : { [match]: value };
}

/** What Envoy compares has the query in it, which is no part of a path. */
function pathMatch({
  match,
  value,
  ignoreCase,
}: NonNullable<MatchIntent["path"]>): Readonly<Record<string, unknown>> {
  if (match === "prefix") return { prefix: value, ...(ignoreCase && { ignore_case: true }) };
  const path = match === "exact" ? value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : `(?:${value})`;
  return { safe_regex: { regex: `${ignoreCase ? "(?i)" : ""}${path}(?:\\?.*)?` } };
}

function descriptor(each: RateLimitDescriptorIntent): Entry {
  switch (each.kind) {
    case "header":
      return {
        action: { request_headers: { header_name: each.name, descriptor_key: each.name } },
        key: each.name,
      };
    case "query":
      return {
        action: { query_parameters: { query_parameter_name: each.name, descriptor_key: "query" } },
        key: "query",
      };
    case "path":
      return { action: { request_headers: { header_name: ":path", descriptor_key: "path" } }, key: "path" };
    case "generic-key":
      return fixed("generic_key", each.name);
    case "destination-cluster":
      return { action: { destination_cluster: {} }, key: "destination_cluster" };
    case "remote-address": {
      const { v4PrefixLength, v6PrefixLength } = each;
      // The keys are Envoy's own: these two actions take none.
      if (v4PrefixLength === undefined && v6PrefixLength === undefined) {
        return { action: { remote_address: {} }, key: "remote_address" };
      }
      return {
        action: {
          masked_remote_address: {
            ...(v4PrefixLength !== undefined && { v4_prefix_mask_len: v4PrefixLength }),
            ...(v6PrefixLength !== undefined && { v6_prefix_mask_len: v6PrefixLength }),
          },
        },
        key: "masked_remote_address",
      };
    }
    case "metadata":
      return {
        action: {
          metadata: {
            descriptor_key: "metadata",
            metadata_key: { key: each.filter, path: each.path.map((key) => ({ key })) },
            source: "DYNAMIC",
          },
        },
        key: "metadata",
      };
  }
}
