import { UNKNOWN, type MeshModel } from "../../../analysis";
import { findWaypoint, waypointUse } from "../../../analysis/model/ambient";
import { qualify } from "../../../analysis/model/hosts";
import { kinds } from "../../../analysis/model/kinds";
import { GATEWAY_NAME_LABEL, roleOfGateway } from "../../../analysis/model/kubernetes-gateways";
import type { MeshObject } from "../../../analysis/model/mesh-object";
import type { Enrolment } from "../../../analysis/model/namespaces";
import type { ServiceView } from "../../../analysis/model/services";
import { labelsOf, push, type Workload } from "../../../analysis/model/workloads";
import { known, knownTexts, type Value } from "../../../analysis/reader";
import type { Mtls, TopologyNode } from "../topology";
import { textOf } from "./describe";
import type { Drafts, NodeDraft } from "./drafts";

export const LISTENER_SETS = [
  "gateway.networking.k8s.io/ListenerSet",
  "gateway.networking.x-k8s.io/XListenerSet",
];

const MODES: Readonly<Record<string, Mtls>> = {
  STRICT: "strict",
  PERMISSIVE: "permissive",
  DISABLE: "disabled",
};
/** The more a workload lets in, the earlier. */
const WEAKEST_FIRST: readonly Mtls[] = ["disabled", "permissive", "strict"];

/** The boxes of a mesh, and the way from objects, hosts and identities to them. */
export class Boxes {
  readonly #byObject = new Map<MeshObject, NodeDraft[]>();
  readonly #byPods = new Map<Workload, NodeDraft[]>();
  /** Who runs as `namespace/account`. */
  readonly #byAccount = new Map<string, Workload[]>();

  constructor(
    readonly model: MeshModel,
    readonly drafts: Drafts,
  ) {
    for (const workload of model.workloads.all) {
      if (workload.namespace === UNKNOWN) continue;
      const account = known(workload.template.get("spec").get("serviceAccountName").text()) ?? "default";
      push(this.#byAccount, `${workload.namespace}/${account}`, workload);
    }
    this.#addIstioGateways();
    this.#addKubernetesGateways();
    for (const service of model.services.all) this.#addService(service);
    this.#addExternals();
  }

  /** The boxes of an object: none where it is not shown, several for the Service of proxies that serve several Gateways. */
  of(object: MeshObject): readonly NodeDraft[] {
    return this.#byObject.get(object) ?? [];
  }

  /** The boxes behind which a workload's pods stand. */
  ofWorkload(workload: Workload): readonly NodeDraft[] {
    return this.#byPods.get(workload) ?? [];
  }

  /** Who runs as a service account; `*` in either part is any. */
  ofAccount(namespace: string, account: string): readonly NodeDraft[] {
    const pods =
      namespace.includes("*") || account.includes("*")
        ? [...this.#byAccount].flatMap(([key, each]) =>
            wildcard(`${namespace}/${account}`).test(key) ? each : [],
          )
        : (this.#byAccount.get(`${namespace}/${account}`) ?? []);
    return [...new Set(pods.flatMap((pod) => this.ofWorkload(pod)))];
  }

  /** The box of a host as an object of `namespace` names it; what nobody declares is outside. */
  ofHost(host: Value, object: MeshObject, among: readonly string[] = []): NodeDraft {
    const text = textOf(host);
    const namespace = known(object.namespace) ?? "default";
    const name = qualify(text, namespace, this.model.config.clusterDomain);
    return this.known(name, among) ?? this.external(text.toLowerCase(), object);
  }

  /** The box of a complete host that the set declares. */
  known(host: string, among: readonly string[] = []): NodeDraft | undefined {
    for (const entry of this.model.registry.lookup(host)) {
      if (entry.kind === "ServiceEntry") return this.drafts.node(`external ${entry.host}`);
      const boxes = this.of(entry.object);
      const box = boxes.find(({ id }) => among.includes(id)) ?? boxes[0];
      if (box !== undefined) return box;
    }
    return undefined;
  }

  external(host: string, object: MeshObject): NodeDraft {
    return this.drafts.addNode(
      { id: `external ${host}`, kind: "external", name: host, namespace: "", details: [] },
      object,
    );
  }

  /** A box for callers whom a policy names otherwise than by an identity of the set. */
  callers(name: string, object: MeshObject): NodeDraft {
    return this.drafts.addNode(
      { id: `callers ${name}`, kind: "callers", name, namespace: "", details: [] },
      object,
    );
  }

  /** How all of a namespace takes calls, unless its pods are kept out of the mesh. */
  mtlsOf(namespace: string): Mtls | undefined {
    const mode = this.model.peerAuthentications.ofNamespace(namespace).mode;
    return dataPlaneOf(this.enrolmentOf(namespace)) === "none" || mode === UNKNOWN ? undefined : MODES[mode];
  }

  /** A namespace that says nothing of the mesh is outside; one that the set does not hold may be anything. */
  enrolmentOf(namespace: string): Enrolment {
    const said = this.model.namespaces.enrolment(namespace);
    return said === "unset" && this.model.namespaces.get(namespace) !== undefined ? "out" : said;
  }

  #put(object: MeshObject, box: NodeDraft): void {
    box.objects.add(this.drafts.key(object));
    if (!this.of(object).includes(box)) push(this.#byObject, object, box);
  }

  #stand(box: NodeDraft, pods: readonly Workload[]): void {
    for (const pod of pods) {
      box.objects.add(this.drafts.key(pod.object));
      if (!this.ofWorkload(pod).includes(box)) push(this.#byPods, pod, box);
    }
  }

  #addIstioGateways(): void {
    for (const { object, pods } of this.model.gateways.values()) {
      const servers = object.spec.get("servers").items();
      const box = this.drafts.addNode({
        id: `gateway ${object.key}`,
        kind: "gateway",
        name: object.ref.name,
        namespace: object.ref.namespace ?? "",
        details: listenerWords(
          servers.map((server) => textOf(server.get("port").get("protocol"))),
          servers.flatMap((server) => knownTexts(server.get("hosts"))),
        ),
        ...this.#planeOf(pods.workloads),
      });
      this.#put(object, box);
      this.#stand(box, pods.workloads);
    }
  }

  #addKubernetesGateways(): void {
    const classes = this.model.ofKind(kinds.gatewayClass);
    for (const object of this.model.ofKind(kinds.kubernetesGateway)) {
      const sets = LISTENER_SETS.flatMap((kind) => this.model.ofKind(kind)).filter(
        (set) => this.gatewayOfListenerSet(set) === object,
      );
      const listeners = [object, ...sets].flatMap(({ spec }) => spec.get("listeners").items());
      const pods = this.model.workloads.all.filter(
        (workload) =>
          workload.object === object ||
          (workload.namespace === object.namespace &&
            labelsOf(workload).known.get(GATEWAY_NAME_LABEL) === object.name),
      );
      const role = roleOfGateway(object, classes) === "waypoint" ? "waypoint" : "gateway";
      const box = this.drafts.addNode({
        id: `gateway-api ${object.key}`,
        kind: role,
        name: object.ref.name,
        namespace: object.ref.namespace ?? "",
        details: listenerWords(
          listeners.map((listener) => textOf(listener.get("protocol"))),
          listeners.map((listener) => textOf(listener.get("hostname"))),
        ),
      });
      for (const each of [object, ...sets]) this.#put(each, box);
      this.#stand(box, pods);
    }
  }

  /** The Gateway that a ListenerSet adds listeners to. */
  gatewayOfListenerSet(set: MeshObject): MeshObject | undefined {
    const parent = set.spec.get("parentRef");
    const namespace = known(parent.get("namespace").text()) ?? known(set.namespace);
    const name = known(parent.get("name").text());
    return namespace === undefined || name === undefined
      ? undefined
      : this.model.find(kinds.kubernetesGateway, namespace, name);
  }

  #addService(service: ServiceView): void {
    const { object, selector } = service;
    const namespace = object.ref.namespace ?? "";
    const pods =
      selector.known.size === 0 ? [] : this.model.workloads.select(namespace, selector.known).workloads;
    const gateways = [...new Set(pods.flatMap((pod) => this.ofWorkload(pod)))].filter(
      ({ kind }) => kind === "gateway" || kind === "waypoint",
    );
    if (gateways.length > 0) {
      // The proxies of a gateway are shown as what they serve, not as their Service.
      for (const gateway of gateways) this.#put(object, gateway);
      return;
    }
    const waypoint = this.#waypointOf(object);
    const box = this.drafts.addNode({
      id: `service ${object.key}`,
      kind: "service",
      name: object.ref.name,
      namespace,
      details: service.ports.map(({ number, name }) => [number ?? "?", name].join(" ").trim()),
      ...(pods.length === 0 ? this.#planeOfNamespace(namespace) : this.#planeOf(pods, service)),
      ...(waypoint === undefined ? {} : { waypoint }),
    });
    this.#put(object, box);
    this.#stand(box, pods);
  }

  #waypointOf(object: MeshObject): string | undefined {
    const { namespace } = object;
    const home = namespace === UNKNOWN ? undefined : this.model.namespaces.get(namespace);
    const use = waypointUse(object) ?? (home === undefined ? undefined : waypointUse(home));
    if (use === undefined || use === UNKNOWN || use.name === "none") return undefined;
    const gateway = findWaypoint(this.model, use);
    return gateway === undefined ? `${use.namespace}/${use.name}` : gateway.key;
  }

  #planeOfNamespace(namespace: string): Pick<TopologyNode, "mtls" | "dataPlane"> {
    const mtls = this.mtlsOf(namespace);
    const dataPlane = dataPlaneOf(this.enrolmentOf(namespace));
    return { ...(mtls === undefined ? {} : { mtls }), ...(dataPlane === undefined ? {} : { dataPlane }) };
  }

  #planeOf(pods: readonly Workload[], service?: ServiceView): Pick<TopologyNode, "mtls" | "dataPlane"> {
    const planes = pods.map((pod) => {
      const own = this.model.namespaces.enrolmentOfWorkload(pod);
      const said = own === "unset" && pod.namespace !== UNKNOWN ? this.enrolmentOf(pod.namespace) : own;
      return dataPlaneOf(said);
    });
    const [first] = planes;
    const dataPlane = planes.every((each) => each === first) ? first : undefined;
    const targets = (service?.ports ?? []).flatMap(({ target }) =>
      typeof target === "number" ? [target] : [],
    );
    const modes = pods
      .filter((_, index) => planes[index] !== "none")
      .flatMap((pod) =>
        (targets.length === 0 ? [undefined] : targets).map(
          (port) => this.model.peerAuthentications.ofWorkload(pod, port).mode,
        ),
      )
      .map((mode) => (mode === UNKNOWN ? undefined : MODES[mode]));
    const mtls = modes.includes(undefined) ? undefined : WEAKEST_FIRST.find((mode) => modes.includes(mode));
    return { ...(mtls === undefined ? {} : { mtls }), ...(dataPlane === undefined ? {} : { dataPlane }) };
  }

  #addExternals(): void {
    for (const object of this.model.ofKind(kinds.serviceEntry)) {
      for (const host of knownTexts(object.spec.get("hosts"))) {
        const box = this.drafts.addNode({
          id: `external ${host.toLowerCase()}`,
          kind: "external",
          name: host,
          namespace: "",
          details: object.spec
            .get("ports")
            .items()
            .map((port) => textOf(port.get("number"))),
        });
        this.#put(object, box);
      }
    }
  }
}

function listenerWords(protocols: readonly string[], hosts: readonly string[]): readonly string[] {
  const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].filter((text) => text !== "");
  return [distinct(protocols).join(" "), ...distinct(hosts)].filter((each) => each !== "");
}

export function dataPlaneOf(enrolment: Enrolment): TopologyNode["dataPlane"] {
  switch (enrolment) {
    case "sidecar":
    case "ambient":
      return enrolment;
    case "out":
      return "none";
    case "unset":
    case "unknown":
      return undefined;
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
