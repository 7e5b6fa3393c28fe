import type { ServiceIntent } from "../intent/intent";
import type { Who } from "./authorization/grant";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { callsOf, MESH_PORTS, openGateway } from "./names";
import { type NetworkCalls, networkCalls } from "./network-calls";
import type {
  NetworkPolicyManifest,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from "./network-policy-manifest";

const tcp = (port: number): NetworkPolicyPort => ({ protocol: "TCP", port });

/** HBONE, merged metrics, readiness and the proxy's own metrics: these pass from anywhere, or the mesh stands still. */
const OF_THE_MESH = [15008, 15020, 15021, 15090].map(tcp);
const DNS: readonly NetworkPolicyPort[] = [{ protocol: "UDP", port: 53 }, tcp(53)];
const ISTIOD = [tcp(15012)];

/**
 * The declared calls once more, for the cluster's network: a second layer below the proxies, which holds for pods without
 * one and for whoever gets around it. It knows pods, addresses and ports; identities, methods and paths it does not.
 */
export function compileNetworkPolicies(context: Context): Compiled<NetworkPolicyManifest>[] {
  const { networkPolicies, dryRun, defaultDeny, services, gateways } = context.intent;
  // It can only be enforced: where the proxies refuse nothing yet, neither may the network.
  if (networkPolicies === "off" || dryRun || defaultDeny === "off") return [];
  const namespaces = [...new Set(services.map(({ namespace }) => namespace))].sort();
  const calls = networkCalls(context);
  return [
    ...namespaces.map((namespace): Compiled<NetworkPolicyManifest> => ({
      source: { kind: "namespace", namespace },
      manifest: policy(context, MESH_PORTS, namespace, {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ ports: OF_THE_MESH }],
      }),
    })),
    // The world's callers come through gateways, from addresses that nobody knows.
    ...gateways
      // A further server is one of the same pods, which are open already.
      .filter(({ namespace, server }) => namespaces.includes(namespace) && server === undefined)
      .map((gateway): Compiled<NetworkPolicyManifest> => ({
        source: { kind: "gateway", gateway: gateway.name },
        manifest: policy(context, openGateway(gateway), gateway.namespace, {
          podSelector: {
            matchLabels:
              gateway.managed === undefined
                ? gateway.selector
                : { "gateway.networking.k8s.io/gateway-name": gateway.name },
          },
          policyTypes: ["Ingress"],
          ingress: [{}],
        }),
      })),
    ...services.map((service) => ofService(context, service, calls)),
  ];
}

function ofService(
  context: Context,
  service: ServiceIntent,
  calls: NetworkCalls,
): Compiled<NetworkPolicyManifest> {
  const both = context.intent.networkPolicies === "ingress-and-egress";
  const ports = [...(calls.into.get(service.key) ?? [])].sort(([a], [b]) => a - b);
  const ingress = byPeers(
    ports.map(([port, callers]) => ({
      port,
      peers: unique(callers.flatMap((who) => peersOf(calls, who))),
    })),
  ).map(({ peers, ports: open }) => ({
    // Nobody named is everybody, and an empty list would say the same by accident.
    ...(peers.length > 0 && { from: peers }),
    ports: open,
  }));
  return {
    source: { kind: "service", service: service.key },
    manifest: policy(context, callsOf(service), service.namespace, {
      podSelector: { matchLabels: service.labels },
      policyTypes: both ? ["Ingress", "Egress"] : ["Ingress"],
      // A server keeps no empty list: whom nobody may call lets nobody in by the policy's type alone.
      ...(ingress.length > 0 && { ingress }),
      ...(both && { egress: egress(context, service, calls) }),
    }),
  };
}

/** One rule for all ports that the same callers may reach. */
function byPeers(
  ports: readonly { readonly port: number; readonly peers: readonly NetworkPolicyPeer[] }[],
): { readonly peers: readonly NetworkPolicyPeer[]; readonly ports: readonly NetworkPolicyPort[] }[] {
  const groups = new Map<string, { peers: readonly NetworkPolicyPeer[]; ports: NetworkPolicyPort[] }>();
  for (const { port, peers } of ports) {
    const key = JSON.stringify(peers);
    const group = groups.get(key) ?? { peers, ports: [] };
    groups.set(key, group);
    group.ports.push(tcp(port));
  }
  return [...groups.values()];
}

/** The pods of a caller; none for anyone, whom no selector describes. */
function peersOf(calls: NetworkCalls, who: Who): readonly (NetworkPolicyPeer | "anyone")[] {
  if (who.kind === "anyone") return ["anyone"];
  if (who.kind === "namespace") return [{ namespaceSelector: inNamespace(who.namespace) }];
  const { services, gateways } = calls.identified(who.principal);
  const machines = services.flatMap(machinesOf);
  const pods = [
    ...services.map(({ namespace, labels }) => ({ namespace, labels })),
    ...gateways.map(({ name, namespace, selector, managed }) => ({
      namespace,
      labels: managed === undefined ? selector : { "gateway.networking.k8s.io/gateway-name": name },
    })),
  ];
  if (pods.length > 0) return [...pods.map(podsOf), ...machines];
  // Of an outsider the labels are not known, its namespace is.
  const [, namespace = ""] = /\/ns\/([^/]+)\//.exec(who.principal) ?? [];
  return [{ namespaceSelector: inNamespace(namespace) }];
}

/**
 * The machines of a service, which no selector finds: by their addresses. Where those are not known, or lie in another
 * network whose gateway stands between, anyone might be one of them; the proxies still tell who it is.
 */
function machinesOf({
  workloadEntries = [],
  workloadGroups = [],
}: ServiceIntent): readonly (NetworkPolicyPeer | "anyone")[] {
  const ranges = [
    ...workloadEntries.flatMap(({ address, network }) =>
      address === undefined || network !== undefined ? ["anyone"] : [address],
    ),
    ...workloadGroups.flatMap(({ addresses, network }) =>
      addresses === undefined || network !== undefined ? ["anyone"] : addresses,
    ),
  ];
  return ranges.map((range) => (range === "anyone" ? range : { ipBlock: { cidr: asCidr(range) } }));
}

function asCidr(address: string): string {
  if (address.includes("/")) return address;
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

function podsOf(pods: {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}): NetworkPolicyPeer {
  return { namespaceSelector: inNamespace(pods.namespace), podSelector: { matchLabels: pods.labels } };
}

function inNamespace(namespace: string): { readonly matchLabels: Readonly<Record<string, string>> } {
  return { matchLabels: { "kubernetes.io/metadata.name": namespace } };
}

function unique(peers: readonly (NetworkPolicyPeer | "anyone")[]): readonly NetworkPolicyPeer[] {
  if (peers.includes("anyone")) return [];
  return [...new Map(peers.map((peer) => [JSON.stringify(peer), peer as NetworkPolicyPeer]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, peer]) => peer);
}

/** DNS, istiod and HBONE; the services that it may call; hosts outside, by their ports; and the mesh's own providers. */
function egress(
  context: Context,
  caller: ServiceIntent,
  calls: NetworkCalls,
): NonNullable<NetworkPolicySpec["egress"]> {
  const { rateLimitService } = context.intent;
  const called = [...calls.outOf(caller)].map(([key, ports]) => {
    const service = context.service(key);
    const to = unique([podsOf(service), ...machinesOf(service)]);
    return { ...(to.length > 0 && { to }), ports: ports.map(tcp) };
  });
  return [
    { ports: DNS },
    { to: [{ namespaceSelector: inNamespace(context.rootNamespace) }], ports: ISTIOD },
    { ports: [tcp(15008)] },
    ...called,
    ...(calls.limited.has(caller.key)
      ? [{ to: [podsOf(rateLimitService)], ports: [tcp(rateLimitService.port)] }]
      : []),
    ...(calls.outside.length > 0 ? [{ ports: calls.outside.map(tcp) }] : []),
    ...(calls.providers.length > 0
      ? [{ to: calls.providers.map((namespace) => ({ namespaceSelector: inNamespace(namespace) })) }]
      : []),
  ];
}

function policy(
  context: Context,
  name: string,
  namespace: string,
  spec: NetworkPolicySpec,
): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: context.metadata(name, namespace),
    spec,
  };
}
