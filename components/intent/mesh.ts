import type { Declarations } from "./declarations";
import type { Destination, External, Service } from "./destination";
import type { ExternalDeclaration } from "./external";
import type { GatewayServers, GatewayServerSpec } from "./gateway-server";
import type { Gateway, GatewaySpec, Under } from "./gateway";
import type { MeshIntent } from "./intent";
import type { PortMap } from "./port";
import { type InputProblem, MeshError } from "./problem";
import { readMesh } from "./read/mesh";
import { makeReferences } from "./make-references";
import { lookUp, remember, type SloDeclaration } from "./references";
import type { HeadersSpec } from "./http-route-options";
import type { GatewayCondition, GrpcCondition, SourceCondition, TcpCondition, TlsCondition } from "./match";
import type {
  AllOf,
  Conditions,
  ConnectionRouteBuilder,
  GrpcRouteBuilder,
  HttpLayerRoute,
  HttpRouteBuilder,
  PlainRouteBuilder,
  RouteFor,
  RouteOptions,
  TcpRoute,
  TlsRoute,
} from "./route";
import type { Delegate, DelegateSpec } from "./route-action";
import { connectionRouteWhen, grpcRouteWhen, plainRoute, routeWhen } from "./route-builder";
import type { EgressGatewaySpec, ScopeSpec } from "./scope";
import type {
  Allow,
  Audit,
  Authentication,
  Binding,
  Custom,
  Deny,
  ExtAuthz,
  ExtAuthzSpec,
  Mtls,
  OnlyWithHttp,
  Permission,
  Role,
  SecuritySpec,
} from "./security";
import type { PortsOf, ServiceSpec, SubsetsOf } from "./service";
import { type AddsUpTo100, type Share, writeBySubset, writeCanary, writeShare } from "./shares";
import type { VersionWords } from "./progression";
import type {
  GatewayRateLimitsSpec,
  LocalRateLimitSpec,
  RateLimitServiceSpec,
  ServiceRateLimitsSpec,
} from "./rate-limit";
import { show } from "./show";
import { writeGateway } from "./write-gateway";
import { writeBlueGreen, writePinned, writeProgression } from "./versions";
import type { ProvidersOf, TelemetryProviderSpec } from "./telemetry-provider";
import { annotatedThreshold, bucketAnnotation, type Slo, type SloSpec } from "./slo";
import type { TelemetrySpec } from "./telemetry";
import type { ProxyConfigSpec } from "./proxy-config";
import type { SidecarSpec } from "./sidecar";
import type { TrafficPolicyFor, TrafficPolicyOptions } from "./traffic-policy";

/** The nouns of a mesh. */
export interface Catalogue<
  C extends Readonly<Record<string, ServiceSpec>> = Readonly<Record<string, ServiceSpec>>,
  E extends Readonly<Record<string, ExternalDeclaration>> = Readonly<Record<string, ExternalDeclaration>>,
  T extends Readonly<Record<string, TelemetryProviderSpec>> = Readonly<Record<string, TelemetryProviderSpec>>,
> {
  readonly services: C;
  /** Hosts outside the mesh, by the name that routes use. @default - none */
  readonly external?: E;
  /** @default - strict mTLS, and no call that is not allowed */
  readonly security?: SecuritySpec;
  /**
   * Whether routes may put faults into requests; `"refused"` for production, where a fault that was left in by mistake
   * is one for real users.
   *
   * @default "allowed"
   */
  readonly faults?: "allowed" | "refused";
  /** What each proxy is told of the mesh. @default - everything */
  readonly scope?: ScopeSpec;
  /** @default - Istio's own, in the namespace of Istio's own installation */
  readonly egressGateway?: EgressGatewaySpec;
  /** Who counts requests for limits that workloads share. @default - a service of the usual name, see {@link RateLimitServiceSpec} */
  readonly rateLimitService?: RateLimitServiceSpec;
  /**
   * Where traces, access logs and metrics may go, by name. `ServiceMesh` writes them into the mesh configuration.
   *
   * @default - those that Istio brings along: `prometheus`, and `envoy` for access logs in the proxy's output
   */
  readonly telemetryProviders?: T;
}

/** Any mesh, whatever is in it: what `compileMesh` and the platform components take. */
export interface AnyMesh {
  readonly name: string;
  /** Everything that is wrong with the mesh as declared so far; empty when nothing is. */
  validate(): readonly InputProblem[];
  /**
   * What the mesh means, as plain data.
   *
   * @throws {@link MeshError} with every problem at once
   */
  intent(): MeshIntent;
  /** The same as {@link intent}: a mesh serialises as what it means. */
  toJSON(): MeshIntent;
}

/**
 * A mesh under declaration. Its nouns come from the catalogue, its verbs are methods: they take the mesh's own objects
 * and refuse those of another.
 *
 * @typeParam M its name
 * @typeParam C its services
 * @typeParam E its external hosts
 * @typeParam T its telemetry providers
 */
export interface Mesh<
  M extends string,
  C extends Readonly<Record<string, ServiceSpec>>,
  E extends Readonly<Record<string, ExternalDeclaration>>,
  T extends Readonly<Record<string, TelemetryProviderSpec>> = Readonly<Record<never, TelemetryProviderSpec>>,
>
  extends AnyMesh, VersionWords<M> {
  readonly name: M;
  readonly services: { readonly [K in keyof C]: Service<M, SubsetsOf<C[K]>, PortsOf<C[K]>> };
  readonly external: { readonly [K in keyof E]: External<M> };
  /** Where telemetry may go: what the catalogue declares, and what Istio brings along. */
  readonly providers: ProvidersOf<M, T>;

  /** A part of the traffic, in whole percent; `headers` says what is done to those of its requests. */
  share<const W extends number>(
    to: Destination<M>,
    weight: W,
    options?: { readonly headers?: HeadersSpec },
  ): Share<M, W>;
  /**
   * A subset at one port, for services that open several that a route could lead to.
   *
   * @example edge.expose("admin.example.com", shop.subsetPort(web, "v2", "admin"))
   */
  subsetPort<Sub extends string, Ports extends PortMap>(
    service: Service<M, Sub, Ports>,
    subset: NoInfer<Sub>,
    port: keyof NoInfer<Ports> & string,
  ): Destination<M>;
  /** Shares spelled out: the compiler adds literal weights up, computed ones are added up by `validate`. */
  split<const T extends readonly Share<M>[]>(shares: T & AddsUpTo100<T>): readonly Share<M>[];
  /** Each share, and what they leave over to `rest`: an incomplete set cannot be written. */
  canary(rest: Destination<M>, ...shares: readonly Share<M>[]): readonly Share<M>[];
  /** A weight for every subset of the service: 0 is allowed, absence is not. */
  bySubset<Sub extends string>(
    service: Service<M, Sub>,
    weights: { readonly [K in NoInfer<Sub>]: number },
  ): readonly Share<M>[];

  /**
   * Begins a route for the requests that meet all of these conditions.
   *
   * @example shop.when(path.prefix("/wines"), header("end-user").exact("jason")).to(reviews.subsets.v1)
   */
  when(...conditions: Conditions): HttpRouteBuilder<M>;
  /**
   * Begins a route for the gRPC requests that meet all of these conditions.
   *
   * @example shop.whenGrpc(grpc.method("shop.Orders", "Place")).to(orders.subsets.v2)
   */
  whenGrpc(...conditions: AllOf<GrpcCondition>): GrpcRouteBuilder<M>;
  /**
   * Begins a route for the TCP connections that meet all of these conditions.
   *
   * @example shop.whenTcp(shop.from(reports)).to(database.subsets.standby)
   */
  whenTcp(...conditions: AllOf<TcpCondition>): ConnectionRouteBuilder<M, TcpCondition, TcpRoute<M>>;
  /**
   * Begins a route for the TLS connections that meet all of these conditions; they are passed on unopened.
   *
   * @example shop.whenTls(sni("db.example.com")).to(database)
   */
  whenTls(...conditions: AllOf<TlsCondition>): ConnectionRouteBuilder<M, TlsCondition, TlsRoute<M>>;
  /** A condition: the sender is a workload of this service. */
  from(service: Service<M>): SourceCondition;
  /** A condition, for a host that several gateways expose: the traffic came in through one of these. */
  via(...gateways: readonly [Gateway<M> | "mesh", ...(Gateway<M> | "mesh")[]]): GatewayCondition;
  /**
   * Routes in a VirtualService of their own, which others lead to with `.delegate(...)`: a host is one team's, and what
   * becomes of the requests under a path another's. Without `routes` it is a VirtualService that somebody else writes.
   *
   * @example
   * const wines = shop.delegate("wines", { namespace: "wines" }, [shop.otherwise().to(cellar)]);
   * edge.expose("www.example.com", [shop.when(path.prefix("/wines")).delegate(wines), shop.otherwise().to(web)]);
   */
  delegate(name: string, spec: DelegateSpec, routes?: readonly HttpLayerRoute<M>[]): Delegate<M>;
  /** Begins a route for everything that no earlier route took. */
  otherwise(): PlainRouteBuilder<M>;
  /**
   * Says how a service is routed, for callers in the mesh and for gateways that expose it; or how callers in the mesh
   * reach an external. The routes are tried in order; the last must be `otherwise()`, because what no route takes is
   * answered with 404.
   *
   * @example shop.route(reviews, [shop.otherwise().canary(reviews.subsets.v1, shop.share(reviews.subsets.v2, 10))])
   */
  route<Ports extends PortMap>(
    target: Service<M, string, Ports> | External<M>,
    routes: readonly RouteFor<M, NoInfer<Ports>>[],
    options?: RouteOptions<NoInfer<Ports>>,
  ): void;
  /**
   * Says how callers treat a service or an external: load balancing, limits, ejection of failing hosts; and what
   * differs for some of its ports and subsets.
   *
   * @example
   * shop.trafficPolicy(reviews, {
   *   loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "30s" } },
   *   outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: "30s" },
   * });
   */
  trafficPolicy<T extends Service<M> | External<M>>(
    target: T,
    policy: TrafficPolicyFor<NoInfer<T>>,
    options?: TrafficPolicyOptions<M>,
  ): void;

  /**
   * Limits how many requests each workload of a service takes; what is beyond is answered with 429. Every pod counts for
   * itself, so the service as a whole takes as many times that as it has pods.
   *
   * With `global` the limits are for all of them together: the rate-limit service of the mesh counts. A service may have
   * both, in two calls; its own proxy then counts first, and what it refuses is not counted further.
   *
   * @example
   * shop.rateLimit(reviews, { requests: 100, per: "1s", burst: 200 });
   * shop.rateLimit(reviews, { global: { "per-user": { requests: 60, per: "minute", descriptors: [{ header: "x-user" }] } } });
   */
  rateLimit<Ports extends PortMap>(
    service: Service<M, string, Ports>,
    limit: LocalRateLimitSpec<NoInfer<Ports>> | ServiceRateLimitsSpec<NoInfer<Ports>>,
  ): void;
  /**
   * Limits how many requests the hosts of a gateway take, all of its proxies together: the rate-limit service of the mesh
   * counts.
   *
   * @example
   * shop.rateLimit(edge, {
   *   global: {
   *     all: { requests: 10_000, per: "second" },
   *     login: { requests: 5, per: "minute", when: [path.exact("/login")], descriptors: [{ remoteAddress: true }] },
   *   },
   * });
   */
  rateLimit<H extends string>(gateway: Gateway<M, H>, limit: GatewayRateLimitsSpec<Under<NoInfer<H>>>): void;

  /**
   * Permits calls. What no `allow` permits is refused (see {@link SecuritySpec}).
   *
   * The permission follows the routes of `to`: where they lead to another service, the callers may reach that too.
   *
   * @example shop.allow({ from: reviews, to: ratings, methods: ["GET"] })
   */
  allow<Ports extends PortMap>(edge: Allow<M, Ports>): void;
  /**
   * Refuses calls, whatever permits them. What is refused may be wide, so ports that are not named are meant, too.
   *
   * @example shop.deny({ to: admin, notFrom: everyoneIn("operations"), paths: ["/debug/*"] })
   */
  deny<Ports extends PortMap>(refusal: Deny<M, Ports>): void;
  /** Has calls written to an audit log, where an extension of Istio keeps one; whether they pass, others decide. */
  audit<Ports extends PortMap>(calls: Audit<M, Ports>): void;
  /**
   * Reads tokens at a service or gateway, and refuses every request that carries no valid one.
   *
   * @example shop.authenticate({ at: edge, with: login, except: { paths: ["/healthz"] } })
   */
  authenticate<Ports extends PortMap>(authentication: Authentication<M, Ports>): void;
  /**
   * Says what a service, some of its ports or a namespace demands of connections, where that differs from the mesh. To
   * accept plaintext needs a reason and a last day. Callers are told nothing: their proxies find out.
   *
   * @example
   * shop.mtls({ for: legacy, ports: ["raw"], mode: "permissive", reason: "probe without a sidecar, OPS-712", until: "2027-03-31" })
   */
  mtls<Ports extends PortMap>(part: Mtls<M, Ports>): void;
  /**
   * Declares an external authorizer. Mesh configuration names it, and whoever asks it is let in at its service.
   *
   * @example
   * const oauth = shop.extAuthz("oauth2-proxy", { service: proxy, protocol: "http", includeRequestHeadersInCheck: ["cookie"] });
   * shop.custom({ provider: oauth, to: edge, hosts: ["shop.example.com"] });
   */
  extAuthz<Ports extends PortMap>(name: string, spec: ExtAuthzSpec<M, Ports>): ExtAuthz<M>;
  /** Asks an external authorizer about calls, before every other policy. Those that it refuses are refused. */
  custom<Ports extends PortMap>(calls: Custom<M, Ports>): void;
  /**
   * Names a set of permissions. By itself it permits nothing: `bind` gives it to callers.
   *
   * @example
   * const viewer = shop.role("viewer", { to: reviews, methods: ["GET"] }, { to: ratings, methods: ["GET"] });
   * shop.bind(viewer, { from: edge, when: [attribute.claim("groups").is("viewers")] });
   */
  role<const P extends readonly PortMap[]>(
    name: string,
    ...permissions: { readonly [I in keyof P]: Permission<M, P[I]> }
  ): Role<M>;
  /** Gives a role to callers, to bearers of tokens, or to those who meet conditions. */
  bind(role: Role<M>, to: Binding<M>): void;

  /**
   * Opens the mesh to the outside for some hosts. The short form is called `ingress` and has every default.
   *
   * @example
   * const edge = shop.gateway("ingress", {
   *   hosts: ["*.example.com"],
   *   tls: { credentialName: "example-cert" },
   *   servers: { postgres: { port: 5432, protocol: "tcp" } },
   * });
   * edge.expose("www.example.com", web);
   * edge.servers.postgres.expose(database);
   */
  gateway<const H extends readonly string[]>(hosts: H): Gateway<M, H[number]>;
  gateway<
    const H extends readonly string[],
    const S extends GatewayServers = Readonly<Record<never, GatewayServerSpec>>,
  >(
    name: string,
    spec: GatewaySpec<H, S>,
  ): Gateway<M, H[number], S>;

  /**
   * Says what is traced, logged and counted: in the whole mesh, in a namespace, or at a service or gateway. One call
   * for each scope; a narrower one wins.
   *
   * @example
   * shop.telemetry({ tracing: { provider: shop.providers.otel, randomSamplingPercentage: 1 } });
   * shop.telemetry({ on: ratings, accessLogging: { providers: [shop.providers.envoy], filter: "response.code >= 400" } });
   */
  telemetry(spec: TelemetrySpec<M, C[keyof C]["namespace"]>): void;
  /**
   * Says how proxies run: in the whole mesh, in a namespace, or at a service or gateway. One call for each scope; a
   * narrower one wins.
   *
   * @example shop.proxyConfig({ on: reviews, concurrency: 4, environmentVariables: { ISTIO_META_DNS_CAPTURE: "true" } })
   */
  proxyConfig(spec: ProxyConfigSpec<M, C[keyof C]["namespace"]>): void;
  /**
   * Says what proxies do beyond what is derived: what they let out, how much they take, and where they listen. In the
   * whole mesh, in a namespace or at a service, one call for each.
   *
   * @example
   * shop.sidecar({ on: "batch", outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } });
   * shop.sidecar({ on: reviews, ingress: [{ port: "http", defaultEndpoint: "unix:///run/reviews.sock" }] });
   */
  sidecar<Ports extends PortMap>(spec: SidecarSpec<M, C[keyof C]["namespace"], Ports>): void;
  /**
   * Says what a service promises. It becomes rules for Prometheus that measure the promise and alert when the budget for
   * failures goes too fast, which `ServiceMesh` hands to its telemetry stack.
   *
   * @returns what pods that you write yourself must carry for a latency of `buckets: "annotated"` to be measured
   * @example shop.slo(reviews, { availability: 0.999, latency: { p: 0.99, under: "250ms" } })
   */
  slo<Ports extends PortMap>(
    service: Service<M, string, Ports>,
    spec: OnlyWithHttp<NoInfer<Ports>, SloSpec>,
  ): Slo;
}

/**
 * Declares a mesh: its services with ports and subsets, and the hosts outside that it uses.
 *
 * Nothing is checked yet. `validate()` reports what is wrong, all at once; so do `compileMesh` and the platform
 * components, by throwing a {@link MeshError}.
 *
 * @param name a DNS label; in TypeScript the names of two meshes also keep their objects apart
 * @param catalogue written in place, or `as const satisfies Catalogue` in a module of its own: an annotation such as
 *   `: Catalogue` forgets the names
 * @example
 * const shop = defineMesh("bookinfo", {
 *   services: { ratings: { namespace: "bookinfo", ports: { http: { number: 9080, protocol: "http" } } } },
 * });
 */
export function defineMesh<
  const M extends string,
  const C extends Readonly<Record<string, ServiceSpec>>,
  const E extends Readonly<Record<string, ExternalDeclaration>> = Readonly<
    Record<never, ExternalDeclaration>
  >,
  const T extends Readonly<Record<string, TelemetryProviderSpec>> = Readonly<
    Record<never, TelemetryProviderSpec>
  >,
>(name: M, catalogue: Catalogue<C, E, T>): Mesh<M, C, E, T> {
  const slos: SloDeclaration[] = [];
  const declared: Declarations = {
    mesh: { name: typeof name === "string" ? name : show(name), catalogue, slos },
    name,
    catalogue,
    routes: [],
    delegates: [],
    progressions: [],
    blueGreens: [],
    rateLimits: [],
    trafficPolicies: [],
    gateways: [],
    telemetry: [],
    proxyConfigs: [],
    sidecars: [],
    rules: [],
    roles: [],
    bindings: [],
    extAuthz: [],
    authentications: [],
    mtls: [],
    slos,
  };

  const intent = (): MeshIntent => {
    const read = readMesh(declared);
    if (read.intent === undefined) throw new MeshError(`mesh ${show(name)}`, read.problems);
    return read.intent;
  };

  const gateway = (nameOrHosts: unknown, spec?: unknown): object => {
    const short = spec === undefined && typeof nameOrHosts !== "string";
    return writeGateway(declared, short ? "ingress" : nameOrHosts, short ? { hosts: nameOrHosts } : spec);
  };

  const delegate = (delegateName: unknown, spec: unknown, routes?: unknown): object => {
    const index = declared.delegates.push({ name: delegateName, spec, routes }) - 1;
    return remember(
      Object.freeze({ kind: "delegate", name: delegateName, ...(typeof spec === "object" ? spec : {}) }),
      declared.mesh,
      { kind: "delegate", delegate: index },
    );
  };

  const mesh = {
    name,
    ...makeReferences(catalogue, declared.mesh),
    share: writeShare,
    subsetPort: (service: unknown, subset: unknown, port: unknown): unknown => {
      const found = lookUp(service);
      if (found?.reference.kind !== "service") return service;
      return remember(
        Object.freeze({ kind: "subset", service: found.reference.service, name: subset, port }),
        found.mesh,
        {
          kind: "subset",
          service: found.reference.service,
          subset: typeof subset === "string" ? subset : show(subset),
          port: typeof port === "string" ? port : show(port),
        },
      );
    },
    split: (shares: unknown): unknown => shares,
    canary: (rest: unknown, ...shares: unknown[]) => writeCanary(rest, shares),
    bySubset: writeBySubset,
    when: (...conditions: unknown[]) => routeWhen([conditions]),
    whenGrpc: (...conditions: unknown[]) => grpcRouteWhen([conditions]),
    whenTcp: (...conditions: unknown[]) => connectionRouteWhen("tcp", [conditions]),
    whenTls: (...conditions: unknown[]) => connectionRouteWhen("tls", [conditions]),
    from: (service: unknown) => Object.freeze({ on: "source", service }),
    via: (...gateways: unknown[]) => Object.freeze({ on: "gateway", gateways }),
    delegate,
    progression: (service: unknown, spec: unknown) => writeProgression(declared, service, spec),
    blueGreen: (service: unknown, spec: unknown) => writeBlueGreen(declared, service, spec),
    pinned: (service: unknown, pin: unknown, options?: unknown) => writePinned(service, pin, options),
    rateLimit: (service: unknown, spec: unknown): void => void declared.rateLimits.push({ service, spec }),
    otherwise: plainRoute,
    route: (service: unknown, routes: unknown, options?: unknown): void =>
      void declared.routes.push({ service, routes, options }),
    trafficPolicy: (target: unknown, policy: unknown, options?: unknown): void =>
      void declared.trafficPolicies.push({ target, policy, options }),
    allow: (rule: unknown): void => void declared.rules.push({ action: "allow", rule }),
    deny: (rule: unknown): void => void declared.rules.push({ action: "deny", rule }),
    audit: (rule: unknown): void => void declared.rules.push({ action: "audit", rule }),
    authenticate: (authentication: unknown): void => void declared.authentications.push({ authentication }),
    mtls: (part: unknown): void => void declared.mtls.push(part),
    custom: (rule: unknown): void => void declared.rules.push({ action: "custom", rule }),
    extAuthz: (provider: unknown, spec: unknown): object => {
      declared.extAuthz.push({ name: provider, spec });
      const shown = typeof provider === "string" ? provider : show(provider);
      const reference = { kind: "ext-authz", name: shown } as const;
      return remember(Object.freeze({ ...reference }), declared.mesh, reference);
    },
    role: (roleName: unknown, ...permissions: readonly unknown[]): object => {
      const role = declared.roles.push({ name: roleName, permissions }) - 1;
      const shown = typeof roleName === "string" ? roleName : show(roleName);
      return remember(Object.freeze({ kind: "role", name: shown }), declared.mesh, { kind: "role", role });
    },
    bind: (role: unknown, binding: unknown): void => void declared.bindings.push({ role, binding }),
    gateway,
    telemetry: (spec: unknown): void => void declared.telemetry.push(spec),
    proxyConfig: (spec: unknown): void => void declared.proxyConfigs.push(spec),
    sidecar: (spec: unknown): void => void declared.sidecars.push(spec),
    slo: (service: unknown, spec: unknown): Slo => {
      declared.slos.push({ service, spec });
      const threshold = [annotatedThreshold(spec) ?? []].flat();
      return Object.freeze({ podAnnotations: Object.freeze(bucketAnnotation(threshold)) });
    },
    validate: (): readonly InputProblem[] => readMesh(declared).problems,
    intent,
    toJSON: intent,
  };
  // The one place where the written and the typed meet: at run time a verb takes whatever it is given and leaves the
  // judgement to `validate`, so its types cannot be the interface's.
  return Object.freeze(mesh) as unknown as Mesh<M, C, E, T>;
}
