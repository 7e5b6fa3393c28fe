import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { known } from "../reader";
import { DeclaredHosts } from "./declared-hosts";
import { exportElements, exportScope, type ExportScope } from "./export-scope";
import { HostIndex } from "./hosts";
import { kinds } from "./kinds";
import { kubernetesGateways, nameOfGatewayService, type GatewayRole } from "./kubernetes-gateways";
import type { MeshConfig } from "./mesh-config";
import type { MeshObject } from "./mesh-object";

/** A port that a service opens to its clients. */
export interface RegistryPort {
  readonly number: number;
  readonly name?: string;
}

/** One host that traffic can be sent to, with the object that declares it. */
export interface RegistryEntry {
  readonly host: string;
  readonly object: MeshObject;
  readonly kind: "Service" | "ServiceEntry" | "ServiceImport" | "Gateway";
  readonly ports: readonly RegistryPort[];
  /** Ports are missing here because they are not known before deployment. */
  readonly portsOpen: boolean;
  readonly scope: ExportScope;
}

const EXPORT_ANNOTATION = "networking.istio.io/exportTo";

/** What Istio's service registry will hold: the Services and ServiceEntries of the set. */
export class ServiceRegistry {
  readonly #hosts = new HostIndex<RegistryEntry>();
  readonly #names: string[] = [];
  readonly #declared: DeclaredHosts;
  #endings?: ReadonlySet<string>;
  #open: boolean;

  constructor(
    objects: readonly MeshObject[],
    byKind: ReadonlyMap<string, readonly MeshObject[]>,
    config: MeshConfig,
  ) {
    this.#declared = new DeclaredHosts(objects);
    this.#open = this.#declared.isOpen;
    this.#names.push(...this.#declared.hosts);
    for (const object of byKind.get(kinds.service) ?? []) this.#addService(object, config);
    for (const object of byKind.get(kinds.serviceImport) ?? []) this.#addServiceImport(object);
    for (const [object, role] of kubernetesGateways(byKind)) this.#addGateway(object, role, config);
    for (const object of byKind.get(kinds.serviceEntry) ?? []) this.#addServiceEntry(object, config);
  }

  /** Some host is not known before deployment, so a host that is not found might still exist. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Who declares this complete host: by its own name, or else by the most specific wildcard. */
  lookup(host: string): readonly RegistryEntry[] {
    const own = this.#hosts.exactly(host);
    if (own.length > 0) return own;
    for (const { things } of this.#hosts.covering(host)) return things;
    return [];
  }

  /** The host exists: an object of the set is it, or it is declared to live elsewhere. */
  knows(host: string): boolean {
    return this.lookup(host).length > 0 || this.#declared.portsOf(host) !== undefined;
  }

  /** The ports of a host that is declared to live elsewhere, ascending; `undefined` where nobody declares it. */
  declaredPorts(host: string): readonly number[] | undefined {
    return this.#declared.portsOf(host);
  }

  /** Some declared host is covered by this wildcard. */
  covers(wildcard: string): boolean {
    return this.#suffixes().has(wildcard.slice(1));
  }

  /** The endings of all hosts, from a dot on, so that a wildcard is found without asking each host. */
  #suffixes(): ReadonlySet<string> {
    if (this.#endings !== undefined) return this.#endings;
    const endings = new Set<string>();
    for (const host of this.#names) {
      for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1))
        endings.add(host.slice(dot));
    }
    return (this.#endings = endings);
  }

  /** Every declared host, in the order of declaration. */
  get hosts(): readonly string[] {
    return this.#names;
  }

  #add(entry: RegistryEntry): void {
    this.#names.push(entry.host);
    this.#hosts.add(entry.host, entry);
  }

  #addService(object: MeshObject, config: MeshConfig): void {
    const { name, namespace } = object;
    if (name === UNKNOWN || namespace === UNKNOWN) {
      this.#open = true;
      return;
    }
    const exported = exportElements(object.annotations.get(EXPORT_ANNOTATION));
    this.#add({
      host: `${name}.${namespace}.svc.${config.clusterDomain}`,
      object,
      kind: "Service",
      ...readPorts(object, "port"),
      scope: exportScope(exported, namespace, config.defaultServiceExportTo),
    });
  }

  /** The Service that istiod makes for a Gateway of the Gateway API. */
  #addGateway(object: MeshObject, role: GatewayRole, config: MeshConfig): void {
    const name = nameOfGatewayService(object, role);
    if (name === undefined || object.namespace === UNKNOWN) return;
    const list = object.spec.get("listeners");
    const ports = list.items().flatMap((listener): RegistryPort[] => {
      const number = known(listener.get("port").number());
      return number === undefined ? [] : [{ number }];
    });
    this.#add({
      host: `${name}.${object.namespace}.svc.${config.clusterDomain}`,
      object,
      kind: "Gateway",
      ports: [...ports, { number: 15021 }],
      portsOpen: list.isUnknown,
      scope: exportScope([], object.namespace, config.defaultServiceExportTo),
    });
  }

  #addServiceImport(object: MeshObject): void {
    const { name, namespace } = object;
    if (name === UNKNOWN || namespace === UNKNOWN) {
      this.#open = true;
      return;
    }
    this.#add({
      host: `${name}.${namespace}.svc.clusterset.local`,
      object,
      kind: "ServiceImport",
      ...readPorts(object, "port"),
      scope: exportScope([], namespace),
    });
  }

  #addServiceEntry(object: MeshObject, config: MeshConfig): void {
    const hosts = object.spec.get("hosts");
    if (hosts.isUnknown) this.#open = true;
    const exported = exportElements(object.spec.get("exportTo"));
    for (const item of hosts.items()) {
      const host: string | undefined | Unknown = item.text();
      if (host === UNKNOWN) this.#open = true;
      else if (host !== undefined && host !== "") {
        this.#add({
          host: host.toLowerCase(),
          object,
          kind: "ServiceEntry",
          ...readPorts(object, "number"),
          scope: exportScope(exported, object.namespace, config.defaultServiceExportTo),
        });
      }
    }
  }
}

function readPorts(
  object: MeshObject,
  numberField: "port" | "number",
): Pick<RegistryEntry, "ports" | "portsOpen"> {
  const list = object.spec.get("ports");
  const ports: RegistryPort[] = [];
  let portsOpen = list.isUnknown;
  for (const item of list.items()) {
    const number = item.get(numberField).number();
    if (number === UNKNOWN) portsOpen = true;
    else if (number !== undefined) {
      const name = known(item.get("name").text());
      ports.push(name === undefined ? { number } : { number, name });
    }
  }
  return { ports, portsOpen };
}
