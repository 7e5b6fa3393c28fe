import { UNKNOWN } from "../kubernetes-object";
import { isHttp, parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import { isAddress, isLabel, isPort, isWildcardDomain, numberOf, textOf, textsOf } from "./names";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkProtocolTls, checkServerTls } from "./shared";

export const checkGateway: AdmissionCheck = function* (object) {
  const { name, spec } = object;
  // The server completes a generateName, so what stands here is not what istiod will see.
  const generateName = object.root.get("metadata").get("generateName").text();
  const isCompleted = generateName !== undefined && (name === "" || name === generateName);
  if (name !== UNKNOWN && !isCompleted && !isLabel(name))
    yield refuse("metadata.name", `${JSON.stringify(name)} is no name for a Gateway`);
  const servers = spec.get("servers");
  if (!servers.isUnknown && servers.items().length === 0)
    yield refuse("spec.servers", "a Gateway has at least one server");
  const names = new Set<string>();
  for (const server of servers.items()) {
    yield* checkServer(server);
    const port = server.get("port");
    if (!port.isPresent || port.get("name").isUnknown) continue;
    const portName = textOf(port.get("name"));
    if (names.has(portName))
      yield refuse(port.path, `another server's port has the name ${JSON.stringify(portName)} too`);
    names.add(portName);
  }
};

function* checkServer(server: Value): Iterable<AdmissionProblem> {
  if (server.isUnknown) return;
  const hosts = server.get("hosts");
  if (!hosts.isUnknown && hosts.items().length === 0)
    yield refuse(server.path, "a server has at least one host");
  for (const [text, item] of textsOf(hosts))
    if (!isGatewayHost(text)) yield refuse(item.path, `${JSON.stringify(text)} is no host`);
  const port = server.get("port");
  if (!port.isPresent) yield refuse(server.path, "a server has a port");
  else if (!port.isUnknown) yield* checkPort(port, textOf(server.get("bind")));
  const tls = server.get("tls");
  yield* checkServerTls(tls);
  if (port.isPresent) yield* checkProtocolTls(port.get("protocol"), tls);
  const protocol = textOf(port.get("protocol"));
  if (
    tls.get("httpsRedirect").boolean() === true &&
    !isHttp(protocol) &&
    parseProtocol(protocol) !== undefined
  )
    yield warn(tls.get("httpsRedirect").path, "httpsRedirect means something on HTTP servers only");
}

function* checkPort(port: Value, bind: string): Iterable<AdmissionProblem> {
  const protocol = port.get("protocol");
  const word = textOf(protocol);
  if (!protocol.isUnknown && parseProtocol(word) === undefined)
    yield refuse(protocol.path, `${JSON.stringify(word)} is no protocol`);
  const number = numberOf(port.get("number")) ?? 0;
  const isSocket = bind.startsWith("unix://");
  if (!port.get("number").isUnknown && !(isSocket && number === 0) && !isPort(number))
    yield refuse(port.get("number").path, `${number} is no port number`);
  if (isSocket && number !== 0)
    yield refuse(port.get("number").path, "a unix domain socket has no port number");
  if (bind !== "" && !isSocket && !isAddress(bind))
    yield refuse(port.path.replace(/port$/, "bind"), `${JSON.stringify(bind)} is no address`);
  if ((numberOf(port.get("targetPort")) ?? 0) > 0)
    yield refuse(port.get("targetPort").path, "targetPort has no effect on a Gateway");
  if (!port.get("name").isUnknown && textOf(port.get("name")) === "")
    yield refuse(port.path, "the port has no name");
}

function isGatewayHost(text: string): boolean {
  const [scope, host, ...more] = text.split("/");
  if (host === undefined) return text === "*" || isAddress(text) || isWildcardDomain(text);
  const isScope = scope === "*" || scope === "." || isLabel(scope ?? "");
  return more.length === 0 && isScope && (host === "*" || isWildcardDomain(host));
}
