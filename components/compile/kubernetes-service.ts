import type { ServiceIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import type { ServiceManifest } from "./gateway-api/service-manifest";

/** The Services of those that no other manifest brings along. They select pods and machines alike. */
export function compileServices(context: Context): Compiled<ServiceManifest>[] {
  return context.intent.services
    .filter(({ createService }) => createService)
    .map((service) => ({
      source: { kind: "service", service: service.key },
      manifest: serviceManifest(context, service, service.name, service.labels),
    }));
}

/** A Service with the ports of one of the mesh. */
export function serviceManifest(
  context: Context,
  service: ServiceIntent,
  name: string,
  selector: Readonly<Record<string, string>>,
): ServiceManifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: context.metadata(name, service.namespace),
    spec: {
      selector,
      ports: service.ports.map(({ name: portName, number, targetPort, protocol }) => ({
        name: portName,
        port: number,
        targetPort,
        protocol: "TCP",
        appProtocol: protocol,
      })),
    },
  };
}
