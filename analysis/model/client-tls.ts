import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known, type Value } from "../reader";
import type { DestinationRuleView } from "./destination-rule";

/** One place of a DestinationRule that says how clients connect. */
export interface ClientTls {
  /** The `tls` block. */
  readonly tls: Value;
  readonly mode: string | Unknown | undefined;
  readonly level: "destination" | "port" | "subset" | "subset port";
  /** The service port that it holds for; all where it is absent. */
  readonly port?: number;
  readonly subset?: string;
}

const placesRead = new WeakMap<DestinationRuleView, readonly ClientTls[]>();

/** Every `tls` block of a DestinationRule: for the host, for its ports, and for each subset. */
export function clientTls(rule: DestinationRuleView): readonly ClientTls[] {
  // Several rules ask for it.
  const there = placesRead.get(rule);
  if (there !== undefined) return there;
  const places = [...readClientTls(rule)];
  placesRead.set(rule, places);
  return places;
}

function* readClientTls(rule: DestinationRuleView): Iterable<ClientTls> {
  yield* ofPolicy(rule.object.spec.get("trafficPolicy"));
  for (const item of rule.object.spec.get("subsets").items()) {
    const subset = known(item.get("name").text());
    for (const place of ofPolicy(item.get("trafficPolicy"))) {
      yield {
        ...place,
        level: place.level === "port" ? "subset port" : "subset",
        ...(subset === undefined ? {} : { subset }),
      };
    }
  }
}

function* ofPolicy(policy: Value): Iterable<ClientTls> {
  if (!policy.isPresent) return;
  const tls = policy.get("tls");
  if (tls.isPresent) yield { tls, mode: modeOf(tls), level: "destination" };
  for (const setting of policy.get("portLevelSettings").items()) {
    const own = setting.get("tls");
    const port = known(setting.get("port").get("number").number());
    if (own.isPresent)
      yield { tls: own, mode: modeOf(own), level: "port", ...(port === undefined ? {} : { port }) };
  }
}

/** A block without a mode is plaintext: `DISABLE` is the first value of the enumeration. */
function modeOf(tls: Value): string | Unknown {
  const mode = tls.get("mode").text();
  return mode === UNKNOWN ? UNKNOWN : (mode ?? "DISABLE");
}

/** For messages: `subset "v1", port 80`. */
export function describeLevel({ level, port, subset }: ClientTls): string {
  const parts = [
    ...(subset === undefined ? [] : [`subset "${subset}"`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ];
  return parts.length === 0 ? (level === "destination" ? "every port" : level) : parts.join(", ");
}
