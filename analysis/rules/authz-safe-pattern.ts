import { UNKNOWN } from "../kubernetes-object";
import { actionOf } from "../model/authorization";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const SAFE =
  "Allow with positive conditions, and deny with negative ones: what the writer did not think of is then denied";

export const authzSafePattern: Rule = {
  id: "authz-safe-pattern",
  group: "authz",
  title: "What nobody thought of is denied",
  description:
    "An ALLOW policy matches by what a request is not, or a DENY policy by paths, methods or hosts that it is: a request in another spelling passes. Or a DENY policy asks for HTTP only, and so denies all of a TCP port.",
  severity: "medium",
  level: "advisory",
  scope: "resource",
  anchors: ["IST0133"],
  fix: SAFE,
  docs: "https://istio.io/latest/docs/ops/best-practices/security/#safer-authorization-policy-patterns",
  *check(model) {
    for (const policy of model.ofKind(kinds.authorizationPolicy)) {
      const action = actionOf(policy);
      if (action === UNKNOWN) yield policy.wait("spec.action");
      if (action !== "ALLOW" && action !== "DENY") continue;
      for (const rule of policy.spec.get("rules").items()) {
        yield* checkMatchers(policy, action, rule);
        if (action === "DENY") yield* checkTcp(policy, rule);
      }
    }
  },
};

function* checkMatchers(policy: MeshObject, action: string, rule: Value): Iterable<Verdict> {
  const blocks = [
    ...rule
      .get("from")
      .items()
      .map((from) => from.get("source")),
    ...rule
      .get("to")
      .items()
      .map((to) => to.get("operation")),
  ];
  for (const block of blocks) {
    for (const [field, list] of block.entries()) {
      if (list.items().length === 0) continue;
      if (action === "ALLOW" && field.startsWith("not"))
        yield policy.report(
          list.path,
          `the ALLOW policy matches by ${field}: it lets in whatever is not listed there`,
          { anchors: [] },
        );
      if (action === "DENY" && ["paths", "methods", "hosts"].includes(field))
        yield policy.report(
          list.path,
          `the DENY policy matches by ${field}: a request that says the same in another spelling is not denied`,
          { anchors: [] },
        );
    }
  }
}

const tcpSources = ["principals", "ipBlocks", "namespaces", "remoteIpBlocks", "serviceAccounts"].flatMap(
  (field) => [field, `not${field.charAt(0).toUpperCase()}${field.slice(1)}`],
);

/** On a TCP port a rule that knows only of HTTP is taken for its most careful reading: deny all. */
function* checkTcp(policy: MeshObject, rule: Value): Iterable<Verdict> {
  const sources = rule
    .get("from")
    .items()
    .map((from) => from.get("source"));
  const operations = rule
    .get("to")
    .items()
    .map((to) => to.get("operation"));
  const hasTcpSource = sources.some((source) => tcpSources.some((field) => source.has(field)));
  const hasPort = operations.some((operation) => operation.has("ports") || operation.has("notPorts"));
  const onlyHttp =
    (sources.length > 0 && operations.length === 0 && !hasTcpSource) || (operations.length > 0 && !hasPort);
  if (onlyHttp)
    yield policy.report(
      rule.path,
      "the DENY rule asks for HTTP only, so it denies all traffic to the TCP ports of its workloads",
      { anchors: ["IST0133"], fix: "Name the HTTP ports in to[].operation.ports" },
    );
}
