import { UNKNOWN } from "../../../analysis";
import { known, knownTexts, type Value } from "../../../analysis/reader";

const LATER = "(known after deployment)";

/** The text of a leaf, whatever it is. */
export function textOf(value: Value): string {
  if (value.isUnknown || value.raw === UNKNOWN) return LATER;
  const { raw } = value;
  return typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean" ? String(raw) : "";
}

/** The percentage that each of some weights is of all; nothing for a single one. */
export function percentages(weights: readonly Value[], whereAbsent: number): readonly (number | undefined)[] {
  if (weights.length < 2) return weights.map(() => undefined);
  const numbers = weights.map((weight) => (weight.isUnknown ? NaN : (known(weight.number()) ?? whereAbsent)));
  const sum = numbers.reduce((all, each) => all + each, 0);
  return numbers.map((each) => (sum > 0 ? Math.round((each / sum) * 1000) / 10 : undefined));
}

export function percent(weight: number | undefined): string | undefined {
  return weight === undefined ? undefined : `${weight} %`;
}

/** Parts of a label, without those that say nothing. */
export function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

function stringMatch(value: Value): string {
  const of = (field: string): string | undefined =>
    value.get(field).isPresent ? textOf(value.get(field)) : undefined;
  const prefix = of("prefix");
  return of("exact") ?? (prefix === undefined ? `~${of("regex") ?? ""}` : `${prefix}*`);
}

/** `GET /wines* x-user=jason` of one match of a VirtualService. */
export function describeMatch(match: Value): string {
  return [
    ...["method", "uri"].map((field) => (match.get(field).isPresent ? stringMatch(match.get(field)) : "")),
    ...match
      .get("headers")
      .entries()
      .map(([name, each]) => `${name}=${stringMatch(each)}`),
    match.get("port").isPresent ? `:${textOf(match.get("port"))}` : "",
    ...knownTexts(match.get("sniHosts")),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** The same of a match of an HTTPRoute or GRPCRoute. */
export function describeRouteMatch(match: Value): string {
  const path = match.get("path");
  const method = match.get("method");
  const pattern = textOf(path.get("value"));
  const paths = { Exact: pattern, RegularExpression: `~${pattern}` };
  const kind = known(path.get("type").text()) ?? "PathPrefix";
  const rpc = [method.get("service"), method.get("method")].filter((part) => part.isPresent).map(textOf);
  return [
    rpc.length > 0 ? rpc.join("/") : textOf(method),
    // Every path is what a match without one means, and what the API server writes for it.
    pattern === "" || pattern === "/"
      ? ""
      : kind in paths
        ? paths[kind as keyof typeof paths]
        : `${pattern}*`,
    ...match
      .get("headers")
      .items()
      .map((each) => `${textOf(each.get("name"))}=${textOf(each.get("value"))}`),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** `GET /health :8080` of one operation of an AuthorizationPolicy. */
export function describeOperation(operation: Value): string {
  const of = (field: string, before = ""): string =>
    knownTexts(operation.get(field))
      .map((each) => `${before}${each}`)
      .join(" ");
  return [
    of("methods"),
    of("hosts"),
    of("paths"),
    of("ports", ":"),
    of("notMethods", "not "),
    of("notPaths", "not "),
  ]
    .filter((part) => part !== "")
    .join(" ");
}
