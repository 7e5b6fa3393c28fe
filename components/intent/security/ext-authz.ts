import type { Owned, Service } from "../destination";
import type { Duration } from "../duration";
import type { PortMap } from "../port";

/** An external authorizer of the mesh `M`, for `shop.custom`. */
export interface ExtAuthz<M extends string> extends Owned<M> {
  readonly kind: "ext-authz";
  readonly name: string;
}

interface ExtAuthzFields<M extends string, Ports extends PortMap> {
  /** The service that decides. Whoever asks it is let in there. */
  readonly service: Service<M, string, Ports>;
  /** Its port, by name. @default - its only one */
  readonly port?: keyof NoInfer<Ports> & string;
  /** How long a request waits for the decision. @default "5s"; Istio's own would be 10 minutes */
  readonly timeout?: Duration;
  /** Let requests pass while the authorizer cannot be reached. @default false: they are refused */
  readonly failOpen?: boolean;
  /** The status of a refusal because the authorizer could not be reached. @default 403 */
  readonly statusOnError?: number;
  /** Choose the route anew after the authorizer changed headers. @default false */
  readonly clearRouteCache?: boolean;
  /** Send the request's body along. @default - not sent */
  readonly includeRequestBodyInCheck?: {
    /** The largest body, in bytes. */
    readonly maxRequestBytes: number;
    /** Send the beginning of a larger one, instead of refusing it. @default false */
    readonly allowPartialMessage?: boolean;
  };
}

/** An authorizer that speaks Envoy's gRPC authorization service, `envoy.service.auth.v3.Authorization`. */
export interface GrpcExtAuthzSpec<M extends string, Ports extends PortMap> extends ExtAuthzFields<M, Ports> {
  readonly protocol: "grpc";
}

/** An authorizer that is asked with the request's own method and path, and answers with a status, as OAuth2 Proxy does. */
export interface HttpExtAuthzSpec<M extends string, Ports extends PortMap> extends ExtAuthzFields<M, Ports> {
  readonly protocol: "http";
  /** Put before the request's path. @default - none */
  readonly pathPrefix?: string;
  /** Headers that the authorizer sees beside host, method and path; `x-*` for a prefix. @default - none */
  readonly includeRequestHeadersInCheck?: readonly string[];
  /** Headers that it gets with fixed values. @default - none */
  readonly includeAdditionalHeadersInCheck?: Readonly<Record<string, string>>;
  /** Headers of its answer that the workload gets. @default - none */
  readonly headersToUpstreamOnAllow?: readonly string[];
  /** Headers of its answer that a refused caller gets. @default - all */
  readonly headersToDownstreamOnDeny?: readonly string[];
  /** Headers of its answer that an admitted caller gets. @default - none */
  readonly headersToDownstreamOnAllow?: readonly string[];
}

/**
 * An external authorizer.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export type ExtAuthzSpec<M extends string, Ports extends PortMap> =
  GrpcExtAuthzSpec<M, Ports> | HttpExtAuthzSpec<M, Ports>;
