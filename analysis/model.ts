import type { Located } from "./kubernetes-object";
import { DestinationRuleIndex } from "./model/destination-rule";
import { expandLists } from "./model/expand-lists";
import { qualify } from "./model/hosts";
import { kinds } from "./model/kinds";
import { readGateway, type GatewayView } from "./model/gateways";
import { InjectionIndex } from "./model/injection";
import { allMeshConfigs, readMeshConfig, readMeshNetworks, type MeshConfig } from "./model/mesh-config";
import { MeshObject } from "./model/mesh-object";
import { NamespaceIndex } from "./model/namespaces";
import { PeerAuthenticationIndex } from "./model/peer-authentication";
import { PolicyIndex } from "./model/policies";
import { ServiceRegistry } from "./model/registry";
import { ServiceIndex } from "./model/services";
import { VirtualServiceIndex, type VirtualServiceView } from "./model/virtual-service";
import { findWholeMesh } from "./model/whole-mesh";
import { push, WorkloadIndex } from "./model/workloads";

/** What the caller of {@link MeshModel} knows beyond the objects. */
export interface ModelOptions {
  /** Istio's mesh configuration as an object, where the set does not hold it in a ConfigMap. */
  readonly meshConfig?: unknown;
  /** Istio's `meshNetworks` as an object, where the set does not hold it in a ConfigMap. */
  readonly meshNetworks?: unknown;
  /** The day that exceptions are judged against, `YYYY-MM-DD`. */
  readonly today: string;
}

/**
 * A set of Kubernetes objects as a mesh: indexed by kind, name and host, so that a rule finds what belongs together
 * without looking at everything. Parts are built when first asked for. Any object may be malformed, and every field
 * may be unknown.
 */
export class MeshModel {
  /** Every object of the set, lists taken apart, in the order given. */
  readonly objects: readonly MeshObject[];
  readonly config: MeshConfig;
  readonly today: string;
  /** The networks of the mesh, and the object that says so. */
  readonly networks: ReturnType<typeof readMeshNetworks>;
  readonly #byKind = new Map<string, MeshObject[]>();
  readonly #byName = new Map<string, ReadonlyMap<string, MeshObject>>();
  readonly #byNamespace = new Map<string, Map<string, MeshObject[]>>();
  #registry?: ServiceRegistry;
  #workloads?: WorkloadIndex;
  #services?: ServiceIndex;
  readonly #policies = new Map<string, PolicyIndex>();
  #peerAuthentications?: PeerAuthenticationIndex;
  #gateways?: ReadonlyMap<string, GatewayView>;
  #injection?: InjectionIndex;
  #namespaces?: NamespaceIndex;
  #destinationRules?: DestinationRuleIndex;
  #virtualServiceIndex?: VirtualServiceIndex;

  constructor(located: Iterable<Located>, options: ModelOptions) {
    this.objects = [...expandLists(located)].map((each) => new MeshObject(each));
    for (const object of this.objects) push(this.#byKind, object.groupKind, object);
    this.config = readMeshConfig(this.#byKind, options.meshConfig);
    this.networks = readMeshNetworks(this.config, options.meshNetworks);
    this.today = options.today;
  }

  /** The objects of a kind, whatever their version: `networking.istio.io/VirtualService`, `/Service`. */
  ofKind(groupKind: string): readonly MeshObject[] {
    return this.#byKind.get(groupKind) ?? [];
  }

  /** Every mesh configuration that the set holds. */
  get meshConfigs(): ReturnType<typeof allMeshConfigs> {
    return allMeshConfigs(this.ofKind(kinds.configMap));
  }

  /** The objects of a kind in one namespace. */
  ofKindIn(groupKind: string, namespace: string): readonly MeshObject[] {
    let index = this.#byNamespace.get(groupKind);
    if (index === undefined) {
      index = new Map();
      for (const object of this.ofKind(groupKind)) push(index, String(object.ref.namespace ?? ""), object);
      this.#byNamespace.set(groupKind, index);
    }
    return index.get(namespace) ?? [];
  }

  find(groupKind: string, namespace: string, name: string): MeshObject | undefined {
    let index = this.#byName.get(groupKind);
    if (index === undefined) {
      // Applied in order, the last object of a name is the one that stays.
      index = new Map(this.ofKind(groupKind).map((object) => [object.key, object] as const));
      this.#byName.set(groupKind, index);
    }
    return index.get(namespace === "" ? name : `${namespace}/${name}`);
  }

  get registry(): ServiceRegistry {
    return (this.#registry ??= new ServiceRegistry(this.objects, this.#byKind, this.config));
  }

  /** The ports of a Service that is declared to live elsewhere; `undefined` where nobody declares it. */
  declaredService(namespace: string, name: string): readonly number[] | undefined {
    return this.registry.declaredPorts(qualify(name, namespace, this.config.clusterDomain));
  }

  get workloads(): WorkloadIndex {
    return (this.#workloads ??= new WorkloadIndex(this.#byKind));
  }

  get services(): ServiceIndex {
    return (this.#services ??= new ServiceIndex(this.#byKind));
  }

  get peerAuthentications(): PeerAuthenticationIndex {
    return (this.#peerAuthentications ??= new PeerAuthenticationIndex(
      this.ofKind(kinds.peerAuthentication),
      this.config,
    ));
  }

  /** The policies of a kind that holds for workloads: AuthorizationPolicy, RequestAuthentication, Telemetry, WasmPlugin. */
  policies(groupKind: string): PolicyIndex {
    const there = this.#policies.get(groupKind);
    if (there !== undefined) return there;
    const index = new PolicyIndex(this.ofKind(groupKind), this.config);
    this.#policies.set(groupKind, index);
    return index;
  }

  /** The Istio Gateways of the set, with the pods that run them. */
  get gateways(): ReadonlyMap<string, GatewayView> {
    return (this.#gateways ??= new Map(
      this.ofKind(kinds.gateway).map((object) => [object.key, readGateway(object, this.workloads)] as const),
    ));
  }

  /** @param name `namespace/name` */
  gateway(name: string): GatewayView | undefined {
    return this.gateways.get(name);
  }

  get injection(): InjectionIndex {
    return (this.#injection ??= new InjectionIndex(this.#byKind));
  }

  get namespaces(): NamespaceIndex {
    return (this.#namespaces ??= new NamespaceIndex(this.ofKind(kinds.namespace), this.injection.byDefault));
  }

  get destinationRules(): DestinationRuleIndex {
    return (this.#destinationRules ??= new DestinationRuleIndex(
      this.ofKind(kinds.destinationRule),
      this.config,
    ));
  }

  get virtualServices(): readonly VirtualServiceView[] {
    return this.virtualServiceIndex.all;
  }

  get virtualServiceIndex(): VirtualServiceIndex {
    return (this.#virtualServiceIndex ??= new VirtualServiceIndex(
      this.ofKind(kinds.virtualService),
      this.config,
    ));
  }

  virtualService(namespace: string, name: string): VirtualServiceView | undefined {
    const object = this.find(kinds.virtualService, namespace, name);
    return object && this.virtualServiceIndex.of(object);
  }

  /**
   * The object that shows that this set installs or governs a whole mesh. A rule about what is *missing* from the mesh
   * speaks only then, so that a check of a few files does not complain of all that lives elsewhere.
   */
  get wholeMesh(): MeshObject | undefined {
    return findWholeMesh(this);
  }
}
