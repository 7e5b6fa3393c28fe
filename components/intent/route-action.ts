import type { Owned } from "./destination";

type PathOfRedirect =
  | { readonly uri?: string; readonly prefixRewrite?: never }
  | {
      /** In place of the prefix that was matched. */
      readonly prefixRewrite: string;
      readonly uri?: never;
    };

type PortOfRedirect =
  | { readonly port?: number; readonly derivePort?: never }
  | { readonly derivePort: "FROM_PROTOCOL_DEFAULT" | "FROM_REQUEST_PORT"; readonly port?: never };

/**
 * Where the caller is sent; at least one part of the address changes.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
 */
export type RedirectSpec = PathOfRedirect &
  PortOfRedirect & {
    readonly authority?: string;
    readonly scheme?: "http" | "https";
    /** @default 301 */
    readonly redirectCode?: 301 | 302 | 303 | 307 | 308;
  };

/** An answer that the proxy gives by itself. */
export interface DirectResponseSpec {
  /** 200 to 599. */
  readonly status: number;
  /** Text, or base64 of anything else. At most 1 MB. @default - no body */
  readonly body?:
    { readonly string: string; readonly bytes?: never } | { readonly bytes: string; readonly string?: never };
}

/** Where routes are that were declared apart from the host they are for. */
export interface DelegateSpec {
  readonly namespace: string;
  /** Namespaces whose VirtualServices may lead to it. @default - all */
  readonly exportTo?: readonly string[];
}

/** Routes in a VirtualService of their own, which others lead to with `.delegate(...)`. */
export interface Delegate<M extends string> extends Owned<M> {
  readonly kind: "delegate";
  readonly name: string;
  readonly namespace: string;
}
