import { isCipherSuite } from "../model/ciphers";
import { isHttp, isTls, parseProtocol } from "../model/protocol";
import type { Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import { checkPort } from "./checks";
import { checkPool } from "./connection-pool";
import { checkDestination } from "./destinations";
import { filled, isBlank, isFilled, isKnown, numberOf, textOf, textsOf } from "./fields";
import {
  isAddress,
  isDomain,
  isLabel,
  isPartialWildcard,
  isPort,
  isSocketPath,
  isWildcardDomain,
  splitHostPort,
  toInteger,
} from "./names";
import type { AdmissionCheck, Problems } from "./problem";
import { checkServerTls } from "./server-tls";
import { checkSelector } from "./shared";

const SOCKET = "unix://";

export const checkSidecar: AdmissionCheck = (problems, { spec, namespace }) => {
  checkSelector(problems, spec.get("workloadSelector"), "labels");
  const says = ["egress", "ingress", "outboundTrafficPolicy", "inboundConnectionPool"];
  if (filled(spec, says).length === 0)
    problems.refuse("spec", "a Sidecar says something of egress, ingress or outbound traffic");
  const ports = new Set<number>();
  for (const listener of spec.get("ingress").items())
    if (!listener.isUnknown) checkIngress(problems, listener, ports);
  checkPool(problems, spec.get("inboundConnectionPool"));
  checkEgress(problems, spec.get("egress"), namespace);
  checkOutbound(problems, spec.get("outboundTrafficPolicy"));
};

function checkIngress(problems: Problems, listener: Value, ports: Set<number>): void {
  const port = listener.get("port");
  if (!port.isPresent) {
    problems.refuse(listener.path, "an ingress listener has a port");
    return;
  }
  if (!port.isUnknown) {
    checkListenerPort(problems, port);
    checkPort(problems, port.get("number"));
    checkUnique(problems, port, ports);
  }
  checkBind(problems, listener.get("bind"));
  checkDefaultEndpoint(problems, listener.get("defaultEndpoint"));
  const tls = listener.get("tls");
  const protocol = port.get("protocol");
  if (isKnown(tls)) {
    const unused = ["subjectAltNames", "credentialName", "credentialNames", "tlsCertificates"];
    for (const field of filled(tls, unused))
      problems.refuse(tls.get(field).path, `a listener of a Sidecar takes no ${field}`);
    if (tls.get("httpsRedirect").boolean() === true)
      problems.refuse(tls.get("httpsRedirect").path, "a listener of a Sidecar does not redirect");
    if (["ISTIO_MUTUAL", "AUTO_PASSTHROUGH"].includes(textOf(tls.get("mode"))))
      problems.refuse(tls.get("mode").path, `mode ${textOf(tls.get("mode"))} is not for a Sidecar`);
    if (!protocol.isUnknown && !isTls(textOf(protocol)))
      problems.refuse(tls.path, "tls settings are for protocols HTTPS and TLS");
    checkServerTls(problems, tls);
    checkCiphers(problems, tls);
  }
  checkPool(problems, listener.get("connectionPool"));
  if (listener.get("connectionPool").has("http") && !protocol.isUnknown && !isHttp(textOf(protocol)))
    problems.warn(
      listener.get("connectionPool").path,
      "its port is not HTTP, so the http settings do nothing",
    );
}

/** Of a Gateway, the rule `gateway-tls-minimum` says it. */
function checkCiphers(problems: Problems, tls: Value): void {
  const suites = tls.get("cipherSuites");
  if (/^TLSV1_[01]$/.test(textOf(tls.get("minProtocolVersion"))) && !isFilled(suites))
    problems.warn(tls.path, "TLS before 1.2 needs cipherSuites of its time, which Istio leaves out");
  const seen = new Set<string>();
  for (const [text, item] of textsOf(suites)) {
    if (!isCipherSuite(text))
      problems.warn(item.path, `${JSON.stringify(text)} is no cipher suite, and is left out`);
    else if (seen.has(text)) problems.warn(item.path, `${JSON.stringify(text)} is there twice`);
    seen.add(text);
  }
}

function checkListenerPort(problems: Problems, port: Value): void {
  const name = textOf(port.get("name"));
  if (name !== "" && !isLabel(name))
    problems.refuse(port.get("name").path, `${JSON.stringify(name)} is no name of a port`);
  const protocol = textOf(port.get("protocol"));
  if (protocol !== "" && parseProtocol(protocol) === undefined)
    problems.refuse(port.get("protocol").path, `${JSON.stringify(protocol)} is no protocol`);
  if ((numberOf(port.get("targetPort")) ?? 0) > 0)
    problems.refuse(port.get("targetPort").path, "targetPort has no effect on a Sidecar");
}

function checkUnique(problems: Problems, port: Value, ports: Set<number>): void {
  const number = numberOf(port.get("number"));
  if (port.get("number").isUnknown) return;
  if (ports.has(number ?? 0)) problems.refuse(port.path, `another listener has port ${number ?? 0}`);
  ports.add(number ?? 0);
}

function checkBind(problems: Problems, bind: Value): void {
  const text = textOf(bind);
  if (text !== "" && !isAddress(text)) problems.refuse(bind.path, `${JSON.stringify(text)} is no address`);
}

const ownHosts: ReadonlySet<string> = new Set(["", "127.0.0.1", "0.0.0.0", "::1", "::"]);

function checkDefaultEndpoint(problems: Problems, endpoint: Value): void {
  const text = textOf(endpoint);
  if (text === "") return;
  const parts = splitHostPort(text);
  const isOwn = text.startsWith(SOCKET)
    ? isSocketPath(text.slice(SOCKET.length))
    : parts !== undefined && ownHosts.has(parts.host) && isPort(toInteger(parts.port) ?? 0);
  if (!isOwn)
    problems.refuse(
      endpoint.path,
      `${JSON.stringify(text)} is no endpoint of the pod: 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix:///PATH`,
    );
}

function checkEgress(problems: Problems, list: Value, namespace: string | Unknown): void {
  const listeners = list.items();
  const ports = new Set<number>();
  const sockets = new Set<string>();
  for (const [at, listener] of listeners.entries()) {
    if (listener.isUnknown) continue;
    const port = listener.get("port");
    if (!port.isPresent) {
      if (at < listeners.length - 1)
        problems.refuse(listener.path, "a listener without a port comes last, and once");
    } else if (!port.isUnknown) checkEgressPort(problems, listener, ports, sockets);
    checkEgressHosts(problems, listener, namespace);
  }
}

function checkEgressPort(
  problems: Problems,
  listener: Value,
  ports: Set<number>,
  sockets: Set<string>,
): void {
  const port = listener.get("port");
  const bind = listener.get("bind");
  checkListenerPort(problems, port);
  if (port.get("number").isUnknown) return;
  const number = numberOf(port.get("number")) ?? 0;
  if (number !== 0) {
    checkPort(problems, port.get("number"));
    checkBind(problems, bind);
    checkUnique(problems, port, ports);
    return;
  }
  if (bind.isUnknown) return;
  const text = textOf(bind);
  if (!text.startsWith(SOCKET) || !isSocketPath(text.slice(SOCKET.length)))
    problems.refuse(port.path, "a listener without a port number binds to a socket, unix:///PATH");
  if (!["", "DEFAULT", "NONE"].includes(textOf(listener.get("captureMode"))))
    problems.refuse(listener.get("captureMode").path, "a socket is captured by DEFAULT or NONE");
  if (sockets.has(text)) problems.refuse(bind.path, `another listener has socket ${JSON.stringify(text)}`);
  sockets.add(text);
}

function checkEgressHosts(problems: Problems, listener: Value, own: string | Unknown): void {
  const hosts = listener.get("hosts");
  if (isBlank(hosts)) problems.refuse(listener.path, "an egress listener has hosts");
  const byNamespace = new Map<string | Unknown, Set<string>>();
  for (const [text, item] of textsOf(hosts)) {
    if (!isScopedHost(text))
      problems.refuse(item.path, `${JSON.stringify(text)} is not of the form namespace/host`);
    const slash = text.indexOf("/");
    if (slash === -1 || text.startsWith("~")) continue;
    const namespace = text.slice(0, slash) === "." ? own : text.slice(0, slash);
    const name = text.slice(slash + 1);
    const there = byNamespace.get(namespace) ?? new Set<string>();
    byNamespace.set(namespace, there);
    if (name === "*" ? there.size > 0 : there.has(name) || there.has("*"))
      problems.warn(item.path, `${JSON.stringify(text)} is there already`);
    there.add(name);
  }
  if (byNamespace.get("*")?.has("*") === true && byNamespace.size > 1)
    problems.warn(hosts.path, "*/* is every host, so the others say nothing");
}

function isScopedHost(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash < 1) return false;
  const namespace = text.slice(0, slash).replace(/^~/, "");
  const isScope = ["", "*", "."].includes(namespace) || isLabel(namespace);
  const host = text.slice(slash + 1);
  const isComplete = host === "*" || host.includes(".");
  return isScope && isComplete && isWildcardDomain(host) && !isPartialWildcard(host);
}

function checkOutbound(problems: Problems, policy: Value): void {
  if (!isKnown(policy) || policy.get("mode").isUnknown) return;
  const mode = textOf(policy.get("mode"));
  if (mode === "ALLOW_ANY_DYNAMIC_DNS") {
    problems.refuse(policy.get("mode").path, "mode ALLOW_ANY_DYNAMIC_DNS is for the mesh configuration");
    return;
  }
  const proxy = policy.get("egressProxy");
  if (!isKnown(proxy)) return;
  if (mode !== "ALLOW_ANY") {
    problems.refuse(proxy.path, "egressProxy is for mode ALLOW_ANY");
    return;
  }
  const host = proxy.get("host");
  if (!host.isUnknown && !isDomain(textOf(host)))
    problems.refuse(host.path, `${JSON.stringify(textOf(host))} is no host`);
  if (!isFilled(proxy.get("port"))) problems.refuse(proxy.path, "egressProxy has a port");
  else checkDestination(problems, proxy);
}
