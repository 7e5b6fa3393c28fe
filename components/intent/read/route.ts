import { covers } from "../cover";
import type { RouteIntent } from "../intent";
import { readHttpOptions } from "./http-options";
import { readMatch } from "./match";
import { at } from "./reader";
import type { Layer, Scope } from "./scope";
import { type Own, readShares } from "./shares";

/** Routes in order, each of them reachable. `undefined` where anything about them is wrong. */
export function readRouteList(
  scope: Scope,
  value: readonly unknown[],
  path: string,
  layer: Layer,
  own?: Own,
): readonly RouteIntent[] | undefined {
  const before = scope.reader.problems.length;
  const routes = value.map((each, index) => readRoute(scope, each, at(path, index), layer, own));
  reportUnreachable(scope, routes, path);
  const read = routes.filter((each) => each !== undefined);
  return scope.reader.problems.length > before || read.length < routes.length ? undefined : read;
}

function readRoute(
  scope: Scope,
  value: unknown,
  path: string,
  layer: Layer,
  own: Own | undefined,
): RouteIntent | undefined {
  const { reader } = scope;
  const fields = reader.record(value, "intent/route", path, "a route, such as shop.otherwise().to(reviews)");
  if (fields === undefined) return undefined;
  if (typeof fields.get("to") === "function") {
    return reader.report({
      id: "intent/unfinished-route",
      path,
      message: "does not say where its requests go",
      expected: "a route that ends with to, canary, split or bySubset",
      fix: "end it with .to(destination)",
    });
  }
  const kind = reader.choice(fields.get("kind"), "intent/route", `${path}.kind`, ["http", "any-protocol"]);
  if (kind === undefined) return undefined;
  if (kind === "http" && layer === "tcp") {
    return reader.report({
      id: "intent/protocol-mismatch",
      path,
      message: "reads HTTP (a condition, a timeout or retries), but the port does not speak it",
      expected: "shop.otherwise() without options, for a port of protocol tcp",
      fix: "remove conditions and options, or correct the port's protocol in the catalogue",
    });
  }
  const alternatives = kind === "http" ? fields.get("matches") : [];
  const matches = Array.isArray(alternatives)
    ? alternatives.map((each, index) => readMatch(reader, each, at(`${path}.when`, index)))
    : [
        reader.report({
          id: "intent/match",
          path: `${path}.matches`,
          message: "is not a list of conditions",
          got: { value: alternatives },
          expected: "a list of lists of conditions",
          fix: "make routes with shop.when(...)",
        }),
      ];
  const options = kind === "http" ? readHttpOptions(reader, fields.get("options") ?? {}, `${path}.with`) : {};
  const to = readShares(scope, fields.get("to"), `${path}.to`, layer, own);
  const read = matches.filter((each) => each !== undefined);
  if (to === undefined || options === undefined || read.length < matches.length) return undefined;
  return { matches: read, to, ...options };
}

/** A route, or one of its alternatives, that an earlier one always takes first. */
function reportUnreachable(scope: Scope, routes: readonly (RouteIntent | undefined)[], path: string): void {
  routes.forEach((route, index) => {
    if (route === undefined) return;
    const earlier = routes.slice(0, index);
    const taker = (match: RouteIntent["matches"][number] | undefined): number =>
      earlier.findIndex(
        (each) =>
          each !== undefined &&
          (each.matches.length === 0 ||
            (match !== undefined && each.matches.some((other) => covers(other, match)))),
      );
    const report = (here: string, by: number): undefined =>
      scope.reader.report({
        id: "intent/route-unreachable",
        path: here,
        message: `can never be taken: ${at(path, by)} takes all of its requests first`,
        fix: `move it before ${at(path, by)}, or remove it`,
      });
    if (route.matches.length === 0) {
      const by = taker(undefined);
      if (by >= 0) report(at(path, index), by);
      return;
    }
    const takers = route.matches.map(taker);
    const [first = -1] = takers;
    if (takers.every((by) => by >= 0)) report(at(path, index), first);
    else
      takers.forEach((by, alternative) => {
        if (by >= 0) report(at(`${at(path, index)}.when`, alternative), by);
      });
  });
}
