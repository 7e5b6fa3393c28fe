import { isHttpProtocol, type Protocol } from "../port";
import { type Entry, lookUp, type MeshToken, type Reference } from "../references";
import type { PortIntent, ServiceIntent } from "../intent";
import type { Externals } from "./externals";
import type { Reader } from "./reader";
import type { Services } from "./services";
import type { Providers } from "./telemetry-providers";

/** What is in view while routes, gateways and permissions are read. */
export interface Scope {
  readonly reader: Reader;
  readonly mesh: MeshToken;
  readonly services: Services;
  readonly externals: Externals;
  readonly providers: Providers;
  /** Those that istiod brings along included. */
  readonly providerNames: readonly string[];
  /** Gateways in the order of their declaration; `undefined` for one whose name is no text. */
  readonly gatewayNames: readonly (string | undefined)[];
  /** Whether routes may put no fault into requests. */
  readonly faultsRefused: boolean;
  /** Delegates in the order of their declaration; `undefined` for one that is wrong. */
  readonly delegates: readonly ({ readonly name: string; readonly namespace: string } | undefined)[];
}

/** What a route can read of the traffic: requests, connections by the server name they ask for, or connections alone. */
export type Layer = "http" | "tls" | "tcp";

/** The service and port whose routes are being read; its own subsets take that port. */
export interface Own {
  readonly service: string;
  readonly port: string;
}

/** Where routes stand, which decides what they can ask and where they can lead. */
export type Place =
  | { readonly kind: "service"; readonly own: Own }
  | { readonly kind: "external"; readonly own: Own }
  /** `mesh` among the gateways stands for callers in the mesh. */
  | { readonly kind: "gateway"; readonly gateways: readonly string[] }
  | { readonly kind: "delegate" };

/** The ports whose traffic a route of this layer can direct. */
export function portsOfLayer<P extends PortIntent>(ports: readonly P[], layer: Layer): P[] {
  return ports.filter(({ protocol }) => layerOf(protocol) === layer);
}

/** What can be read of the traffic of a protocol. */
export function layerOf(protocol: Protocol): Layer {
  if (isHttpProtocol(protocol)) return "http";
  return protocol === "tcp" ? "tcp" : "tls";
}

/** How a layer is called in messages, and the protocols that it has. */
export const LAYERS: Readonly<Record<Layer, { readonly speaks: string; readonly protocols: string }>> = {
  http: { speaks: "HTTP", protocols: "http, http2 or grpc" },
  tls: { speaks: "TLS", protocols: "tls or https" },
  tcp: { speaks: "plain TCP", protocols: "tcp" },
};

/** Reports a value where one of the mesh's own objects belongs. */
export function unknownObject(scope: Scope, value: unknown, path: string, what: string): undefined {
  const found = lookUp(value);
  const foreign = found !== undefined && found.mesh !== scope.mesh;
  return scope.reader.report({
    id: foreign ? "intent/foreign-service" : "intent/unknown-service",
    path,
    message: foreign
      ? `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`
      : `is not ${what} that this mesh declares`,
    got: foreign ? nameEntry(found, scope.mesh) : { value },
    expected: `${what} of mesh ${JSON.stringify(scope.mesh.name)}`,
    fix: "declare it in the catalogue and pass the mesh's own object",
  });
}

/** How to speak of a mesh that is not this one. */
export function nameOther(other: string, own: string): string {
  return other === own
    ? `another mesh that is also called ${JSON.stringify(own)}`
    : `mesh ${JSON.stringify(other)}`;
}

/** An object of another mesh, for messages. */
export function nameEntry({ reference, mesh }: Entry, own: MeshToken): string {
  return `${nameReference(reference)} of ${nameOther(mesh.name, own.name)}`;
}

function nameReference(reference: Reference): string {
  switch (reference.kind) {
    case "service":
      return `service ${reference.service}`;
    case "subset":
      return `subset ${reference.subset} of ${reference.service}`;
    case "port":
      return `port ${reference.port} of ${reference.service}`;
    case "external":
      return `external ${reference.external}`;
    case "provider":
      return `provider ${reference.provider}`;
    case "ext-authz":
      return `external authorizer ${reference.name}`;
    case "gateway":
    case "delegate":
    case "role":
      return `a ${reference.kind}`;
  }
}

/** `"http" (9080)` and the like, for messages. */
export function listPorts(service: Pick<ServiceIntent, "ports">): string {
  return service.ports
    .map((port) => `${JSON.stringify(port.name)} (${port.number}, ${port.protocol})`)
    .join(", ");
}
