import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import type { GatewayView } from "../model/gateways";
import { HostIndex } from "../model/hosts";
import { kinds } from "../model/kinds";
import { describeLabels, includesAll } from "../model/labels";
import type { MeshObject } from "../model/mesh-object";
import { push } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const gatewayConflict: Rule = {
  id: "gateway-conflict",
  group: "gateway",
  title: "A host has one gateway",
  description:
    "Two gateways on the same pods open one port for the same host, so one of them is passed over, or share a certificate, so that a browser's open connection ends at the wrong one and gets a 404.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0138", "IST0145", "KIA0301", "KIA1501", "KIA1502", "KIA1503"],
  fix: "Put the host into one gateway, and let one gateway serve all hosts of a certificate",
  docs: "https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate",
  *check(model) {
    const servers = [...model.gateways.values()].flatMap(readServers);
    yield* checkHosts(servers);
    yield* checkCertificates(servers);
    yield* checkListeners(model);
  },
};

interface Server {
  readonly gateway: GatewayView;
  readonly value: Value;
  readonly port: number;
  readonly bind: string;
  readonly hosts: readonly { readonly scope: string; readonly name: string; readonly value: Value }[];
}

function readServers(gateway: GatewayView): readonly Server[] {
  return gateway.object.spec
    .get("servers")
    .items()
    .map((value) => ({
      gateway,
      value,
      port: known(value.get("port").get("number").number()) ?? 0,
      bind: known(value.get("bind").text()) ?? "",
      hosts: value
        .get("hosts")
        .items()
        .flatMap((item) => {
          const text = known(item.text())?.toLowerCase();
          if (text === undefined) return [];
          const slash = text.indexOf("/");
          const scope = slash === -1 ? "*" : text.slice(0, slash);
          return [
            {
              scope: scope === "." ? String(gateway.namespace) : scope,
              name: text.slice(slash + 1),
              value: item,
            },
          ];
        }),
    }));
}

/** Both run on some pod. */
function sharePods(a: GatewayView, b: GatewayView): boolean {
  const left = a.selector.known;
  const right = b.selector.known;
  if (left.size === right.size && includesAll(left, right)) return true;
  const pods = new Set(a.pods.workloads);
  return b.pods.workloads.some((pod) => pods.has(pod));
}

function* checkHosts(servers: readonly Server[]): Iterable<Verdict> {
  const byPort = new Map<string, HostIndex<{ readonly server: Server; readonly scope: string }>>();
  for (const server of servers) {
    const key = `${server.port} ${server.bind}`;
    const index = byPort.get(key) ?? new HostIndex();
    byPort.set(key, index);
    for (const { scope, name } of server.hosts) index.add(name, { server, scope });
  }
  const reported = new Set<string>();
  for (const server of servers) {
    const index = byPort.get(`${server.port} ${server.bind}`);
    for (const host of server.hosts) {
      for (const { host: other, things } of index?.covering(host.name) ?? []) {
        const rival = things.find(
          (each) =>
            each.server.gateway.object.key !== server.gateway.object.key &&
            (each.scope === host.scope || each.scope === "*" || host.scope === "*") &&
            sharePods(each.server.gateway, server.gateway),
        );
        const key = `${server.gateway.object.key} ${host.value.path}`;
        if (rival === undefined || reported.has(key)) continue;
        reported.add(key);
        yield reportHost(server, host.name, host.value, rival.server, other);
      }
    }
  }
}

function reportHost(server: Server, name: string, value: Value, rival: Server, other: string): Verdict {
  const { gateway, port } = server;
  const pods = `pods with ${describeLabels(gateway.selector.known)}`;
  if (name === other)
    return gateway.object.report(
      value.path,
      `Gateway "${rival.gateway.object.key}" opens port ${port} for "${name}" on ${pods} too: which of them serves it is not defined`,
      { anchors: ["IST0145", "KIA0301"] },
    );
  const mode = (each: Server): string => known(each.value.get("tls").get("mode").text()) ?? "";
  const mixes =
    mode(server).includes("MUTUAL") !== mode(rival).includes("MUTUAL") &&
    mode(server) !== "" &&
    mode(rival) !== "";
  return gateway.object.report(
    value.path,
    mixes
      ? `"${name}" has TLS mode ${mode(server)}, and "${other}" of Gateway "${rival.gateway.object.key}" has ${mode(rival)}, on port ${port} of the same pods: a client that was let in by one can ask for a host of the other`
      : `"${other}" of Gateway "${rival.gateway.object.key}" covers "${name}" on port ${port} of the same pods`,
    {
      anchors: ["KIA0301"],
      level: "advisory",
      fix: mixes
        ? "Serve them by different pods, or refuse other hosts with a route that answers 421"
        : "Keep hosts that belong together in one gateway",
    },
  );
}

function* checkCertificates(servers: readonly Server[]): Iterable<Verdict> {
  const byCertificate = new Map<string, Server[]>();
  for (const server of servers) {
    const tls = server.value.get("tls");
    const credential = known(tls.get("credentialName").text()) ?? "";
    const file = known(tls.get("serverCertificate").text()) ?? "";
    const key = known(tls.get("privateKey").text()) ?? "";
    // A connection is used again for hosts at its own port alone.
    const at = (certificate: string): string => `${server.port}\n${certificate}`;
    if (credential !== "") push(byCertificate, at(credential), server);
    else if (file !== "" && key !== "") push(byCertificate, at(`${file}\n${key}`), server);
  }
  const reported = new Set<MeshObject>();
  for (const them of byCertificate.values()) {
    for (const server of them) {
      const { object, selector } = server.gateway;
      const rival = them.find(
        (each) =>
          each.gateway.object.key !== object.key && includesAll(each.gateway.selector.known, selector.known),
      );
      if (rival === undefined || reported.has(object)) continue;
      reported.add(object);
      yield object.report(
        server.value.get("tls").path,
        `Gateway "${rival.gateway.object.key}" shows the same certificate on the same pods: a browser uses its open connection for both, and gets a 404 from one`,
        { anchors: ["IST0138"] },
      );
    }
  }
}

function* checkListeners(model: MeshModel): Iterable<Verdict> {
  const byListener = new Map<string, MeshObject[]>();
  const byAddress = new Map<string, MeshObject[]>();
  for (const gateway of model.ofKind(kinds.kubernetesGateway)) {
    if (gateway.namespace === UNKNOWN) continue;
    const own = new Set<string>();
    for (const listener of gateway.spec.get("listeners").items()) {
      const fields = ["port", "protocol", "hostname"].map((field) => listener.get(field));
      if (fields.some((field) => field.isUnknown)) continue;
      const key = fields.map((field) => String(field.raw ?? "")).join(" ");
      if (own.has(key))
        yield gateway.report(
          listener.path,
          `another listener of this Gateway has the same port, protocol and hostname`,
          {
            anchors: ["KIA1503"],
          },
        );
      own.add(key);
      const className = String(gateway.spec.get("gatewayClassName").raw);
      const rival = byListener.get(`${className} ${key}`)?.find((each) => each.key !== gateway.key);
      if (rival !== undefined && listener.has("hostname"))
        yield gateway.report(
          listener.get("hostname").path,
          `Gateway "${rival.key}" has a listener for the same hostname, port and protocol: DNS can lead to one of them only`,
          { anchors: ["KIA1501"], level: "advisory" },
        );
      push(byListener, `${className} ${key}`, gateway);
    }
    for (const address of gateway.spec.get("addresses").items()) {
      const key = `${known(address.get("type").text()) ?? "IPAddress"} ${known(address.get("value").text()) ?? ""}`;
      const rival = byAddress.get(key)?.find((each) => each.key !== gateway.key);
      if (rival !== undefined)
        yield gateway.report(address.path, `Gateway "${rival.key}" asks for the same address`, {
          anchors: ["KIA1502"],
        });
      push(byAddress, key, gateway);
    }
  }
}
