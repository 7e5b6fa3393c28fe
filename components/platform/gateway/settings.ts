import type * as pulumi from "@pulumi/pulumi";

import type { Problem } from "../../intent/problem";
import type { Resources } from "../control-plane/args";
import { Profile, PROFILES, PROXY_LIMITS } from "../control-plane/profile";
import { choiceProblems, countProblems, labelProblems, printed } from "../problems";
import type { Scaling } from "../scaling";
import { scalingOf, scalingProblems } from "../scaling-args";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
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
  readonly priorityClassName: string | undefined;
  readonly nodeSelector: Readonly<Record<string, string>> | undefined;
}

/** Ports below this one need a privilege to be bound, which gateways do without. */
const FIRST_UNPRIVILEGED_PORT = 1024;

/** What the proxy listens on by itself. */
const PROXY_PORTS: readonly number[] = [15_000, 15_001, 15_006, 15_020, 15_090];

const EGRESS_PORTS: readonly GatewayPort[] = [
  { name: "http2", port: 80, targetPort: 8080 },
  { name: "https", port: 443, targetPort: 8443 },
];

function portProblems(ports: readonly GatewayPortArgs[]): Problem[] {
  const problems: Problem[] = [];
  if (ports.length === 0) {
    problems.push({
      id: "platform/no-ports",
      path: "ports",
      message: "is empty, and a Service needs a port",
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
    if (!Number.isInteger(target) || target < FIRST_UNPRIVILEGED_PORT || target > 65_535) {
      problems.push({
        id: "platform/privileged-port",
        path: `${path}.targetPort`,
        message: "cannot be bound by a proxy without privileges",
        got: printed(target),
        expected: `a whole number from ${FIRST_UNPRIVILEGED_PORT} to 65535`,
        fix: `Set \`targetPort\`, for example to ${8000 + (port.port % 1000)}; clients still use ${port.port}`,
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
          fix: "Give each port its own name and number",
        });
      }
    }
  });
  return problems;
}

/** Every problem of the arguments, none when they are fine. */
export function gatewayProblems(args: GatewayArgs): Problem[] {
  const onlyForLoadBalancers = (["loadBalancerIP", "loadBalancerSourceRanges"] as const).filter(
    (field) => args[field] !== undefined && serviceType(args) !== ServiceType.LoadBalancer,
  );
  return [
    ...choiceProblems("direction", args.direction, Object.values(GatewayDirection)),
    ...choiceProblems("profile", args.profile, Object.values(Profile)),
    ...choiceProblems("serviceType", args.serviceType, Object.values(ServiceType)),
    ...choiceProblems(
      "externalTrafficPolicy",
      args.externalTrafficPolicy,
      Object.values(ExternalTrafficPolicy),
    ),
    ...labelProblems("gatewayName", args.gatewayName),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("revision", args.revision),
    ...(args.ports === undefined ? [] : portProblems(args.ports)),
    ...scalingProblems(args),
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

function serviceType(args: GatewayArgs): ServiceType {
  return args.serviceType ?? (args.direction === GatewayDirection.Egress ? "ClusterIP" : "LoadBalancer");
}

/** The arguments with every default filled in. They must be free of problems: see {@link gatewayProblems}. */
export function gatewaySettings(args: GatewayArgs): GatewaySettings {
  const direction = args.direction ?? GatewayDirection.Ingress;
  const profile = PROFILES[args.profile ?? Profile.Default];
  const name = args.gatewayName ?? `istio-${direction}gateway`;
  const usualPorts = direction === GatewayDirection.Egress ? EGRESS_PORTS : profile.gatewayPorts;
  return {
    direction,
    name,
    namespace: args.namespace ?? DEFAULT_ROOT_NAMESPACE,
    rev: args.revision ?? "default",
    selector: { app: name, istio: name.replace(/^istio-/, "") },
    labels: args.labels ?? {},
    ports: (args.ports ?? usualPorts).map((port) => ({ ...port, targetPort: port.targetPort ?? port.port })),
    serviceType: serviceType(args),
    serviceAnnotations: args.serviceAnnotations,
    loadBalancerIP: args.loadBalancerIP,
    loadBalancerSourceRanges: args.loadBalancerSourceRanges,
    externalTrafficPolicy: args.externalTrafficPolicy,
    scaling: scalingOf(args, profile.autoscale),
    replicasGiven: args.replicas !== undefined,
    resources: args.resources ?? { requests: profile.proxyRequests, limits: PROXY_LIMITS },
    priorityClassName: args.priorityClassName,
    nodeSelector: args.nodeSelector,
  };
}
