import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { exportElements, exportScope, type ExportScope } from "../model/export-scope";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { push } from "../model/workloads";
import { known, knownTexts, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const egressServiceEntryConsistent: Rule = {
  id: "egress-serviceentry-consistent",
  group: "egress",
  title: "One ServiceEntry declares a host's port",
  description:
    "Two ServiceEntries declare one port of a host, with different protocols perhaps, and which takes effect depends on their age; or a TCP port has no address, so its listener catches calls to every other host on that port.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0134", "IST0177", "KIA1211", "KIA1212"],
  fix: "Declare the host and its ports once, and give a TCP host its addresses or automatic ones",
  docs: "https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/#address-auto-allocation",
  *check(model) {
    const entries = model.ofKind(kinds.serviceEntry);
    yield* checkRivals(model, entries);
    for (const object of entries) yield* checkAddresses(model, object);
  },
};

interface Declaration {
  readonly object: MeshObject;
  readonly port: Value;
  readonly protocol: string;
  readonly scope: ExportScope;
}

function* checkRivals(model: MeshModel, entries: readonly MeshObject[]): Iterable<Verdict> {
  const byPlace = new Map<string, Declaration[]>();
  for (const object of new Map(entries.map((each) => [each.key, each] as const)).values()) {
    const scope = exportScope(
      exportElements(object.spec.get("exportTo")),
      object.namespace,
      model.config.defaultServiceExportTo,
    );
    for (const port of object.spec.get("ports").items()) {
      const number = known(port.get("number").number());
      const protocol = port.get("protocol").text();
      if (protocol === UNKNOWN) yield object.wait(port.get("protocol").path);
      if (number === undefined || protocol === UNKNOWN) continue;
      const place = { object, port, protocol: (protocol ?? "").toUpperCase(), scope };
      for (const host of new Set(knownTexts(object.spec.get("hosts"))))
        push(byPlace, `${host.toLowerCase()} ${number}`, place);
    }
  }
  const reported = new Set<Value>();
  for (const [place, them] of byPlace) {
    for (const each of them.length < 2 ? [] : them) {
      const rivals = them.filter((other) => other.object !== each.object && meet(each.scope, other.scope));
      const clash = rivals.find((other) => other.protocol !== each.protocol) ?? rivals[0];
      if (clash === undefined || reported.has(each.port)) continue;
      reported.add(each.port);
      const [host = "", number = ""] = place.split(" ");
      yield clash.protocol === each.protocol
        ? each.object.report(
            each.port.path,
            `port ${number} of "${host}" is declared by ServiceEntry "${clash.object.key}" too`,
            { anchors: ["KIA1211"], level: "advisory" },
          )
        : each.object.report(
            each.port.path,
            `port ${number} of "${host}" has protocol ${each.protocol || "none"} here, and ${clash.protocol || "none"} in ServiceEntry "${clash.object.key}"`,
            { anchors: ["IST0177", "KIA1211", "KIA1212"] },
          );
    }
  }
}

/** Some namespace sees both. */
function meet(a: ExportScope, b: ExportScope): boolean {
  if (a.everyone || b.everyone || a.open || b.open) return true;
  return [...a.namespaces].some((namespace) => b.namespaces.has(namespace));
}

function* checkAddresses(model: MeshModel, object: MeshObject): Iterable<Verdict> {
  const { spec } = object;
  if (spec.has("addresses") || hasOwnAddresses(model, object)) return;
  for (const port of spec.get("ports").items()) {
    const protocol = port.get("protocol").text();
    if (protocol === UNKNOWN) yield object.wait(port.get("protocol").path);
    if (protocol === UNKNOWN || !/^(tcp)?$/i.test(protocol ?? "")) continue;
    yield object.report(
      port.path,
      `port ${String(port.get("number").raw)} is TCP and the host has no addresses: the proxy cannot tell its calls from those to any other host on this port`,
      {
        anchors: ["IST0134"],
        ...(allocates(object) ? { level: "advisory" } : {}),
      },
    );
  }
}

/** Proxies that answer DNS themselves, as the mesh configuration may say, or an address that istiod has given. */
function hasOwnAddresses(model: MeshModel, object: MeshObject): boolean {
  const metadata = model.config.raw.get("defaultConfig").get("proxyMetadata");
  const isOn = (name: string): boolean => metadata.get(name).text() === "true";
  const allocated = isOn("ISTIO_META_DNS_AUTO_ALLOCATE") || isOn("PILOT_ENABLE_IP_AUTOALLOCATE");
  return (
    (isOn("ISTIO_META_DNS_CAPTURE") && allocated) ||
    object.root.get("status").get("addresses").items().length > 0
  );
}

/** istiod gives addresses to hosts without wildcards, unless a label refuses them. */
function allocates({ spec, labels }: MeshObject): boolean {
  const isRefused = labels.get("networking.istio.io/enable-autoallocate-ip").text() === "false";
  return (
    !isRefused &&
    spec.get("resolution").text() !== "NONE" &&
    !knownTexts(spec.get("hosts")).some((host) => host.includes("*"))
  );
}
