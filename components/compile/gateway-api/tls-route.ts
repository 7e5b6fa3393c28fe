import { isHost, isWildcardHost } from "../../intent/dns";
import { show } from "../../intent/show";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { TLSRouteManifest } from "../types/gateway-api";
import { backendRefs, withoutFilters } from "./backends";
import { VERSION } from "./names";
import type { Refusals } from "./refusals";
import type { RouteSet } from "./route-set";

/** The routes of a port whose traffic is sealed, as a TLSRoute: one rule, for connections that ask for some names. */
export function compileTlsRoute(
  context: Context,
  set: RouteSet,
  host: string,
  refusals: Refusals,
): Compiled<TLSRouteManifest> {
  if (set.routes.length > 1) {
    refusals.report(
      "too-many",
      set.path,
      "the Gateway API has one rule in a TLSRoute, and none that is tried after it",
      { got: `${set.routes.length} routes`, expected: "one" },
    );
  }
  const names = new Set<string>();
  const rules = set.routes.slice(0, 1).map((route, index) => {
    const path = `${set.path}[${index}]`;
    const { matches, to: _, ...options } = route;
    refusals.unknown(path, options);
    for (const { sniHosts = [], methods: __, headers: ___, query: ____, ...rest } of matches) {
      refusals.unknown(path, rest);
      for (const name of sniHosts) {
        if (isHost(name) || isWildcardHost(name)) names.add(name);
        else
          refusals.report("sni-host", path, "is no host name that a TLSRoute takes", {
            got: show(name),
            expected: 'a DNS name, or one after "*."',
          });
      }
    }
    return { backendRefs: backendRefs(context, route, set.namespace, path, refusals).map(withoutFilters) };
  });
  if (names.size === 0 && host === "*") {
    refusals.report(
      "sni-host",
      set.path,
      "answers for every name, and a TLSRoute names those that are asked for",
      { got: show(host), expected: "the hosts themselves", fix: "expose the hosts one by one" },
    );
  }
  return {
    source: set.source,
    manifest: {
      apiVersion: VERSION,
      kind: "TLSRoute",
      metadata: context.metadata(set.name, set.namespace),
      spec: {
        parentRefs: [set.parentRef],
        hostnames: names.size === 0 ? [host] : [...names].sort(),
        rules,
      },
    },
  };
}
