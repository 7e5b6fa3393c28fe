import type { NetworkPolicyObject } from "./kubernetes-objects";

/** A port that is open, TCP unless said otherwise. */
export interface OpenPort {
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

/**
 * A policy that opens these ports of some pods, one rule for each group, and closes the others. It does not ask where a call comes from: API
 * servers, proxies of other clusters and load balancers have addresses that nobody knows beforehand. Everything may go
 * out, for example to the servers whose keys verify tokens.
 */
export function openPorts(
  metadata: NetworkPolicyObject["metadata"],
  matchLabels: Record<string, string>,
  ...groups: readonly (readonly OpenPort[])[]
): NetworkPolicyObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels },
      policyTypes: ["Ingress", "Egress"],
      ingress: groups.map((ports) => ({
        ports: ports.map(({ port, protocol = "TCP" }) => ({ protocol, port })),
      })),
      egress: [{}],
    },
  };
}
