import type { Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import { checkPort, checkReadableDuration, checkSaysSomething } from "./checks";
import { checkClientTls } from "./client-tls";
import { checkPool } from "./connection-pool";
import { checkFields, isKnown, numberOf, textOf, type FieldCheck } from "./fields";
import { checkLoadBalancer } from "./load-balancer";
import { isAddress, isDomain } from "./names";
import { checkOutlierDetection } from "./outlier-detection";
import { refuse, type AdmissionProblem } from "./problem";

const parts = ["loadBalancer", "connectionPool", "outlierDetection", "tls"];
const topParts = [...parts, "portLevelSettings", "tunnel", "proxyProtocol", "retryBudget"];

export function* checkTrafficPolicy(policy: Value, namespace: string | Unknown): Iterable<AdmissionProblem> {
  if (!isKnown(policy)) return;
  yield* checkSaysSomething(policy, topParts, "a traffic policy says something");
  if (policy.get("tunnel").isPresent && policy.get("proxyProtocol").isPresent)
    yield refuse(policy.get("tunnel").path, "tunnel and proxyProtocol exclude each other");
  yield* checkParts(policy, namespace);
  yield* checkTunnel(policy.get("tunnel"));
  yield* checkReadableDuration(policy.get("retryBudget").get("budgetInterval"));
  const version = policy.get("proxyProtocol").get("version");
  if (typeof version.raw === "number" && version.raw !== 0 && version.raw !== 1)
    yield refuse(version.path, `${version.raw} is no version of the PROXY protocol`);
  for (const port of policy.get("portLevelSettings").items()) {
    if (port.isUnknown) continue;
    if (!port.get("port").isPresent) yield refuse(port.path, "it names no port");
    yield* checkSaysSomething(port, parts, "a policy for a port says something");
    yield* checkParts(port, namespace);
  }
}

const partChecks: readonly (readonly [field: string, check: FieldCheck])[] = [
  ["outlierDetection", checkOutlierDetection],
  ["connectionPool", checkPool],
  ["loadBalancer", checkLoadBalancer],
];

function* checkParts(policy: Value, namespace: string | Unknown): Iterable<AdmissionProblem> {
  yield* checkFields(policy, partChecks);
  yield* checkClientTls(policy.get("tls"), namespace);
}

function* checkTunnel(tunnel: Value): Iterable<AdmissionProblem> {
  if (!isKnown(tunnel)) return;
  const protocol = textOf(tunnel.get("protocol"));
  if (!["", "CONNECT", "POST"].includes(protocol))
    yield refuse(tunnel.get("protocol").path, `${JSON.stringify(protocol)} is neither CONNECT nor POST`);
  const host = tunnel.get("targetHost");
  if (!host.isUnknown && !isDomain(textOf(host)) && !isAddress(textOf(host)))
    yield refuse(host.path, `${JSON.stringify(textOf(host))} is no host to tunnel to`);
  if (numberOf(tunnel.get("targetPort")) !== undefined || !tunnel.get("targetPort").isPresent)
    yield* checkPort(tunnel.get("targetPort"));
}
