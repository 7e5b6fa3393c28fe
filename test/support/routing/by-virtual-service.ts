import { RE2JS } from "re2js";
import type {
  VirtualServiceHttpMatch,
  VirtualServiceManifest,
  VirtualServiceStringMatch,
} from "../../../components/compile";
import { type Decision, destinationText, type Request } from "./request";

/** What Istio does with a request: the first route of which one match holds. */
export function byVirtualService({ spec }: VirtualServiceManifest, request: Request): Decision {
  for (const { match = [], route = [] } of spec.http ?? []) {
    if (match.length > 0 && !match.some((each) => holds(each, request))) continue;
    return route
      .map(({ destination, weight = 100 }) => {
        const { host = "", subset, port } = destination ?? {};
        const [name = "", namespace = "", svc] = host.split(".");
        const service = subset === undefined ? name : `${name}-${subset}`;
        return svc === "svc"
          ? destinationText(namespace, service, port?.number ?? 0, weight)
          : destinationText("outside", host, port?.number ?? 0, weight);
      })
      .filter((each) => !each.endsWith(" 0%"))
      .sort();
  }
  return "404";
}

function holds(match: VirtualServiceHttpMatch, { method, path, headers, query }: Request): boolean {
  const fold = match.ignoreUriCase === true && match.uri?.regex === undefined;
  return (
    (match.uri === undefined ||
      says(fold ? lower(match.uri) : match.uri, fold ? path.toLowerCase() : path)) &&
    (match.method === undefined || says(match.method, method)) &&
    all(match.headers, (name, each) => headers[name] !== undefined && says(each, headers[name])) &&
    all(match.withoutHeaders, (name) => headers[name] === undefined) &&
    all(match.queryParams, (name, each) => query[name] !== undefined && says(each, query[name]))
  );
}

function all(
  conditions: Readonly<Record<string, VirtualServiceStringMatch>> = {},
  test: (name: string, condition: VirtualServiceStringMatch) => boolean,
): boolean {
  return Object.entries(conditions).every(([name, condition]) => test(name, condition));
}

function lower({ exact, prefix }: VirtualServiceStringMatch): VirtualServiceStringMatch {
  return exact === undefined ? { prefix: (prefix ?? "").toLowerCase() } : { exact: exact.toLowerCase() };
}

function says({ exact, prefix, regex }: VirtualServiceStringMatch, text: string): boolean {
  if (exact !== undefined) return text === exact;
  if (prefix !== undefined) return text.startsWith(prefix);
  return regex === undefined || RE2JS.compile(regex).matches(text);
}
