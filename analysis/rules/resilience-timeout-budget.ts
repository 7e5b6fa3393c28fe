import { UNKNOWN } from "../kubernetes-object";
import { milliseconds } from "../model/duration";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const resilienceTimeoutBudget: Rule = {
  id: "resilience-timeout-budget",
  group: "resilience",
  title: "Retries fit into the timeout",
  description:
    "A route has no timeout, so a server that hangs holds its clients, or its tries together take longer than its timeout, so that the last of them never happen.",
  severity: "medium",
  level: "advisory",
  scope: "resource",
  anchors: [],
  fix: "Set a timeout of at least (attempts + 1) × perTryTimeout; attempts counts the retries, not the first try",
  docs: "https://istio.io/latest/docs/concepts/traffic-management/#timeouts",
  *check(model) {
    for (const object of model.ofKind(kinds.virtualService)) {
      for (const rule of object.spec.get("http").items()) {
        if (rule.get("route").items().length > 0) yield* judge(object, rule);
      }
    }
    for (const object of model.ofKind(kinds.httpRoute)) {
      for (const rule of object.spec.get("rules").items()) yield* judgeGatewayApi(object, rule);
    }
  },
};

function* judge(object: MeshObject, rule: Value): Iterable<Verdict> {
  const timeout = milliseconds(rule.get("timeout"));
  const retries = rule.get("retries");
  const perTry = milliseconds(retries.get("perTryTimeout"));
  const attempts = retries.get("attempts").number();
  if (timeout === UNKNOWN || perTry === UNKNOWN || attempts === UNKNOWN) {
    yield object.wait(timeout === UNKNOWN ? rule.get("timeout").path : retries.path);
    return;
  }
  if (timeout === undefined || timeout === 0) {
    yield object.report(
      timeout === 0 ? rule.get("timeout").path : rule.path,
      timeout === 0
        ? "the timeout is 0, which means none"
        : "the route has no timeout: a server that hangs holds its clients",
      { fix: "Set a timeout" },
    );
    return;
  }
  if (perTry === undefined || perTry === 0) return;
  const tries = (attempts ?? 0) + 1;
  const needed = tries * perTry;
  if (needed > timeout)
    yield object.report(
      rule.get("timeout").path,
      `${tries} tries (the first and ${attempts ?? 0} retries) of ${seconds(perTry)} take ${seconds(needed)}, but the timeout is ${seconds(timeout)}: the last tries do not happen`,
    );
}

function seconds(duration: number): string {
  return `${Math.round(duration) / 1000}s`;
}

function* judgeGatewayApi(object: MeshObject, rule: Value): Iterable<Verdict> {
  if (rule.get("backendRefs").items().length === 0) return;
  const request = milliseconds(rule.get("timeouts").get("request"));
  const backend = milliseconds(rule.get("timeouts").get("backendRequest"));
  if (request === UNKNOWN || backend === UNKNOWN) yield object.wait(rule.get("timeouts").path);
  else if (known(request) === undefined && known(backend) === undefined)
    yield object.report(rule.path, "the rule has no timeout: a server that hangs holds its clients", {
      fix: "Set timeouts.request",
    });
}
