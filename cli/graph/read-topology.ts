import { type Finding, type KubernetesObject } from "../../analysis";
import {
  type Fields,
  fields,
  keyOf,
  keyOfObject,
  list,
  type Mtls,
  type Topology,
  type TopologyEdge,
  type TopologyNode,
} from "./topology";

interface Workload {
  readonly namespace: string;
  readonly labels: Fields;
  readonly account: string;
}

/** A box while it is being read. */
interface Draft extends Omit<TopologyNode, "objects" | "findings" | "subsets"> {
  readonly subsets: Map<string, string | undefined>;
  readonly objects: Set<string>;
}

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet"];
const LOCAL = ".svc.cluster.local";

/**
 * Reads the mesh out of any set of objects. Nothing is judged: what makes no sense is shown as it is, and what rules found
 * stands beside it.
 */
export function readTopology(
  objects: readonly KubernetesObject[],
  findings: readonly Finding[],
  title: string,
): Topology {
  const reading = new Reading(objects, findings);
  return reading.topology(title);
}

class Reading {
  readonly #objects: readonly KubernetesObject[];
  readonly #findings: readonly Finding[];
  readonly #byKind = new Map<string, KubernetesObject[]>();
  readonly #nodes = new Map<string, Draft>();
  readonly #edges = new Map<string, Omit<TopologyEdge, "objects" | "findings"> & { objects: Set<string> }>();
  readonly #workloads: readonly Workload[];
  /** Services by namespace, with what they select. */
  readonly #selectors: readonly {
    readonly id: string;
    readonly namespace: string;
    readonly selector: Fields;
  }[];

  constructor(objects: readonly KubernetesObject[], findings: readonly Finding[]) {
    this.#objects = objects;
    this.#findings = findings;
    for (const object of objects) {
      const key = isIstio(object) || object.kind !== "Gateway" ? object.kind : `other ${object.kind}`;
      this.#byKind.set(key, [...(this.#byKind.get(key) ?? []), object]);
    }
    this.#workloads = WORKLOADS.flatMap((kind) => this.#of(kind)).map((object) => {
      const template = fields(fields(object["spec"])["template"]);
      return {
        namespace: object.metadata.namespace ?? "default",
        labels: fields(fields(template["metadata"])["labels"]),
        account: text(fields(template["spec"])["serviceAccountName"] ?? "default"),
      };
    });
    this.#readServices();
    this.#selectors = this.#of("Service").map((object) => ({
      id: `service ${object.metadata.namespace ?? "default"}/${object.metadata.name}`,
      namespace: object.metadata.namespace ?? "default",
      selector: fields(fields(object["spec"])["selector"]),
    }));
    this.#readExternals();
    this.#readGateways();
    this.#readSubsets();
    this.#readRoutes();
    this.#readPermissions();
  }

  #of(kind: string): readonly KubernetesObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  #readServices(): void {
    for (const object of this.#of("Service")) {
      const namespace = object.metadata.namespace ?? "default";
      const spec = fields(object["spec"]);
      const selected = this.#workloads.filter(
        (workload) => workload.namespace === namespace && matches(fields(spec["selector"]), workload.labels),
      );
      const [first] = selected;
      const mtls = this.#mtls(namespace, first?.labels ?? fields(spec["selector"]));
      this.#addNode({
        id: `service ${namespace}/${object.metadata.name}`,
        kind: "service",
        name: object.metadata.name,
        namespace,
        details: list(spec["ports"]).map((port) => {
          const { name, port: number } = fields(port);
          return `${text(number)}${name === undefined ? "" : ` ${text(name)}`}`;
        }),
        ...(mtls === undefined ? {} : { mtls }),
        object,
      });
    }
  }

  #readExternals(): void {
    for (const object of this.#of("ServiceEntry")) {
      const spec = fields(object["spec"]);
      for (const host of list(spec["hosts"]).map(text)) {
        this.#addNode({
          id: `external ${host}`,
          kind: "external",
          name: host,
          namespace: "",
          details: list(spec["ports"]).map((port) => text(fields(port)["number"])),
          object,
        });
      }
    }
  }

  #readGateways(): void {
    for (const object of this.#of("Gateway")) {
      const namespace = object.metadata.namespace ?? "default";
      const servers = list(fields(object["spec"])["servers"]).map(fields);
      const protocols = [...new Set(servers.map((server) => text(fields(server["port"])["protocol"])))];
      this.#addNode({
        id: `gateway ${namespace}/${object.metadata.name}`,
        kind: "gateway",
        name: object.metadata.name,
        namespace,
        details: [
          protocols.join(" "),
          ...new Set(servers.flatMap((server) => list(server["hosts"]).map(text))),
        ].filter((each) => each !== ""),
        object,
      });
    }
  }

  #readSubsets(): void {
    for (const object of this.#of("DestinationRule")) {
      const spec = fields(object["spec"]);
      const node = this.#nodeOfHost(spec["host"], object);
      if (node === undefined) continue;
      node.objects.add(keyOfObject(object));
      for (const subset of list(spec["subsets"])) node.subsets.set(text(fields(subset)["name"]), undefined);
    }
  }

  #readRoutes(): void {
    for (const object of this.#of("VirtualService")) {
      const spec = fields(object["spec"]);
      const gateways = list(spec["gateways"]).map(text);
      const namespace = object.metadata.namespace ?? "default";
      const starts = [
        ...gateways
          .filter((gateway) => gateway !== "mesh")
          .map((gateway) =>
            this.#nodes.get(`gateway ${gateway.includes("/") ? gateway : `${namespace}/${gateway}`}`),
          ),
        ...(gateways.length === 0 || gateways.includes("mesh")
          ? list(spec["hosts"]).map((host) => this.#nodeOfHost(host, object))
          : []),
      ].filter((node) => node !== undefined);
      for (const start of starts) {
        start.objects.add(keyOfObject(object));
        for (const rule of ["http", "tls", "tcp"].flatMap((protocol) => list(spec[protocol])).map(fields)) {
          this.#readRule(rule, start, object);
        }
      }
    }
  }

  #readRule(rule: Fields, start: Draft, object: KubernetesObject): void {
    const shares = list(rule["route"]).map(fields);
    for (const share of shares) {
      const destination = fields(share["destination"]);
      const target =
        this.#nodeOfHost(destination["host"], object) ?? this.#unknownHost(destination["host"], object);
      const weight = shares.length === 1 ? undefined : `${text(share["weight"] ?? 0)} %`;
      const subset = destination["subset"];
      if (subset !== undefined && list(rule["match"]).length === 0) {
        target.subsets.set(text(subset), weight ?? "100 %");
      }
      if (target === start) continue;
      const when = list(rule["match"]).map((match) => describeMatch(fields(match)));
      const label = [when.join(", "), weight, subset === undefined ? undefined : text(subset)]
        .filter((part) => part !== undefined && part !== "")
        .join(" · ");
      this.#addEdge("route", start, target, label, object);
    }
  }

  #readPermissions(): void {
    for (const object of this.#of("AuthorizationPolicy")) {
      const spec = fields(object["spec"]);
      const action = text(spec["action"] ?? "ALLOW");
      if (action !== "ALLOW" && action !== "DENY") continue;
      const namespace = object.metadata.namespace ?? "default";
      const selector = fields(fields(spec["selector"])["matchLabels"]);
      const targets = Object.keys(selector).length === 0 ? [] : this.#servicesOf(namespace, selector);
      for (const target of targets) {
        target.objects.add(keyOfObject(object));
        for (const rule of list(spec["rules"]).map(fields)) {
          const label = list(rule["to"])
            .map((to) => describeOperation(fields(fields(to)["operation"])))
            .filter((each) => each !== "")
            .join(", ");
          for (const caller of this.#callers(rule)) {
            if (caller !== target)
              this.#addEdge(action === "DENY" ? "deny" : "allow", caller, target, label, object);
          }
        }
      }
    }
  }

  /** The services whose pods carry labels that a selector asks for. */
  #servicesOf(namespace: string, labels: Fields): Draft[] {
    return this.#selectors
      .filter((service) => {
        if (service.namespace !== namespace || Object.keys(service.selector).length === 0) return false;
        return (
          this.#workloads.some(
            (workload) =>
              workload.namespace === namespace &&
              matches(service.selector, workload.labels) &&
              matches(labels, workload.labels),
          ) || matches(labels, service.selector)
        );
      })
      .map(({ id }) => this.#nodes.get(id))
      .filter((node) => node !== undefined);
  }

  /** Services and gateways behind the service accounts that a rule names. */
  #callers(rule: Fields): Draft[] {
    const principals = list(rule["from"]).flatMap((from) =>
      list(fields(fields(from)["source"])["principals"]).map(text),
    );
    return principals.flatMap((principal) => {
      const found = /\/?ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal);
      if (found === null) return [];
      const [, namespace = "", account = ""] = found;
      const pods = this.#workloads.filter((each) => each.namespace === namespace && each.account === account);
      const services = this.#selectors
        .filter((service) => service.namespace === namespace && Object.keys(service.selector).length > 0)
        .filter((service) => pods.some((pod) => matches(service.selector, pod.labels)))
        .flatMap(({ id }) => this.#nodes.get(id) ?? []);
      const gateways = this.#of("Gateway")
        .filter((object) => {
          const selector = fields(fields(object["spec"])["selector"]);
          return Object.keys(selector).length > 0 && pods.some((pod) => matches(selector, pod.labels));
        })
        .flatMap(
          (object) =>
            this.#nodes.get(`gateway ${object.metadata.namespace ?? "default"}/${object.metadata.name}`) ??
            [],
        );
      // The proxies of a gateway are shown as what they serve, not as their Service.
      return [...new Set(gateways.length > 0 ? gateways : services)];
    });
  }

  /** Whether pods there are kept out of the mesh: then nobody asks for mutual TLS, whatever policies say. */
  #outside(namespace: string): boolean {
    const object = this.#of("Namespace").find(({ metadata }) => metadata.name === namespace);
    return object?.metadata.labels?.["istio-injection"] === "disabled";
  }

  #mtls(namespace: string, labels: Fields): Mtls | undefined {
    if (this.#outside(namespace)) return undefined;
    const of = (in_: string, wanted: (selector: Fields) => boolean): Mtls | undefined => {
      const found = this.#of("PeerAuthentication").find(
        (object) =>
          object.metadata.namespace === in_ &&
          wanted(fields(fields(fields(object["spec"])["selector"])["matchLabels"])),
      );
      const mode = fields(fields(found?.["spec"])["mtls"])["mode"];
      if (mode === "STRICT") return "strict";
      return mode === "PERMISSIVE" ? "permissive" : mode === "DISABLE" ? "disabled" : undefined;
    };
    const none = (selector: Fields): boolean => Object.keys(selector).length === 0;
    return (
      of(namespace, (selector) => !none(selector) && matches(selector, labels)) ??
      of(namespace, none) ??
      of(this.#rootNamespace(), none) ??
      "permissive"
    );
  }

  #rootNamespace(): string {
    const istiod = this.#of("Deployment").find(({ metadata }) => metadata.labels?.["app"] === "istiod");
    return istiod?.metadata.namespace ?? "istio-system";
  }

  #nodeOfHost(host: unknown, { metadata }: KubernetesObject): Draft | undefined {
    const name = text(host);
    const external = this.#nodes.get(`external ${name}`);
    if (external !== undefined) return external;
    const [service = "", namespace = metadata.namespace ?? "default", ...rest] = name.split(".");
    if (rest.length > 0 && rest[0] !== "svc") return undefined;
    return this.#nodes.get(`service ${namespace}/${service}`);
  }

  #unknownHost(host: unknown, object: KubernetesObject): Draft {
    const name = text(host).replace(LOCAL, "");
    return this.#addNode({
      id: `external ${text(host)}`,
      kind: "external",
      name,
      namespace: "",
      details: [],
      object,
    });
  }

  #addNode({
    object,
    ...node
  }: Omit<Draft, "subsets" | "objects"> & { readonly object: KubernetesObject }): Draft {
    const known = this.#nodes.get(node.id);
    if (known !== undefined) {
      known.objects.add(keyOfObject(object));
      return known;
    }
    const draft = {
      ...node,
      subsets: new Map<string, string | undefined>(),
      objects: new Set([keyOfObject(object)]),
    };
    this.#nodes.set(node.id, draft);
    return draft;
  }

  #addEdge(
    kind: TopologyEdge["kind"],
    from: Draft,
    to: Draft,
    label: string,
    object: KubernetesObject,
  ): void {
    const id = `${kind} ${from.id} -> ${to.id}`;
    const known = this.#edges.get(id);
    if (known === undefined) {
      this.#edges.set(id, {
        id,
        kind,
        from: from.id,
        to: to.id,
        label,
        objects: new Set([keyOfObject(object)]),
      });
      return;
    }
    known.objects.add(keyOfObject(object));
    const labels = known.label.split("\n");
    if (label !== "" && !labels.includes(label)) {
      this.#edges.set(id, { ...known, label: [...labels.filter((each) => each !== ""), label].join("\n") });
    }
  }

  topology(title: string): Topology {
    const findings = this.#findings.map(({ rule, level, path, message, fix, docs, object }) => ({
      rule,
      level,
      path,
      message,
      fix,
      docs,
      object,
    }));
    const about = new Map<string, number[]>();
    findings.forEach(({ object }, index) =>
      about.set(keyOf(object), [...(about.get(keyOf(object)) ?? []), index]),
    );
    const findingsOf = (objects: ReadonlySet<string>): number[] =>
      [...objects].flatMap((key) => about.get(key) ?? []).sort((a, b) => a - b);
    const nodes = [...this.#nodes.values()]
      .map(({ objects, subsets, ...node }) => ({
        ...node,
        subsets: [...subsets].map(([name, share]) => ({ name, ...(share === undefined ? {} : { share }) })),
        objects: [...objects].sort(),
        findings: findingsOf(objects),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const edges = [...this.#edges.values()]
      .map(({ objects, ...edge }) => ({
        ...edge,
        objects: [...objects].sort(),
        findings: findingsOf(objects),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const shown = new Set([...nodes, ...edges].flatMap(({ objects }) => objects));
    const namespaces = [
      ...new Set(nodes.flatMap(({ namespace }) => (namespace === "" ? [] : [namespace]))),
    ].sort();
    return {
      title,
      clusters: this.#clusters(),
      namespaces: namespaces.map((name) => ({
        name,
        ...present(this.#mtls(name, {})),
        defaultDeny: this.#refusesAll(name) || this.#refusesAll(this.#rootNamespace()),
      })),
      nodes,
      edges,
      objects: Object.fromEntries(
        this.#objects
          .map((object) => [keyOfObject(object), object] as const)
          .filter(([key]) => shown.has(key))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      findings,
    };
  }

  /** An ALLOW policy without rules and selector. */
  #refusesAll(namespace: string): boolean {
    return this.#of("AuthorizationPolicy").some((object) => {
      const spec = fields(object["spec"]);
      return (
        object.metadata.namespace === namespace &&
        text(spec["action"] ?? "ALLOW") === "ALLOW" &&
        list(spec["rules"]).length === 0 &&
        spec["selector"] === undefined
      );
    });
  }

  #clusters(): string[] {
    const names = this.#of("Deployment").flatMap((object) => {
      if (object.metadata.labels?.["app"] !== "istiod") return [];
      const containers = list(fields(fields(fields(object["spec"])["template"])["spec"])["containers"]);
      return containers
        .flatMap((container) => list(fields(container)["env"]))
        .map(fields)
        .filter(({ name }) => name === "CLUSTER_ID")
        .map(({ value }) => text(value));
    });
    return [...new Set(names)].sort();
  }
}

function isIstio({ apiVersion }: KubernetesObject): boolean {
  return apiVersion.startsWith("networking.istio.io/");
}

function present(mtls: Mtls | undefined): { readonly mtls?: Mtls } {
  return mtls === undefined ? {} : { mtls };
}

/** Whether labels hold all that a selector asks for; one that asks for nothing selects nothing here. */
function matches(selector: Fields, labels: Fields): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function describeMatch(match: Fields): string {
  const value = (of: unknown): string => {
    const { exact, prefix, regex } = fields(of);
    return exact !== undefined ? text(exact) : prefix !== undefined ? `${text(prefix)}*` : `~${text(regex)}`;
  };
  return [
    match["method"] === undefined ? "" : value(match["method"]),
    match["uri"] === undefined ? "" : value(match["uri"]),
    ...Object.entries(fields(match["headers"])).map(([name, each]) => `${name}=${value(each)}`),
    match["port"] === undefined ? "" : `:${text(match["port"])}`,
    ...list(match["sniHosts"]).map(text),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function describeOperation(operation: Fields): string {
  const of = (name: string): string => list(operation[name]).map(text).join(" ");
  return [of("methods"), of("paths"), of("ports") === "" ? "" : `:${of("ports")}`]
    .filter((part) => part !== "")
    .join(" ");
}

function text(value: unknown): string {
  return typeof value === "symbol" ? "(known after deployment)" : String(value);
}
