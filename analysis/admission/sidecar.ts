import { parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import { isAddress, isLabel, isPort, isWildcardDomain, numberOf, textOf, textsOf } from "./names";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkSelector } from "./shared";

export const checkSidecar: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("workloadSelector"), "labels");
  const fields = ["egress", "ingress", "outboundTrafficPolicy", "inboundConnectionPool"].map((field) =>
    spec.get(field),
  );
  const isEmpty = fields.every(
    (field) => !field.isPresent || (Array.isArray(field.raw) && field.items().length === 0),
  );
  if (!spec.isUnknown && isEmpty)
    yield refuse("spec", "a Sidecar says something of egress, ingress or outbound traffic");
  const ports = new Set<number>();
  for (const listener of spec.get("ingress").items()) {
    if (!listener.get("port").isPresent) yield refuse(listener.path, "an ingress listener has a port");
    yield* checkListener(listener, ports);
  }
  const egress = spec.get("egress").items();
  const egressPorts = new Set<number>();
  for (const [at, listener] of egress.entries()) {
    if (listener.isUnknown) continue;
    if (!listener.get("port").isPresent && at < egress.length - 1)
      yield refuse(listener.path, "a listener without a port comes last, and once");
    yield* checkListener(listener, egressPorts);
    const hosts = listener.get("hosts");
    if (!hosts.isUnknown && hosts.items().length === 0)
      yield refuse(listener.path, "an egress listener has hosts");
    const seen = new Set<string>();
    for (const [text, item] of textsOf(hosts)) {
      if (!isScopedHost(text))
        yield refuse(item.path, `${JSON.stringify(text)} is not of the form namespace/host`);
      if (seen.has(text)) yield warn(item.path, `${JSON.stringify(text)} is there twice`);
      seen.add(text);
    }
  }
};

function* checkListener(listener: Value, ports: Set<number>): Iterable<AdmissionProblem> {
  const port = listener.get("port");
  if (!port.isPresent || port.isUnknown) return;
  const number = numberOf(port.get("number")) ?? 0;
  const bind = textOf(listener.get("bind"));
  const isSocket = bind.startsWith("unix://");
  if (!port.get("number").isUnknown && !isPort(number) && !(number === 0 && isSocket))
    yield refuse(port.path, `${number} is no port number`);
  if (bind !== "" && !isSocket && !isAddress(bind))
    yield refuse(listener.get("bind").path, `${JSON.stringify(bind)} is no address`);
  if (number > 0 && ports.has(number)) yield refuse(port.path, `another listener has port ${number}`);
  ports.add(number);
  const protocol = textOf(port.get("protocol"));
  if (protocol !== "" && parseProtocol(protocol) === undefined)
    yield refuse(port.get("protocol").path, `${JSON.stringify(protocol)} is no protocol`);
  if ((numberOf(port.get("targetPort")) ?? 0) > 0)
    yield refuse(port.get("targetPort").path, "targetPort has no effect on a Sidecar");
}

function isScopedHost(text: string): boolean {
  const [scope = "", host, ...more] = text.split("/");
  if (host === undefined || more.length > 0) return false;
  const namespace = scope.replace(/^~/, "");
  return (
    (scope.startsWith("~") || scope !== "") &&
    (namespace === "" || namespace === "*" || namespace === "." || isLabel(namespace)) &&
    (host === "*" || isWildcardDomain(host))
  );
}
