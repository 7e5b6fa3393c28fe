import { UNKNOWN } from "../kubernetes-object";
import { isHttp, parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import { isBlank, isKnown, numberOf, textOf, textsOf } from "./fields";
import { isAddress, isLabel, isPartialWildcard, isPort, isSocketPath, isWildcardDomain } from "./names";
import type { AdmissionCheck, Problems } from "./problem";
import { checkProtocolTls, checkServerTls } from "./server-tls";

export const checkGateway: AdmissionCheck = (problems, object) => {
  const { name, spec } = object;
  // The server completes a generateName, so what stands here is not what istiod will see.
  const generateName = object.root.get("metadata").get("generateName").text();
  const isCompleted = generateName !== undefined && (name === "" || name === generateName);
  if (name !== UNKNOWN && !isCompleted && !isLabel(name))
    problems.refuse("metadata.name", `${JSON.stringify(name)} is no name for a Gateway`);
  const servers = spec.get("servers");
  if (isBlank(servers)) problems.refuse("spec.servers", "a Gateway has at least one server");
  const names = new Set<string>();
  for (const server of servers.items()) {
    checkServer(problems, server);
    const port = server.get("port");
    if (!isKnown(port) || port.get("name").isUnknown) continue;
    const portName = textOf(port.get("name"));
    if (names.has(portName))
      problems.refuse(port.path, `another server's port has the name ${JSON.stringify(portName)} too`);
    names.add(portName);
  }
};

function checkServer(problems: Problems, server: Value): void {
  if (server.isUnknown) return;
  const hosts = server.get("hosts");
  if (isBlank(hosts)) problems.refuse(server.path, "a server has at least one host");
  for (const [text, item] of textsOf(hosts))
    if (!isGatewayHost(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no host for a gateway`);
  const port = server.get("port");
  const bind = server.get("bind");
  if (!port.isPresent) problems.refuse(server.path, "a server has a port");
  if (!port.isUnknown) checkServerPort(problems, port, bind);
  checkBind(problems, bind, port);
  const tls = server.get("tls");
  checkServerTls(problems, tls);
  if (isKnown(port)) checkProtocolTls(problems, port.get("protocol"), tls);
  if (tls.get("httpsRedirect").boolean() === true && isKnown(port) && !isHttp(textOf(port.get("protocol"))))
    problems.warn(tls.get("httpsRedirect").path, "httpsRedirect means something on HTTP servers only");
}

function checkServerPort(problems: Problems, port: Value, bind: Value): void {
  if (!port.isPresent) return;
  const protocol = port.get("protocol");
  if (!protocol.isUnknown && parseProtocol(textOf(protocol)) === undefined)
    problems.refuse(protocol.path, `${JSON.stringify(textOf(protocol))} is no protocol`);
  const number = numberOf(port.get("number")) ?? 0;
  const isSocket = textOf(bind).startsWith("unix://");
  if (!port.get("number").isUnknown && !isPort(number) && !(isSocket && number === 0))
    problems.refuse(port.get("number").path, `${number} is no port number`);
  if ((numberOf(port.get("targetPort")) ?? 0) > 0)
    problems.refuse(port.get("targetPort").path, "targetPort has no effect on a Gateway");
  if (isBlank(port.get("name"))) problems.refuse(port.path, "the port has no name");
}

function checkBind(problems: Problems, bind: Value, port: Value): void {
  const text = textOf(bind);
  if (text.startsWith("unix://")) {
    if (!isSocketPath(text.slice("unix://".length)))
      problems.refuse(bind.path, `${JSON.stringify(text)} is no path of a socket`);
    if ((numberOf(port.get("number")) ?? 0) !== 0)
      problems.refuse(port.get("number").path, "a unix domain socket has no port number");
  } else if (text !== "" && !isAddress(text))
    problems.refuse(bind.path, `${JSON.stringify(text)} is no address`);
}

/** `host` or `namespace/host`: a complete name or an address, wildcards for whole parts only. */
function isGatewayHost(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash === -1) return isCompleteHost(text);
  const scope = text.slice(0, slash);
  return (scope === "*" || scope === "." || isLabel(scope)) && isCompleteHost(text.slice(slash + 1));
}

function isCompleteHost(text: string): boolean {
  if (text !== "*" && !text.includes(".")) return false;
  return (isWildcardDomain(text) || isAddress(text)) && !isPartialWildcard(text);
}
