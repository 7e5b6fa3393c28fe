import { hostCovers } from "../../../analysis/model/hosts";
import { kinds } from "../../../analysis/model/kinds";
import type { MeshObject } from "../../../analysis/model/mesh-object";
import type { ServiceView } from "../../../analysis/model/services";
import { known, knownTexts, type Value } from "../../../analysis/reader";
import type { Boxes } from "./boxes";
import { percent, textOf, words } from "./describe";
import type { NodeDraft } from "./drafts";

/** Labels that say in which cluster, and on which network, an endpoint is. */
const CLUSTER = "topology.istio.io/cluster";
const NETWORK = "topology.istio.io/network";

/** Where endpoints are that are not in this cluster. */
interface Place {
  readonly cluster?: string | undefined;
  readonly network?: string | undefined;
}

/**
 * Other clusters, and the calls that leave for them or come from them: what a secret, a network, an endpoint, a subset or a
 * gateway between networks says of them, and nothing that would have to be asked of the other cluster.
 *
 * @param own the names of the clusters whose control plane the set holds
 */
export function readClusters(boxes: Boxes, own: readonly string[]): void {
  const clusters = new Clusters(boxes, own);
  clusters.readSubsets();
  clusters.readEndpoints();
  clusters.readServices();
  readGatewaysBetweenNetworks(boxes);
}

class Clusters {
  /** Those whose endpoints istiod reads, by the secrets that let it. */
  readonly #read: readonly NodeDraft[];
  /** The clusters on a network. */
  readonly #onNetwork = new Map<string, Set<string>>();
  readonly #ownNetwork: string | undefined;

  constructor(
    private readonly boxes: Boxes,
    private readonly own: readonly string[],
  ) {
    const { model } = boxes;
    this.#read = model.ofKind(kinds.secret).flatMap((secret) => {
      if (secret.labels.get("istio/multiCluster").text() !== "true") return [];
      const named = known(secret.annotations.get("networking.istio.io/cluster").text());
      const name = named ?? secret.ref.name.replace(/^istio-remote-secret-/, "");
      return [this.#box(name, secret, ["its endpoints are read from here"])];
    });
    const root = model.namespaces.get(model.config.rootNamespace);
    this.#ownNetwork = root === undefined ? undefined : known(root.labels.get(NETWORK).text());
    this.#readNetworks();
  }

  /** Networks of the mesh configuration: which clusters are on them, and the gateways that lead there. */
  #readNetworks(): void {
    const { networks, object } = this.boxes.model.networks;
    for (const [network, value] of networks.get("networks").entries()) {
      const gateways = value.get("gateways").items().map(describeGateway);
      for (const endpoint of value.get("endpoints").items()) {
        const cluster = known(endpoint.get("fromRegistry").text());
        if (cluster === undefined || this.own.includes(cluster)) continue;
        this.#onNetwork.set(network, (this.#onNetwork.get(network) ?? new Set()).add(cluster));
        if (object === undefined) continue;
        this.#box(cluster, object, [`on network ${network}`, ...gateways]);
      }
    }
  }

  /** Subsets of the endpoints in one cluster. */
  readSubsets(): void {
    const { model } = this.boxes;
    for (const { object, host } of model.destinationRules.all) {
      const box = typeof host === "string" ? this.boxes.known(host) : undefined;
      if (box === undefined) continue;
      for (const subset of object.spec.get("subsets").items()) {
        const name = textOf(subset.get("name"));
        const place = placeOf(subset.get("labels"));
        this.#lead(box, place, words(`subset ${name}`, percent(box.subsets.get(name))), object);
      }
    }
  }

  /** Endpoints that are written down, with the cluster or network where they are. */
  readEndpoints(): void {
    const { model } = this.boxes;
    for (const object of model.ofKind(kinds.serviceEntry)) {
      for (const endpoint of object.spec.get("endpoints").items()) {
        const place = placeOf(endpoint.get("labels"), endpoint.get("network"));
        for (const host of knownTexts(object.spec.get("hosts"))) {
          const box = this.boxes.known(host.toLowerCase());
          if (box !== undefined) this.#lead(box, place, textOf(endpoint.get("address")), object);
        }
      }
    }
    for (const workload of model.workloads.all) {
      const { object } = workload;
      if (object.groupKind !== kinds.workloadEntry) continue;
      const place = placeOf(object.spec.get("labels"), object.spec.get("network"));
      for (const box of this.boxes.ofWorkload(workload)) {
        this.#lead(box, place, textOf(object.spec.get("address")), object);
      }
    }
  }

  /** Services of another cluster, and those that have no pods here though others of their namespace do. */
  readServices(): void {
    for (const service of this.boxes.model.services.all) {
      const { object } = service;
      const said = { ...placeOf(object.labels), ...given(placeOf(object.annotations)) };
      for (const box of this.boxes.of(object)) {
        if (box.kind !== "service") continue;
        this.#lead(box, { cluster: said.cluster }, "", object);
        if (!this.#isServedElsewhere(service)) continue;
        for (const cluster of this.#read) {
          this.boxes.drafts.addEdge("route", box, cluster, { label: "no pods here" }, object);
        }
      }
    }
  }

  #isServedElsewhere({ object, selector }: ServiceView): boolean {
    const { model } = this.boxes;
    const namespace = known(object.namespace);
    if (namespace === undefined || selector.open || selector.known.size === 0) return false;
    const { workloads, open } = model.workloads.select(namespace, selector.known);
    const others = model.workloads.inNamespace(namespace);
    return workloads.length === 0 && !open && others.length > 0 && !this.#isClusterLocal(object);
  }

  /** Whether the mesh configuration keeps calls of a service inside this cluster. */
  #isClusterLocal({ ref: { name, namespace = "" } }: MeshObject): boolean {
    const { config } = this.boxes.model;
    const host = `${name}.${namespace}.svc.${config.clusterDomain}`;
    return config.raw
      .get("serviceSettings")
      .items()
      .filter((each) => each.get("settings").get("clusterLocal").raw === true)
      .flatMap((each) => knownTexts(each.get("hosts")))
      .some((each) => hostCovers(each, host));
  }

  #lead(from: NodeDraft, place: Place, label: string, object: MeshObject): void {
    const to = this.#boxOf(place, object);
    if (to !== undefined) this.boxes.drafts.addEdge("route", from, to, { label }, object);
  }

  /** The box of a place; none for this cluster and its network. */
  #boxOf({ cluster, network }: Place, object: MeshObject): NodeDraft | undefined {
    if (cluster !== undefined) return this.own.includes(cluster) ? undefined : this.#box(cluster, object);
    if (network === undefined || network === this.#ownNetwork) return undefined;
    const [only, ...more] = this.#onNetwork.get(network) ?? [];
    return only !== undefined && more.length === 0
      ? this.#box(only, object)
      : this.#place(`network ${network}`, network, object, ["another network"]);
  }

  #box(name: string, object: MeshObject, said: readonly string[] = []): NodeDraft {
    return this.#place(`cluster ${name}`, name, object, ["another cluster", ...said]);
  }

  #place(id: string, name: string, object: MeshObject, details: readonly string[]): NodeDraft {
    return this.boxes.drafts.addNode({ id, kind: "cluster", name, namespace: "", details }, object);
  }
}

function describeGateway(gateway: Value): string {
  const address = known(gateway.get("address").text()) ?? known(gateway.get("registryServiceName").text());
  return `through ${address ?? textOf(gateway.get("address"))}:${textOf(gateway.get("port"))}`;
}

function placeOf(labels: Value, network?: Value): Place {
  return {
    cluster: known(labels.get(CLUSTER).text()),
    network: known(network?.text()) ?? known(labels.get(NETWORK).text()),
  };
}

const given = (place: Place): Place =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined)) as Place;

/** Gateways that let calls from other networks through to services, by the name that the caller asks for. */
function readGatewaysBetweenNetworks(boxes: Boxes): void {
  for (const { object } of boxes.model.gateways.values()) {
    const servers = object.spec
      .get("servers")
      .items()
      .filter((server) => server.get("tls").get("mode").text() === "AUTO_PASSTHROUGH");
    if (servers.length === 0) continue;
    const hosts = servers.flatMap((server) => knownTexts(server.get("hosts")));
    for (const box of boxes.of(object)) {
      const from = boxes.callers("other networks", object);
      boxes.drafts.addEdge("route", from, box, { label: [...new Set(hosts)].join(" ") }, object);
    }
  }
}
