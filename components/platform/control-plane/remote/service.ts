import type { EndpointSliceObject, ServiceObject } from "../../kubernetes-objects";
import { ipFamiliesOf } from "../../ip-families";
import { commonLabels } from "../../labels";
import { controlPlaneNames } from "../names";
import type { ControlPlaneSettings } from "../settings";
import { AddressType } from "./args";

/** What leads this cluster to an istiod elsewhere; absent where something else does. */
export interface RemoteIstiodService {
  readonly service?: ServiceObject;
  /** Absent where istiod has a host name, which the Service itself can say. */
  readonly endpointSlice?: EndpointSliceObject;
}

/** Ports of istiod that other clusters use, by their names here. */
const PORTS: readonly { readonly name: string; readonly port: number; readonly targetPort?: number }[] = [
  { name: "tcp-istiod", port: 15_012 },
  // API servers call webhooks on 443 unless told otherwise.
  { name: "tcp-webhook", port: 443, targetPort: 15_017 },
];

/** The Service `istiod` of a cluster that has none, and its endpoint. */
export function remoteIstiodService(settings: ControlPlaneSettings): RemoteIstiodService {
  const endpoint = settings.remote?.endpoint;
  if (endpoint === undefined) return {};
  const { istiod: name, rev } = controlPlaneNames(settings);
  const { namespace } = settings;
  const byName = endpoint.type === AddressType.Fqdn;
  return {
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels: { "istio.io/rev": rev, ...commonLabels("istiod") } },
      spec: {
        ports: PORTS.map(({ name: port, ...numbers }) => ({ name: port, ...numbers, protocol: "TCP" })),
        ...(byName ? { type: "ExternalName", externalName: endpoint.address } : {}),
        ...ipFamiliesOf(settings.given),
      },
    },
    ...(byName
      ? {}
      : {
          endpointSlice: {
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            metadata: {
              name,
              namespace,
              labels: {
                "kubernetes.io/service-name": name,
                // Kubernetes' own controllers leave a slice alone that names another manager.
                "endpointslice.kubernetes.io/managed-by": "meshwright",
                ...commonLabels("istiod"),
              },
            },
            addressType: endpoint.type,
            endpoints: [{ addresses: [endpoint.address] }],
            ports: PORTS.map(({ name: of, port, targetPort = port }) => ({
              name: of,
              port: targetPort,
              protocol: "TCP",
            })),
          },
        }),
  };
}
