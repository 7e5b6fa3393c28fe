import { RE2JS } from "re2js";
import type {
  VirtualServiceHttpMatch,
  VirtualServiceManifest,
  VirtualServiceStringMatch,
} from "../../../components/compile";
import { type Decision, destinationText, location, type Request } from "./request";

/** What Istio does with a request: the first route of which one match holds. */
export function byVirtualService({ spec }: VirtualServiceManifest, request: Request): Decision {
  for (const { match = [{}], route = [], redirect, rewrite, ...others } of spec.http ?? []) {
    const met = match.find((each) => holds(each, request));
    if (met === undefined) continue;
    const changed = (by: string | undefined): string =>
      by === undefined ? request.path : replaced(met, request.path, by);
    if (redirect !== undefined) {
      const { scheme, authority: host, port, derivePort, uri, prefixRewrite, redirectCode = 301 } = redirect;
      return location(request, {
        scheme,
        host,
        port: derivePort === "FROM_REQUEST_PORT" ? "request" : port,
        path: prefixRewrite === undefined ? (uri ?? request.path) : changed(prefixRewrite),
        code: redirectCode,
      });
    }
    const host = rewrite?.authority ?? others.headers?.request?.set?.["Host"];
    const destinations = route
      .map(({ destination, weight = 100, headers }) => {
        const { host: name = "", subset, port } = destination ?? {};
        const [service = "", namespace = "", svc] = name.split(".");
        const own = headers?.request?.set?.["Host"];
        const to =
          svc === "svc"
            ? destinationText(
                namespace,
                subset === undefined ? service : `${service}-${subset}`,
                port?.number ?? 0,
                weight,
              )
            : destinationText("outside", name, port?.number ?? 0, weight);
        return { to, host: host ?? own ?? request.host };
      })
      .filter(({ to }) => !to.endsWith(" 0%"))
      .map((each) => `${each.to} as ${each.host}`);
    return [...destinations.sort(), changed(rewrite?.uri)];
  }
  return "404";
}

/** A prefix is replaced letter by letter; every path has the prefix "/". Anything else is replaced as a whole. */
function replaced({ uri }: VirtualServiceHttpMatch, path: string, by: string): string {
  const prefix = uri === undefined ? "/" : uri.prefix;
  return prefix === undefined ? by : `${by}${path.slice(prefix.length)}`;
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
