import { UNKNOWN } from "../kubernetes-object";
import type { MeshObject } from "../model/mesh-object";
import { kinds } from "../model/kinds";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { qualify } from "../model/hosts";
import type { MeshModel } from "../model";

export const trafficWeightsSane: Rule = {
  id: "traffic-weights-sane",
  group: "traffic",
  title: "Weights add up to 100",
  description:
    "The weights of a route do not add up to 100, a lone destination carries a weight that has no effect, or a destination is listed twice: the split is not what it reads like.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: ["KIA1104", "KIA1105"],
  fix: "Let the weights of the route add up to 100, and name each destination once",
  docs: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
  *check(model) {
    for (const object of model.ofKind(kinds.virtualService)) {
      for (const protocol of ["http", "tls", "tcp"]) {
        for (const rule of object.spec.get(protocol).items()) yield* judge(model, object, rule.get("route"));
      }
    }
  },
};

function* judge(model: MeshModel, object: MeshObject, route: Value): Iterable<Verdict> {
  if (route.isUnknown) {
    yield object.wait(route.path);
    return;
  }
  const destinations = route.items();
  const first = destinations[0];
  if (first === undefined) return;
  if (destinations.length === 1) yield* judgeLone(object, first.get("weight"));
  else yield* judgeSum(object, route, destinations);
  yield* judgeRepeats(model, object, destinations);
}

/** A single destination takes all the traffic whatever its weight says. */
function* judgeLone(object: MeshObject, value: Value): Iterable<Verdict> {
  const weight = value.number();
  if (weight === UNKNOWN) yield object.wait(value.path);
  else if (weight !== undefined && weight !== 100) {
    yield object.report(
      value.path,
      `weight ${weight} stands at the only destination of its route, which takes all the traffic`,
      { anchors: ["KIA1104"], fix: "Remove the weight, or add the destinations that take the rest" },
    );
  }
}

function* judgeSum(object: MeshObject, route: Value, destinations: readonly Value[]): Iterable<Verdict> {
  let sum = 0;
  const terms: string[] = [];
  for (const destination of destinations) {
    const value = destination.get("weight");
    const weight = value.number();
    if (weight === UNKNOWN || destination.isUnknown) {
      yield object.wait(value.path);
      return;
    }
    if (weight !== undefined && weight < 0) {
      yield object.report(value.path, `weight ${weight} is negative`, {
        anchors: [],
        fix: "Use a weight from 0 to 100",
      });
      return;
    }
    sum += weight ?? 0;
    terms.push(String(weight ?? 0));
  }
  if (sum !== 100) {
    yield object.report(route.path, `the weights add up to ${sum} (${terms.join(" + ")}); expected 100`, {
      anchors: [],
      fix: "Change the weights so that they add up to 100; a destination without one has weight 0",
    });
  }
}

function* judgeRepeats(
  model: MeshModel,
  object: MeshObject,
  destinations: readonly Value[],
): Iterable<Verdict> {
  const seen = new Map<string, Value>();
  for (const each of destinations) {
    const destination = each.get("destination");
    const host = destination.get("host").text();
    const subset = destination.get("subset").text() ?? "";
    const port = destination.get("port").get("number").number() ?? "";
    if (host === undefined || host === UNKNOWN || subset === UNKNOWN || port === UNKNOWN) continue;
    const key = `${qualify(host, known(object.namespace) ?? "", model.config.clusterDomain)} ${subset} ${port}`;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, destination);
    else {
      const what = subset === "" ? `host "${host}"` : `subset "${subset}" of host "${host}"`;
      yield object.report(
        destination.path,
        `${what} is a destination of this route already, at ${earlier.path}`,
        {
          anchors: ["KIA1105"],
          fix: "Merge the two destinations and add their weights",
        },
      );
    }
  }
}
