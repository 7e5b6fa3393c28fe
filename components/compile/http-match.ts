import type { MatchIntent, TextMatch, ValueMatchIntent } from "../intent/intent";
import type { VirtualServiceHttpMatch, VirtualServiceStringMatch } from "./types";

/**
 * The alternatives of a route as Istio's, which knows one method at a time.
 *
 * @param port the port that requests were sent to, where the service opens several
 */
export function httpMatches(
  matches: readonly MatchIntent[],
  port?: number,
): readonly VirtualServiceHttpMatch[] {
  if (matches.length === 0) return port === undefined ? [] : [{ port }];
  return matches.flatMap((match) => {
    const methods = match.methods.length === 0 ? [undefined] : match.methods;
    return methods.map((method) => ({
      ...(match.path && { uri: textMatch(match.path) }),
      ...(match.path?.ignoreCase && { ignoreUriCase: true }),
      ...(method !== undefined && { method: { exact: method } }),
      ...byName(
        "headers",
        match.headers.filter((each) => each.match !== "absent"),
      ),
      ...byName(
        "withoutHeaders",
        match.headers.filter((each) => each.match === "absent"),
      ),
      ...byName("queryParams", match.query),
      ...(port !== undefined && { port }),
    }));
  });
}

function byName(field: string, values: readonly ValueMatchIntent[]): VirtualServiceHttpMatch {
  if (values.length === 0) return {};
  return { [field]: Object.fromEntries(values.map((each) => [each.name, valueMatch(each)])) };
}

/** An empty match asks for presence alone; under `withoutHeaders`, for absence. */
function valueMatch(value: ValueMatchIntent): VirtualServiceStringMatch {
  return value.match === "present" || value.match === "absent" ? {} : textMatch(value);
}

function textMatch({ match, value }: TextMatch): VirtualServiceStringMatch {
  switch (match) {
    case "exact":
      return { exact: value };
    case "prefix":
      return { prefix: value };
    case "regex":
      return { regex: value };
  }
}
