import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const routes: ReadonlySet<string> = new Set(["ROUTE_CONFIGURATION", "HTTP_ROUTE"]);
const replaceable: ReadonlySet<string> = new Set(["NETWORK_FILTER", "HTTP_FILTER", "VIRTUAL_HOST"]);
const relative: ReadonlySet<string> = new Set(["INSERT_BEFORE", "INSERT_AFTER", "REMOVE", "REPLACE"]);

export const trafficEnvoyFilter: Rule = {
  id: "traffic-envoyfilter",
  group: "traffic",
  title: "EnvoyFilters are few, and do what they say",
  description:
    "An EnvoyFilter reaches past Istio's API into Envoy's configuration, which any release may change; or its operation has no effect on what it applies to, or depends on the order of other filters.",
  severity: "medium",
  level: "advisory",
  scope: "stack",
  anchors: ["IST0133", "IST0151", "IST0152", "IST0153", "IST0154", "IST0155"],
  fix: "Use Istio's API (Telemetry, WasmPlugin, ProxyConfig, DestinationRule) where it can do the same",
  docs: "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
  *check(model) {
    // Filters whose match on a version comes before others in the set decide what those others can refer to.
    const versioned = new Set<string>();
    for (const filter of model.ofKind(kinds.envoyFilter)) {
      yield filter.report(
        "spec",
        "an EnvoyFilter changes what Istio generates, which the next release may generate in another way: look at it before each upgrade",
        { anchors: ["IST0133"] },
      );
      for (const patch of filter.spec.get("configPatches").items()) yield* judge(filter, patch, versioned);
    }
  },
};

function* judge(filter: MeshObject, entry: Value, versioned: Set<string>): Iterable<Verdict> {
  const patch = entry.get("patch");
  const operation = patch.get("operation").text();
  const applyTo = entry.get("applyTo").text();
  if (operation === UNKNOWN || applyTo === UNKNOWN || patch.isUnknown) {
    yield filter.wait(patch.path);
    return;
  }
  if (operation === undefined || applyTo === undefined) return;
  const { path } = patch.get("operation");
  const name = nameOf(entry);
  if (operation === "ADD" && routes.has(applyTo))
    yield filter.report(path, `operation ADD has no effect on ${applyTo}`, {
      anchors: ["IST0153"],
      fix: applyTo === "HTTP_ROUTE" ? "Use INSERT_FIRST, INSERT_BEFORE or INSERT_AFTER" : "Use MERGE",
    });
  if (operation === "REMOVE" && routes.has(applyTo))
    yield filter.report(path, `operation REMOVE has no effect on ${applyTo}`, {
      anchors: ["IST0154"],
      fix: "Remove the VirtualService that the route comes from",
    });
  else if (operation === "REPLACE" && !replaceable.has(applyTo))
    yield filter.report(
      path,
      `operation REPLACE has no effect on ${applyTo}, only on filters and virtual hosts`,
      {
        anchors: ["IST0152"],
        fix: "Use MERGE",
      },
    );
  else if (relative.has(operation) && (filter.spec.get("priority").number() ?? 0) === 0) {
    const refersToVersion = name !== undefined && versioned.has(name);
    yield filter.report(
      path,
      `operation ${operation} depends on which filters are there when it is applied, and the EnvoyFilter has no priority`,
      {
        anchors: refersToVersion ? ["IST0155", "IST0151"] : ["IST0151"],
        fix: "Set spec.priority, so that the order of EnvoyFilters is defined",
      },
    );
  }
  if (name !== undefined && entry.get("match").get("proxy").has("proxyVersion")) versioned.add(name);
}

/** The filter that a patch is about: that of its value, or else the one that it matches. */
function nameOf(entry: Value): string | undefined {
  const own = known(entry.get("patch").get("value").get("name").text());
  return own ?? known(entry.get("match").get("listener").get("filterChain").get("filter").get("name").text());
}
