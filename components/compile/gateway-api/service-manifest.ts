import type { Manifest } from "../manifest";

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: "TCP";
  /** What is spoken there, which istiod reads before the port's name. */
  readonly appProtocol: string;
}

export interface ServiceSpec {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

/** A Kubernetes Service, as far as a mesh makes some. */
export type ServiceManifest = Manifest<"v1", "Service", ServiceSpec>;
