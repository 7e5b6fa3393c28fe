import type * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { GATEWAY_TABLE } from "../charts/gateway";
import { sourceProblems } from "../charts/problems";
import type { Resources } from "../control-plane/args";
import { Profile, PROFILES, PROXY_LIMITS } from "../control-plane/profile";
import { ipFamilyProblems } from "../ip-families";
import { Platform } from "../platforms";
import { choiceProblems, countProblems, labelProblems, printed } from "../problems";
import type { Scaling } from "../scaling";
import { scalingOf, scalingProblems } from "../scaling-args";
import { DEFAULT_ROOT_NAMESPACE, versionProblems } from "../versions";
import {
  ExternalTrafficPolicy,
  GatewayDirection,
  ServiceType,
  type GatewayArgs,
  type GatewayPortArgs,
} from "./args";

/** A port with its place in the container filled in. */
export interface GatewayPort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly nodePort?: number;
}

/** Arguments with every default filled in. */
export interface GatewaySettings {
  readonly direction: GatewayDirection;
  /** The arguments themselves, for what is handed on as it is. */
  readonly given: GatewayArgs;
  readonly name: string;
  readonly namespace: string;
  /** Value of the label `istio.io/rev`. */
  readonly rev: string;
  /** What Gateway objects select. */
  readonly selector: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly GatewayPort[];
  readonly serviceType: ServiceType;
  readonly serviceAnnotations: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  readonly loadBalancerIP: pulumi.Input<string> | undefined;
  readonly loadBalancerSourceRanges: readonly string[] | undefined;
  readonly externalTrafficPolicy: ExternalTrafficPolicy | undefined;
  readonly scaling: Scaling;
  /** The number was asked for; otherwise it is left to the cluster. */
  readonly replicasGiven: boolean;
  readonly resources: Resources;
  /** The platform gives pods their user, and refuses another. */
  readonly userFromPlatform: boolean;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Ports below this one need a privilege to be bound, which gateways do without. */
const FIRST_UNPRIVILEGED_PORT = 1024;

/** What the proxy listens on by itself. */
const PROXY_PORTS: readonly number[] = [15_000, 15_001, 15_006, 15_020, 15_090];

const EGRESS_PORTS: readonly GatewayPort[] = [
  { name: "http2", port: 80, targetPort: 8080 },
  { name: "https", port: 443, targetPort: 8443 },
];

/** Port at which services of this network answer, each by its name. */
export const CROSS_NETWORK_PORT = 15_443;

const EAST_WEST_PORTS: readonly GatewayPort[] = [
  { name: "status-port", port: 15_021, targetPort: 15_021 },
  { name: "tls", port: CROSS_NETWORK_PORT, targetPort: CROSS_NETWORK_PORT },
  { name: "tls-istiod", port: 15_012, targetPort: 15_012 },
  { name: "tls-webhook", port: 15_017, targetPort: 15_017 },
];

function portProblems(ports: readonly GatewayPortArgs[], privilegedPorts: boolean): InputProblem[] {
  const firstPort = privilegedPorts ? 1 : FIRST_UNPRIVILEGED_PORT;
  const problems: InputProblem[] = [];
  if (ports.length === 0) {
    problems.push({
      id: "platform/no-ports",
      path: "ports",
      message: "is empty, and a Service needs a port",
      got: "no ports",
      expected: "at least one port",
      fix: "Add a port, or leave the argument out for the usual ones",
    });
  }
  ports.forEach((port, index) => {
    const path = `ports[${index}]`;
    problems.push(
      ...labelProblems(`${path}.name`, port.name),
      ...countProblems(`${path}.port`, port.port, 1, 65_535),
      ...countProblems(`${path}.nodePort`, port.nodePort, 1, 65_535),
    );
    const target = port.targetPort ?? port.port;
    if (!Number.isInteger(target) || target < firstPort || target > 65_535) {
      problems.push({
        id: "platform/privileged-port",
        path: `${path}.targetPort`,
        message: "cannot be bound by a proxy without privileges",
        got: printed(target),
        expected: `a whole number from ${firstPort} to 65535`,
        fix: `Set \`targetPort\`, for example to ${8000 + (port.port % 1000)}; clients still use ${port.port}. Or set \`privilegedPorts\``,
      });
    } else if (PROXY_PORTS.includes(target)) {
      problems.push({
        id: "platform/reserved-port",
        path: `${path}.targetPort`,
        message: "is used by the proxy itself",
        got: printed(target),
        expected: `a port other than ${PROXY_PORTS.join(", ")}`,
        fix: "Choose another `targetPort`",
      });
    }
    for (const field of ["name", "port"] as const) {
      if (ports.findIndex((other) => other[field] === port[field]) < index) {
        problems.push({
          id: "platform/duplicate-port",
          path: `${path}.${field}`,
          message: "is the same as that of an earlier port",
          got: printed(port[field]),
          expected: `a ${field} that no other port has`,
          fix: "Give each port its own name and number",
        });
      }
    }
  });
  return problems;
}

/** Every problem of the arguments, none when they are fine. */
export function gatewayProblems(args: GatewayArgs): InputProblem[] {
  const onlyForLoadBalancers = (
    ["loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges"] as const
  ).filter((field) => args[field] !== undefined && serviceType(args) !== ServiceType.LoadBalancer);
  const onlyEastWest = (
    ["network", "crossNetworkHosts", "exposeControlPlane", "clusterDomain"] as const
  ).filter((field) => args[field] !== undefined && args.direction !== GatewayDirection.EastWest);
  return [
    ...sourceProblems(args, GATEWAY_TABLE, ["gateway"]),
    ...choiceProblems("direction", args.direction, Object.values(GatewayDirection)),
    ...choiceProblems("profile", args.profile, Object.values(Profile)),
    ...choiceProblems("serviceType", args.serviceType, Object.values(ServiceType)),
    ...choiceProblems(
      "externalTrafficPolicy",
      args.externalTrafficPolicy,
      Object.values(ExternalTrafficPolicy),
    ),
    ...versionProblems("istioVersion", args.istioVersion),
    ...labelProblems("gatewayName", args.gatewayName),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("revision", args.revision),
    ...(args.ports === undefined ? [] : portProblems(args.ports, args.privilegedPorts ?? false)),
    ...scalingProblems(args),
    ...choiceProblems("platform", args.platform, Object.values(Platform)),
    ...ipFamilyProblems(args),
    ...labelProblems("network", args.network),
    ...onlyEastWest.map((field) => ({
      id: "platform/eastwest-only",
      path: field,
      message: "means nothing for a gateway that is not between clusters",
      got: `a value, with direction ${printed(args.direction ?? GatewayDirection.Ingress)}`,
      expected: `direction ${printed(GatewayDirection.EastWest)}`,
      fix: `Remove \`${field}\` or change \`direction\``,
    })),
    ...insideOnlyProblems(args),
    ...onlyForLoadBalancers.map((field) => ({
      id: "platform/load-balancer-only",
      path: field,
      message: "means nothing without a load balancer",
      got: `a value, with serviceType ${printed(serviceType(args))}`,
      expected: `serviceType "LoadBalancer"`,
      fix: `Remove \`${field}\` or change \`serviceType\``,
    })),
  ];
}

/** What the API server refuses of a Service that has no way in from outside. */
function insideOnlyProblems(args: GatewayArgs): InputProblem[] {
  if (serviceType(args) !== ServiceType.ClusterIP) return [];
  // Addresses of nodes are a way in too.
  const hasPolicy = args.externalTrafficPolicy !== undefined && (args.externalIPs ?? []).length === 0;
  const paths = [
    ...(hasPolicy ? ["externalTrafficPolicy"] : []),
    ...(args.ports ?? []).flatMap(({ nodePort }, index) =>
      nodePort === undefined ? [] : [`ports[${index}].nodePort`],
    ),
  ];
  return paths.map((path) => ({
    id: "platform/outside-only",
    path,
    message: "means nothing for a Service that is reached from inside the cluster alone",
    got: `a value, with serviceType ${printed(ServiceType.ClusterIP)}`,
    expected: 'serviceType "LoadBalancer" or "NodePort"',
    fix: `Remove it or change \`serviceType\``,
  }));
}

function serviceType(args: GatewayArgs): ServiceType {
  return args.serviceType ?? (args.direction === GatewayDirection.Egress ? "ClusterIP" : "LoadBalancer");
}

/** The arguments with every default filled in. They must be free of problems: see {@link gatewayProblems}. */
export function gatewaySettings(args: GatewayArgs): GatewaySettings {
  const direction = args.direction ?? GatewayDirection.Ingress;
  const profile = PROFILES[args.profile ?? Profile.Default];
  const name = args.gatewayName ?? `istio-${direction}gateway`;
  const network = direction === GatewayDirection.EastWest ? args.network : undefined;
  const usualPorts = { ingress: profile.gatewayPorts, egress: EGRESS_PORTS, eastwest: EAST_WEST_PORTS };
  return {
    direction,
    given: args,
    name,
    namespace: args.namespace ?? DEFAULT_ROOT_NAMESPACE,
    rev: args.revision ?? "default",
    selector: {
      app: name,
      istio: name.replace(/^istio-/, ""),
      // By it control planes of other clusters know whose gateway this is.
      ...(network === undefined ? {} : { "topology.istio.io/network": network }),
    },
    labels: args.labels ?? {},
    ports: (args.ports ?? usualPorts[direction]).map((port) => ({
      ...port,
      targetPort: port.targetPort ?? port.port,
    })),
    serviceType: serviceType(args),
    serviceAnnotations: args.serviceAnnotations,
    loadBalancerIP: args.loadBalancerIP,
    loadBalancerSourceRanges: args.loadBalancerSourceRanges,
    externalTrafficPolicy: args.externalTrafficPolicy,
    scaling: scalingOf(args, profile.autoscale),
    replicasGiven: args.replicas !== undefined,
    resources: args.resources ?? { requests: profile.proxyRequests, limits: PROXY_LIMITS },
    userFromPlatform: args.platform === Platform.OpenShift,
    env: {
      ...(network === undefined ? {} : { ISTIO_META_REQUESTED_NETWORK_VIEW: network }),
      ...args.env,
    },
  };
}
