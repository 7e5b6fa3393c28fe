import type { Service } from "./destination";
import type { Gateway } from "./gateway";

/**
 * How proxies run, in one scope; what a narrower one says wins over a wider one, field by field. It is read as a pod
 * starts, so what runs keeps what it has until it is restarted.
 *
 * @typeParam M the mesh
 * @typeParam N the namespaces of its services
 * @see https://istio.io/latest/docs/reference/config/networking/proxy-config/
 */
export interface ProxyConfigSpec<M extends string, N extends string = string> {
  /** A namespace, or the workloads of a service or a gateway. @default - the whole mesh */
  readonly on?: N | Service<M> | Gateway<M>;
  /** Threads of the proxy; 0 for as many as the machine has cores. @default - what its CPU limit allows, else 2 */
  readonly concurrency?: number;
  /** The proxy's environment, such as `{ ISTIO_META_DNS_CAPTURE: "true" }`. */
  readonly environmentVariables?: Readonly<Record<string, string>>;
  /** Which of the proxy's images. */
  readonly image?: {
    /** @default - the mesh's own */
    readonly imageType: "default" | "debug" | "distroless";
  };
}
