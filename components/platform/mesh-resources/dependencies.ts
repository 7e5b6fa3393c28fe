import type { Manifest } from "../../compile/manifest";
import { fieldsOf, listOf } from "../manifest-fields";

/** A host as it is known everywhere: a short name is one of a service in the object's own namespace. */
function wholeHost(host: unknown, { metadata }: Manifest): string {
  const text = String(host);
  return text.includes(".") || metadata.namespace === undefined
    ? text
    : `${text}.${metadata.namespace}.svc.cluster.local`;
}

/** Hosts that the routes of a VirtualService lead to, mirrors included. */
function destinationHosts(manifest: Manifest): string[] {
  const spec = fieldsOf(manifest.spec);
  return ["http", "tcp", "tls"].flatMap((protocol) =>
    listOf(spec[protocol]).flatMap((route) => {
      const { route: shares, mirror, mirrors } = fieldsOf(route);
      return [
        ...listOf(shares).map((share) => fieldsOf(share)["destination"]),
        ...(mirror === undefined ? [] : [mirror]),
        ...listOf(mirrors).map((each) => fieldsOf(each)["destination"]),
      ].map((destination) => wholeHost(fieldsOf(destination)["host"], manifest));
    }),
  );
}

/** Gateways that a VirtualService is bound to, as `namespace/name`. */
function boundGateways(manifest: Manifest): string[] {
  return listOf(fieldsOf(manifest.spec)["gateways"])
    .map(String)
    .filter((gateway) => gateway !== "mesh")
    .map((gateway) => (gateway.includes("/") ? gateway : `${manifest.metadata.namespace ?? ""}/${gateway}`));
}

/** Whether a policy allows nothing at all: the refusal that other policies are exceptions to. */
function refusesAll(manifest: Manifest): boolean {
  const { rules, action } = fieldsOf(manifest.spec);
  return (
    manifest.kind === "AuthorizationPolicy" && listOf(rules).length === 0 && (action ?? "ALLOW") === "ALLOW"
  );
}

const GATEWAY_API = "gateway.networking.k8s.io";

function isOfGatewayApi({ apiVersion }: Manifest): boolean {
  return apiVersion.startsWith(`${GATEWAY_API}/`);
}

/** What a reference of the Gateway API names, as `Kind namespace/name`; its namespace is the object's own by default. */
function target(reference: unknown, usual: string, manifest: Manifest): string {
  const { kind, namespace, name } = fieldsOf(reference);
  return `${text(kind, usual)} ${text(namespace, manifest.metadata.namespace ?? "")}/${text(name, "")}`;
}

function text(value: unknown, usual: string): string {
  return typeof value === "string" ? value : usual;
}

/** Services that the rules of a route lead to, and hosts, as `Kind namespace/name`. */
function backends(manifest: Manifest): string[] {
  return listOf(fieldsOf(manifest.spec)["rules"]).flatMap((rule) =>
    listOf(fieldsOf(rule)["backendRefs"]).map((reference) =>
      fieldsOf(reference)["kind"] === "Hostname"
        ? `Hostname ${text(fieldsOf(reference)["name"], "")}`
        : target(reference, "Service", manifest),
    ),
  );
}

/** The Service behind a host of the cluster, as a reference would name it. */
function serviceTarget(host: string): string {
  const [name = "", namespace = "", svc] = host.split(".");
  return svc === "svc" ? `Service ${namespace}/${name}` : `Hostname ${host}`;
}

/** A reference from objects of a kind and a namespace, as a ReferenceGrant permits it. */
function permitted(from: unknown, to: string): string {
  const { kind, namespace } = fieldsOf(from);
  return `${text(kind, "")} of ${text(namespace, "")} to ${to}`;
}

/** Gateways and sets of listeners that a route is attached to. */
function parents(manifest: Manifest): string[] {
  return listOf(fieldsOf(manifest.spec)["parentRefs"]).map((reference) =>
    target(reference, "Gateway", manifest),
  );
}

/** What an object of the Gateway API is referred to by. */
function asTarget({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

class Index {
  readonly #entries = new Map<string, Manifest[]>();

  add(key: string, manifest: Manifest): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, [manifest]);
    else entry.push(manifest);
  }

  at(key: string): readonly Manifest[] {
    return this.#entries.get(key) ?? [];
  }
}

/**
 * Which objects must exist before which, so that no moment of a rollout is worse than before or after it: subsets, and the
 * Services of subsets, before the routes that name them, permissions before the refusal of everything else, routes and policies before the gateway
 * that lets traffic in. Destroying goes the other way.
 *
 * Indexed by host, gateway and namespace: the cost grows with the objects and their references.
 */
export function dependencies(
  manifests: readonly Manifest[],
  rootNamespace: string,
): ReadonlyMap<Manifest, readonly Manifest[]> {
  const byHost = new Index();
  const byGateway = new Index();
  const permissions = new Index();
  const byTarget = new Index();
  const byParent = new Index();
  const allPermissions: Manifest[] = [];
  const policies: Manifest[] = [];
  for (const manifest of manifests) {
    const spec = fieldsOf(manifest.spec);
    if (manifest.kind === "DestinationRule") byHost.add(wholeHost(spec["host"], manifest), manifest);
    if (manifest.kind === "ServiceEntry")
      for (const host of listOf(spec["hosts"])) byHost.add(String(host), manifest);
    if (manifest.kind === "VirtualService")
      for (const name of boundGateways(manifest)) byGateway.add(name, manifest);
    if (manifest.kind === "DestinationRule")
      byTarget.add(serviceTarget(wholeHost(spec["host"], manifest)), manifest);
    if (manifest.kind === "Service") byTarget.add(asTarget(manifest), manifest);
    if (manifest.kind === "ServiceEntry") {
      byTarget.add(asTarget(manifest), manifest);
      for (const host of listOf(spec["hosts"])) byTarget.add(`Hostname ${text(host, "")}`, manifest);
    }
    if (manifest.kind === "ReferenceGrant")
      for (const from of listOf(spec["from"]))
        for (const to of listOf(spec["to"]))
          byTarget.add(permitted(from, target(to, "Service", manifest)), manifest);
    if (isOfGatewayApi(manifest)) {
      if (manifest.kind === "Gateway") byTarget.add(asTarget(manifest), manifest);
      for (const parent of parents(manifest)) byParent.add(parent, manifest);
    }
    if (
      manifest.kind === "PeerAuthentication" ||
      manifest.kind === "RequestAuthentication" ||
      manifest.kind === "AuthorizationPolicy"
    )
      policies.push(manifest);
    if (manifest.kind === "AuthorizationPolicy" && !refusesAll(manifest)) {
      permissions.add(manifest.metadata.namespace ?? "", manifest);
      allPermissions.push(manifest);
    }
  }
  // In the root namespace a refusal is the whole mesh's: then every permission comes first.
  const permissionsBefore = ({ metadata }: Manifest): readonly Manifest[] =>
    metadata.namespace === rootNamespace ? allPermissions : permissions.at(metadata.namespace ?? "");
  const beforeInGatewayApi = (manifest: Manifest): readonly Manifest[] => {
    const { targetRefs, parentRef } = fieldsOf(manifest.spec);
    switch (manifest.kind) {
      case "Gateway":
        // Routes that wait for their gateway let nothing in; a gateway without its policies would.
        return [...byParent.at(asTarget(manifest)), ...policies];
      case "ListenerSet":
        return [...byParent.at(asTarget(manifest)), ...byTarget.at(target(parentRef, "Gateway", manifest))];
      case "BackendTLSPolicy":
        return listOf(targetRefs).flatMap((each) => byTarget.at(target(each, "Service", manifest)));
      default:
        return backends(manifest).flatMap((each) => [
          ...byTarget.at(each),
          ...byTarget.at(permitted({ kind: manifest.kind, namespace: manifest.metadata.namespace }, each)),
        ]);
    }
  };
  const before = (manifest: Manifest): readonly Manifest[] => {
    if (manifest.kind === "VirtualService")
      return destinationHosts(manifest).flatMap((host) => byHost.at(host));
    if (isOfGatewayApi(manifest)) return beforeInGatewayApi(manifest);
    if (manifest.kind === "Gateway") {
      return [...byGateway.at(`${manifest.metadata.namespace ?? ""}/${manifest.metadata.name}`), ...policies];
    }
    return refusesAll(manifest) ? permissionsBefore(manifest) : [];
  };
  return new Map(manifests.map((manifest) => [manifest, [...new Set(before(manifest))]]));
}
