import type { Owned, Service } from "./destination";
import type { HttpMethod } from "./match";
import type { HttpPortsOf, PortMap } from "./port";

/** What holds for the whole mesh unless a part says otherwise. */
export interface SecuritySpec {
  /** `permissive` also accepts plaintext, for the time of a migration. @default "strict" */
  readonly mtls?: "strict" | "permissive";
  /**
   * Where a call that no `allow` permits is refused: in the whole mesh, in the namespaces that the catalogue names
   * (and those of its gateways), or nowhere, for the time of a migration: no AuthorizationPolicy is written then.
   *
   * @default "mesh"
   */
  readonly defaultDeny?: "mesh" | "namespaces" | "off";
}

/** Who may call: a service by its service account, or a gateway by its own. */
export interface Caller<M extends string> extends Owned<M> {
  readonly kind: "service" | "gateway";
}

/**
 * A path of a request, in the notation of Istio's authorization policies: exact, `/api/*` for a prefix, `*.html` for a
 * suffix.
 */
export type PathPattern = `/${string}` | `*${string}`;

type OnlyWithHttp<Ports extends PortMap, T> = [HttpPortsOf<Ports>] extends [never]
  ? { readonly "needs a port of protocol http, http2 or grpc, not": Ports[keyof Ports] }
  : T;

/** One permission: these callers may make these calls to this service. */
export interface Allow<M extends string, Ports extends PortMap> {
  readonly from: Caller<M> | readonly Caller<M>[];
  readonly to: Service<M, string, Ports>;
  /** @default - every method */
  readonly methods?: OnlyWithHttp<NoInfer<Ports>, readonly HttpMethod[]>;
  /** @default - every path */
  readonly paths?: OnlyWithHttp<NoInfer<Ports>, readonly PathPattern[]>;
  /** Ports of `to`, by name. @default - all that it declares, or those that speak HTTP with `methods` or `paths` */
  readonly ports?: readonly (keyof NoInfer<Ports> & string)[];
}
