import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { exportElements, exportScope, type ExportScope } from "./export-scope";
import { HostIndex, qualify } from "./hosts";
import type { MeshConfig } from "./mesh-config";
import type { MeshObject } from "./mesh-object";

/** The gateway name that stands for all sidecars. */
export const MESH_GATEWAY = "mesh";

/** A host of a VirtualService, complete. */
export interface RouteHost {
  readonly host: string;
  readonly path: string;
}

/** A place of a VirtualService that names a destination. */
export interface DestinationUse {
  readonly role: "route" | "mirror";
  /** The `destination` object: host, subset, port. */
  readonly destination: Value;
}

/** One routing rule of a VirtualService. */
export interface RouteRule {
  readonly protocol: "http" | "tls" | "tcp";
  readonly value: Value;
}

/** A VirtualService with its hosts and gateways resolved. */
export class VirtualServiceView {
  readonly hosts: readonly RouteHost[];
  /** Some host is not known before deployment. */
  readonly hostsOpen: boolean;
  /** `mesh` or `namespace/name`, never empty: a VirtualService that names no gateway is for the sidecars. */
  readonly gateways: readonly (string | Unknown)[];
  readonly scope: ExportScope;
  readonly rules: readonly RouteRule[];
  // Several rules ask for these.
  #destinations?: readonly DestinationUse[];
  #clientNamespaces?: readonly (string | Unknown)[];

  constructor(
    readonly object: MeshObject,
    config: MeshConfig,
  ) {
    const { spec, namespace } = object;
    const hosts: RouteHost[] = [];
    let hostsOpen = spec.get("hosts").isUnknown;
    for (const item of spec.get("hosts").items()) {
      const host = item.text();
      if (host === undefined) continue;
      if (host === UNKNOWN || namespace === UNKNOWN) hostsOpen = true;
      else hosts.push({ host: qualify(host, namespace, config.clusterDomain), path: item.path });
    }
    this.hosts = hosts;
    this.hostsOpen = hostsOpen;
    this.gateways = readGateways(spec.get("gateways"), namespace);
    this.scope = exportScope(
      exportElements(spec.get("exportTo")),
      namespace,
      config.defaultVirtualServiceExportTo,
    );
    const rules: RouteRule[] = [];
    for (const protocol of ["http", "tls", "tcp"] as const)
      for (const value of spec.get(protocol).items()) rules.push({ protocol, value });
    this.rules = rules;
  }

  /** Every destination named anywhere: routes of all three protocols, and both spellings of a mirror. */
  destinations(): readonly DestinationUse[] {
    return (this.#destinations ??= [...readDestinations(this.rules)]);
  }

  /** The namespaces whose proxies run these routes, as far as the object says: its own, or those that it is exported to, and those of its gateways. */
  get clientNamespaces(): readonly (string | Unknown)[] {
    return (this.#clientNamespaces ??= this.#readClientNamespaces());
  }

  #readClientNamespaces(): readonly (string | Unknown)[] {
    const { scope } = this;
    const isWide = scope.everyone || scope.open || scope.namespaces.size === 0;
    const namespaces = new Set<string | Unknown>(isWide ? [this.object.namespace] : scope.namespaces);
    for (const gateway of this.gateways) {
      if (gateway === UNKNOWN) namespaces.add(UNKNOWN);
      else if (gateway !== MESH_GATEWAY) namespaces.add(gateway.slice(0, gateway.indexOf("/")));
    }
    return [...namespaces];
  }
}

function* readDestinations(rules: readonly RouteRule[]): Iterable<DestinationUse> {
  for (const { value } of rules) {
    for (const route of value.get("route").items())
      yield { role: "route", destination: route.get("destination") };
    const mirror = value.get("mirror");
    if (mirror.isPresent) yield { role: "mirror", destination: mirror };
    for (const each of value.get("mirrors").items())
      yield { role: "mirror", destination: each.get("destination") };
  }
}

/** The VirtualServices of a set, found by what they speak of. */
export class VirtualServiceIndex {
  readonly all: readonly VirtualServiceView[];
  readonly #byObject: ReadonlyMap<MeshObject, VirtualServiceView>;
  #byHost?: HostIndex<VirtualServiceView>;

  constructor(objects: readonly MeshObject[], config: MeshConfig) {
    this.all = objects.map((object) => new VirtualServiceView(object, config));
    this.#byObject = new Map(this.all.map((view) => [view.object, view]));
  }

  of(object: MeshObject): VirtualServiceView | undefined {
    return this.#byObject.get(object);
  }

  /** Those that speak of a host, those with the most specific host first. */
  covering(host: string): ReturnType<HostIndex<VirtualServiceView>["covering"]> {
    return (this.#byHost ??= this.#indexHosts()).covering(host);
  }

  #indexHosts(): HostIndex<VirtualServiceView> {
    const index = new HostIndex<VirtualServiceView>();
    for (const view of this.all)
      for (const host of new Set(view.hosts.map((each) => each.host))) index.add(host, view);
    return index;
  }
}

/** The gateways that a list names, resolved; an empty list is the mesh alone. */
export function readGateways(list: Value, namespace: string | Unknown): readonly (string | Unknown)[] {
  if (list.isUnknown) return [UNKNOWN];
  const gateways = list.items().flatMap((item) => item.text() ?? []);
  return gateways.length === 0
    ? [MESH_GATEWAY]
    : gateways.map((gateway) => resolveGateway(gateway, namespace));
}

function resolveGateway(gateway: string | Unknown, namespace: string | Unknown): string | Unknown {
  if (gateway === UNKNOWN || gateway === MESH_GATEWAY) return gateway;
  const slash = gateway.indexOf("/");
  if (slash > 0 && gateway.slice(0, slash) !== ".") return gateway;
  // `name.namespace…` is how gateways of other namespaces were named before `namespace/name`; istiod still reads it.
  const [name = "", dotted] = gateway.slice(slash + 1).split(".");
  if (dotted !== undefined && slash === -1) return `${dotted}/${name}`;
  return namespace === UNKNOWN ? UNKNOWN : `${namespace}/${name}`;
}

/** The namespace and name of the VirtualService that a rule delegates to. */
export function delegateOf(
  rule: Value,
  namespace: string | Unknown,
): Readonly<{ namespace: string; name: string }> | undefined {
  const name = known(rule.get("delegate").get("name").text());
  const target = rule.get("delegate").get("namespace").text();
  const resolved = target === undefined || target === "" ? namespace : target;
  return name === undefined || resolved === UNKNOWN ? undefined : { namespace: resolved, name };
}
