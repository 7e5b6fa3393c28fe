import type { Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import { checkPort, checkReadableDuration, checkSaysSomething } from "./checks";
import { checkClientTls } from "./client-tls";
import { checkPool } from "./connection-pool";
import { checkFields, fieldChecks, isKnown, numberOf, textOf } from "./fields";
import { checkLoadBalancer } from "./load-balancer";
import { isAddress, isDomain } from "./names";
import { checkOutlierDetection } from "./outlier-detection";
import type { Problems } from "./problem";

const parts = ["loadBalancer", "connectionPool", "outlierDetection", "tls"];
const topParts = [...parts, "portLevelSettings", "tunnel", "proxyProtocol", "retryBudget"];

export function checkTrafficPolicy(problems: Problems, policy: Value, namespace: string | Unknown): void {
  if (!isKnown(policy)) return;
  checkSaysSomething(problems, policy, topParts, "a traffic policy says something");
  if (policy.has("tunnel") && policy.has("proxyProtocol"))
    problems.refuse(policy.get("tunnel").path, "tunnel and proxyProtocol exclude each other");
  checkParts(problems, policy, namespace);
  checkTunnel(problems, policy.get("tunnel"));
  checkReadableDuration(problems, policy.get("retryBudget").get("budgetInterval"));
  const version = policy.get("proxyProtocol").get("version");
  if (typeof version.raw === "number" && version.raw !== 0 && version.raw !== 1)
    problems.refuse(version.path, `${version.raw} is no version of the PROXY protocol`);
  for (const port of policy.get("portLevelSettings").items()) {
    if (port.isUnknown) continue;
    if (!port.has("port")) problems.refuse(port.path, "it names no port");
    checkSaysSomething(problems, port, parts, "a policy for a port says something");
    checkParts(problems, port, namespace);
  }
}

const partChecks = fieldChecks([
  ["outlierDetection", checkOutlierDetection],
  ["connectionPool", checkPool],
  ["loadBalancer", checkLoadBalancer],
]);

function checkParts(problems: Problems, policy: Value, namespace: string | Unknown): void {
  checkFields(problems, policy, partChecks);
  checkClientTls(problems, policy.get("tls"), namespace);
}

function checkTunnel(problems: Problems, tunnel: Value): void {
  if (!isKnown(tunnel)) return;
  const protocol = textOf(tunnel.get("protocol"));
  if (!["", "CONNECT", "POST"].includes(protocol))
    problems.refuse(tunnel.get("protocol").path, `${JSON.stringify(protocol)} is neither CONNECT nor POST`);
  const host = tunnel.get("targetHost");
  if (!host.isUnknown && !isDomain(textOf(host)) && !isAddress(textOf(host)))
    problems.refuse(host.path, `${JSON.stringify(textOf(host))} is no host to tunnel to`);
  if (numberOf(tunnel.get("targetPort")) !== undefined || !tunnel.has("targetPort"))
    checkPort(problems, tunnel.get("targetPort"));
}
