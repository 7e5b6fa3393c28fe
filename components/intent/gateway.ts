import type { Destination, Owned } from "./destination";
import type { GatewayServer, GatewayServers } from "./gateway-server";
import type { GatewayTlsSpec } from "./gateway-tls";
import type { Route } from "./route";
import type { RoutingApi } from "./routing-api";
import type { Share } from "./shares";

/** The hosts that a gateway for `P` may expose: `*.example.com` admits every name under it. */
export type Under<P extends string> = P extends `*.${infer Domain}`
  ? `${string}.${Domain}`
  : P extends "*"
    ? string
    : P;

/** A gateway whose proxies istiod runs by itself: it makes a Deployment and a Service for the Gateway object. */
export interface ManagedGatewaySpec {
  /** How the cluster offers the Service. @default "LoadBalancer" */
  readonly serviceType?: "ClusterIP" | "NodePort" | "LoadBalancer";
  /** A static IP address of the load balancer, where the cloud takes it from the Service. @default the cloud's choice */
  readonly address?: string;
  /** Annotations of everything that istiod makes for it, by which clouds take their settings. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels of everything that istiod makes for it. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * The edge of the mesh: which hosts it serves, how, and by which proxies.
 *
 * @example { hosts: ["bookinfo.example.com"], tls: { credentialName: "bookinfo-cert" } }
 */
export interface GatewaySpec<
  H extends readonly string[] = readonly string[],
  S extends GatewayServers = GatewayServers,
> {
  /** Host names or `*.example.com`; a bare `*` only together with `anyHost`. */
  readonly hosts: H;
  /** Admits the host `*`: the gateway then answers for every name that reaches it. @default false */
  readonly anyHost?: boolean;
  /**
   * How callers connect: TLS ended here, with plain HTTP redirected to it; `"passthrough"`, TLS that goes on unopened to
   * services with ports of protocol tls or https, told apart by the server name that is asked for; or `"plaintext"`,
   * which protects nobody and is for a local cluster.
   *
   * @default { credentialName: "<name>-cert" }
   */
  readonly tls?: GatewayTlsSpec | "passthrough" | "plaintext";
  /** With TLS: answer plain HTTP with a redirect to HTTPS (301), or do not listen for it. @default true */
  readonly httpsRedirect?: boolean;
  /**
   * Further ports of the same proxies, by name: TCP, TLS by server name, HTTPS or HTTP. Each is written as a Gateway of its
   * own, `<name>-<server>`. The Service in front of the proxies must offer the port: a `ServiceMesh` sees to it.
   *
   * @default none
   * @example { postgres: { port: 5432, protocol: "tcp" }, admin: { port: 8443, protocol: "https", hosts: ["admin.example.com"] } }
   */
  readonly servers?: S;
  /** Where the gateway's proxies run. @default "istio-system" */
  readonly namespace?: string;
  /** The labels of the gateway's proxies. @default { istio: "ingressgateway" } */
  readonly selector?: Readonly<Record<string, string>>;
  /** The service account of the gateway's proxies. @default "istio-ingressgateway-service-account" */
  readonly serviceAccount?: string;
  /** The objects that it is written as. @default what `compileMesh` is told, `"istio"` without that */
  readonly api?: RoutingApi;
  /**
   * The Service in front of the gateway's proxies, in its namespace: what a Gateway of the Gateway API is attached to, so
   * that it is served by the same proxies as one of Istio's own.
   *
   * @default "istio-ingressgateway", where the selector is the default too
   */
  readonly service?: string;
  /**
   * With the Gateway API: let istiod run the proxies, in the place of those that `selector`, `serviceAccount` and
   * `service` name. `{}` for a load balancer.
   *
   * @default the gateway is served by proxies that run already
   */
  readonly managed?: ManagedGatewaySpec;
}

/** What a host may be exposed as. */
export type Exposable<M extends string> = Destination<M> | readonly Share<M>[] | readonly Route<M>[];

/** A gateway of the mesh `M` that serves hosts under `P`. */
export interface Gateway<
  M extends string,
  P extends string = string,
  S extends GatewayServers = Readonly<Record<never, never>>,
> extends Owned<M> {
  readonly kind: "gateway";
  readonly name: string;
  /** Its further ports. */
  readonly servers: { readonly [K in keyof S]: GatewayServer<M, P, S[K]> };
  /**
   * Serves `host` from a service, from shares of the traffic or by routes, and allows the gateway to call the
   * services that they lead to; in every way, or, where an `allow` from this gateway says how, in that way alone.
   *
   * A service is exposed as it routes itself: routes declared for it hold for callers from outside too.
   *
   * @example edge.expose("bookinfo.example.com", [shop.when(path.exact("/productpage")).to(productpage)])
   */
  expose<const H extends Under<P>>(host: H, to: Exposable<M>, options?: ExposeOptions<M>): void;
}

/** Where else a host is served as it is here, and who sees its routes. */
export interface ExposeOptions<M extends string> {
  /**
   * Other gateways that answer for the host in the same way, and `"mesh"` for callers in the mesh that use its name.
   * `shop.via(gateway)` tells them apart.
   *
   * @default - none
   */
  readonly alsoAt?: readonly (Gateway<M> | "mesh")[];
  /** Namespaces whose proxies see the routes. @default - all */
  readonly exportTo?: readonly string[];
}
