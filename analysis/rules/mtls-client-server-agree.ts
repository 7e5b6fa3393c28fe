import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { clientTls, describeLevel, type ClientTls } from "../model/client-tls";
import type { DestinationRuleView } from "../model/destination-rule";
import { usesAutoMtls, type ServerMode } from "../model/peer-authentication";
import type { ServiceView } from "../model/services";
import { describeWorkload } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

export const mtlsClientServerAgree: Rule = {
  id: "mtls-client-server-agree",
  group: "mtls",
  title: "Clients and servers speak the same TLS",
  description:
    "What a DestinationRule makes clients send, and what the PeerAuthentication of the servers makes them accept, do not fit: every request ends in a 503 or a reset connection.",
  severity: "critical",
  level: "mandatory",
  scope: "stack",
  anchors: [
    "KIA0204",
    "KIA0205",
    "KIA0206",
    "KIA0207",
    "KIA0208",
    "KIA0401",
    "KIA0501",
    "KIA0505",
    "KIA0506",
  ],
  fix: "Remove the tls block of the DestinationRule, so that clients follow the servers, or give both the same mode",
  docs: "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule",
  *check(model) {
    for (const rule of model.destinationRules.all) {
      for (const place of clientTls(rule)) {
        if (place.mode === UNKNOWN) yield rule.object.wait(place.tls.get("mode").path);
        else if (rule.host.startsWith("*")) yield* checkWide(model, rule, place);
        else yield* checkService(model, rule, place);
      }
    }
    if (usesAutoMtls(model.config)) return;
    yield* checkManual(model);
    for (const rule of model.destinationRules.all) yield* checkShadow(model, rule);
  },
};

/** What keeps the two from talking; undefined where they can. */
function clash(client: string, server: string): string | undefined {
  if (server === "STRICT" && client === "DISABLE") return "clients send plaintext, which the servers refuse";
  if (server === "STRICT" && (client === "SIMPLE" || client === "MUTUAL"))
    return "clients use TLS of their own, but the servers demand the certificates of the mesh";
  if (server === "DISABLE" && client === "ISTIO_MUTUAL")
    return "clients send mutual TLS, but the servers take plaintext only";
  return undefined;
}

function* checkService(model: MeshModel, rule: DestinationRuleView, place: ClientTls): Iterable<Verdict> {
  for (const entry of model.registry.lookup(rule.host)) {
    if (entry.kind !== "Service") continue;
    const service = model.services.of(entry.object);
    if (service !== undefined && (yield* checkServers(model, rule, place, service))) return;
  }
}

/** One finding is enough for a place; @returns whether there was one */
function* checkServers(
  model: MeshModel,
  rule: DestinationRuleView,
  place: ClientTls,
  service: ServiceView,
): Generator<Verdict, boolean> {
  const { namespace } = service.object;
  if (namespace === UNKNOWN || service.selector.known.size === 0) return false;
  for (const workload of model.workloads.select(namespace, service.selector.known).workloads) {
    const enrolment = model.namespaces.enrolmentOfWorkload(workload);
    if (enrolment === "out") {
      if (place.mode !== "ISTIO_MUTUAL") continue;
      yield rule.object.report(
        place.tls.get("mode").path,
        `clients of "${rule.host}" send mutual TLS (${describeLevel(place)}), but ${describeWorkload(workload)} has no proxy to take it`,
        { anchors: [] },
      );
      return true;
    }
    for (const port of targetPorts(service, place)) {
      const server = model.peerAuthentications.ofWorkload(workload, port);
      if (server.mode === UNKNOWN) continue;
      const why = clash(String(place.mode), server.mode);
      if (why === undefined) continue;
      yield rule.object.report(
        place.tls.has("mode") ? place.tls.get("mode").path : place.tls.path,
        `mode ${String(place.mode)} for "${rule.host}" (${describeLevel(place)}) does not fit ${describeWorkload(workload)}, which has ${server.mode}${describeSource(server)}: ${why}`,
        { anchors: anchorsOf(model, String(place.mode), server) },
      );
      return true;
    }
  }
  return false;
}

/** The container ports that clients of a place reach; `undefined` stands for any. */
function targetPorts(service: ServiceView, { port }: ClientTls): readonly (number | undefined)[] {
  const ports = service.ports.filter(({ number }) => port === undefined || number === port);
  const targets = ports.map(({ target }) => (typeof target === "number" ? target : undefined));
  return targets.length === 0 ? [undefined] : targets;
}

function* checkWide(model: MeshModel, rule: DestinationRuleView, place: ClientTls): Iterable<Verdict> {
  const namespace = namespaceOfWildcard(model, rule.host);
  if (namespace === undefined || place.level !== "destination") return;
  const server = model.peerAuthentications.ofNamespace(namespace);
  if (server.mode === UNKNOWN) return;
  const why = clash(String(place.mode), server.mode);
  if (why !== undefined)
    yield rule.object.report(
      place.tls.has("mode") ? place.tls.get("mode").path : place.tls.path,
      `mode ${String(place.mode)} for "${rule.host}" does not fit ${server.mode}${describeSource(server)}: ${why}`,
      { anchors: anchorsOf(model, String(place.mode), server) },
    );
  else if (place.mode === "ISTIO_MUTUAL" && server.from === undefined && !usesAutoMtls(model.config)) {
    const isMesh = namespace === model.config.rootNamespace;
    yield rule.object.report(
      place.tls.get("mode").path,
      `clients send mutual TLS to "${rule.host}", but no PeerAuthentication says what its servers take`,
      {
        anchors: [isMesh ? "KIA0205" : "KIA0206"],
        level: "advisory",
        fix: "Create a PeerAuthentication with mode STRICT for the same scope",
      },
    );
  }
}

/** The namespace that a wildcard speaks of; the root namespace for the whole mesh. */
function namespaceOfWildcard(model: MeshModel, host: string): string | undefined {
  const { clusterDomain, rootNamespace } = model.config;
  if (["*", "*.local", `*.${clusterDomain}`, `*.svc.${clusterDomain}`].includes(host)) return rootNamespace;
  const [, namespace] = /^\*\.([^.]+)\.svc\./.exec(host) ?? [];
  return namespace;
}

function describeSource({ from }: ServerMode): string {
  return from === undefined ? "" : ` (PeerAuthentication "${from.object.key}", ${from.path})`;
}

function anchorsOf(model: MeshModel, client: string, { from }: ServerMode): readonly string[] {
  const isMesh = from?.object.namespace === model.config.rootNamespace;
  if (client === "DISABLE") return [isMesh ? "KIA0208" : "KIA0207"];
  return client === "ISTIO_MUTUAL" ? [isMesh ? "KIA0506" : "KIA0505"] : [];
}

/** Without automatic mutual TLS, a rule that says nothing of TLS takes away what a wider one gave. */
function* checkShadow(model: MeshModel, rule: DestinationRuleView): Iterable<Verdict> {
  const policy = rule.object.spec.get("trafficPolicy");
  if (policy.has("tls") || policy.isUnknown) return;
  for (const { host, things } of model.destinationRules.covering(rule.host)) {
    if (host === rule.host) continue;
    const wider = things.find(
      ({ object }) => object.spec.get("trafficPolicy").get("tls").get("mode").text() === "ISTIO_MUTUAL",
    );
    if (wider === undefined) continue;
    yield rule.object.report(
      "spec",
      `"${rule.host}" has no tls block, so clients drop the mutual TLS that "${wider.object.key}" asks for "${host}"`,
      { anchors: ["KIA0204"], fix: "Repeat trafficPolicy.tls with mode ISTIO_MUTUAL in this rule" },
    );
    return;
  }
}

/** Without automatic mutual TLS, a strict server needs a rule that makes its clients use it. */
function* checkManual(model: MeshModel): Iterable<Verdict> {
  const { clusterDomain, rootNamespace } = model.config;
  for (const [namespace, [view]] of model.peerAuthentications.wide) {
    if (view === undefined || view.object.spec.get("mtls").get("mode").text() !== "STRICT") continue;
    const isMesh = namespace === rootNamespace;
    const widest = isMesh ? `*.svc.${clusterDomain}` : `*.${namespace}.svc.${clusterDomain}`;
    const has = [...model.destinationRules.covering(widest)].some(({ things }) =>
      things.some(
        ({ object }) => object.spec.get("trafficPolicy").get("tls").get("mode").text() === "ISTIO_MUTUAL",
      ),
    );
    if (!has)
      yield view.object.report(
        "spec.mtls.mode",
        `mode STRICT, but automatic mutual TLS is off and no DestinationRule for "${widest}" or wider makes clients use it`,
        {
          anchors: [isMesh ? "KIA0401" : "KIA0501"],
          fix: "Set enableAutoMtls in the mesh configuration, or add a DestinationRule with mode ISTIO_MUTUAL",
        },
      );
  }
}
