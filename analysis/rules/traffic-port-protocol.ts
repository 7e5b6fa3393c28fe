import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { parseProtocol, protocolOfServicePort } from "../model/protocol";
import { known, type Value } from "../reader";
import type { Report, Rule, Verdict } from "../rule";

export const trafficPortProtocol: Rule = {
  id: "traffic-port-protocol",
  group: "traffic",
  title: "Ports declare their protocol",
  description:
    "A port of a Service, ServiceEntry or gateway says nothing of its protocol, or names one that Istio does not know: the proxy guesses from the first bytes, waits for servers that speak first, or treats HTTP as mere bytes.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0118", "IST0150", "KIA0601", "KIA0602"],
  fix: "Set appProtocol, or begin the name of the port with the protocol: http, http2, https, grpc, tls, tcp, mongo, redis, mysql",
  docs: "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
  remediable: true,
  *check(model) {
    for (const { object, ports, type } of model.services.all) {
      if (isLeftAlone(object)) continue;
      for (const { value } of ports) yield* checkServicePort(object, value, type);
    }
    for (const entry of model.ofKind(kinds.serviceEntry)) {
      for (const port of entry.spec.get("ports").items()) yield* checkDeclared(entry, port);
    }
    for (const gateway of model.ofKind(kinds.gateway)) {
      for (const server of gateway.spec.get("servers").items())
        yield* checkDeclared(gateway, server.get("port"));
    }
  },
};

/** Services of Istio itself, and those that istiod makes for a Gateway, name their ports after the listeners. */
function isLeftAlone({ labels, namespace }: MeshObject): boolean {
  return (
    labels.has("istio") ||
    labels.get("release").text() === "istio" ||
    labels.has("gateway.istio.io/managed") ||
    (namespace !== UNKNOWN && namespace.startsWith("kube-"))
  );
}

function* checkServicePort(object: MeshObject, port: Value, type: string): Iterable<Verdict> {
  const protocol = protocolOfServicePort(port);
  if (protocol === "unknown") yield object.wait(port.path);
  const name = known(port.get("name").text()) ?? "";
  const number = known(port.get("port").number());
  const isExternal = type === "ExternalName";
  if (protocol !== undefined && !(isExternal && name === "tcp")) return;
  const appProtocol = port.get("appProtocol");
  const said = appProtocol.isPresent
    ? `appProtocol ${JSON.stringify(appProtocol.raw)}, which Istio does not know`
    : name === ""
      ? "neither a name nor appProtocol"
      : `the name "${name}", which begins with no protocol`;
  if (isExternal) {
    yield object.report(
      port.path,
      `port ${number ?? "?"} of the ExternalName Service "${object.key}" has ${name === "tcp" ? 'the name "tcp"' : said}: a listener for any address opens there, and catches calls to other hosts`,
      {
        anchors: ["IST0150"],
        fix: 'Name the port after its protocol, "tls" or "http" for example, and not "tcp"',
      },
    );
    return;
  }
  yield object.report(port.path, `port ${number ?? "?"} of Service "${object.key}" has ${said}`, {
    anchors: ["IST0118", appProtocol.isPresent ? "KIA0602" : "KIA0601"],
    ...editsFor(appProtocol.path, number),
  });
}

/** What is served on a port by custom; of any other the object alone does not tell. */
const customary: ReadonlyMap<number, string> = new Map([
  [80, "http"],
  [8080, "http"],
  [443, "https"],
  [8443, "https"],
]);

function editsFor(path: string, number: number | undefined): Pick<Report, "edits"> {
  const protocol = customary.get(number ?? 0);
  return protocol === undefined ? {} : { edits: [{ path, value: protocol }] };
}

function* checkDeclared(object: MeshObject, port: Value): Iterable<Verdict> {
  const value = port.get("protocol");
  const word = value.text();
  const number = known(port.get("number").number());
  if (word === UNKNOWN) yield object.wait(value.path);
  else if (port.isPresent && (word === undefined || word === "")) {
    yield object.report(port.path, `port ${number ?? "?"} declares no protocol`, {
      anchors: [],
      fix: "Set protocol",
    });
  } else if (word !== undefined && parseProtocol(word) === undefined)
    yield object.report(value.path, `"${word}" is no protocol that Istio knows`, {
      anchors: ["KIA0601"],
      fix: "Set protocol to HTTP, HTTP2, HTTPS, GRPC, GRPC-WEB, TLS, TCP, MONGO, REDIS or MYSQL",
    });
}
