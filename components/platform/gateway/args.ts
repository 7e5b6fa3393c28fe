import type * as pulumi from "@pulumi/pulumi";

import type { InstallSourceArgs } from "../charts/args";
import type { AutoscaleArgs, Resources } from "../control-plane/args";
import type { Profile } from "../control-plane/profile";
import type { IpFamilyArgs } from "../ip-families";
import type { Platform } from "../platforms";
import type { SchedulingArgs } from "../scheduling";

/** Which way traffic goes through a gateway. */
export const GatewayDirection = {
  /** Into the mesh, from outside the cluster. */
  Ingress: "ingress",
  /** Out of the mesh, to hosts outside. */
  Egress: "egress",
  /** Between the clusters of a mesh whose networks do not reach each other. */
  EastWest: "eastwest",
} as const;
export type GatewayDirection = (typeof GatewayDirection)[keyof typeof GatewayDirection];

/** How the cluster offers a gateway. */
export const ServiceType = {
  ClusterIP: "ClusterIP",
  NodePort: "NodePort",
  LoadBalancer: "LoadBalancer",
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** Whether traffic may hop between nodes, or keeps the address of its client. */
export const ExternalTrafficPolicy = {
  /** Spread over all nodes; the client's address is lost. */
  Cluster: "Cluster",
  /** Only to gateways on the node that it reached; the client's address is kept. */
  Local: "Local",
} as const;
export type ExternalTrafficPolicy = (typeof ExternalTrafficPolicy)[keyof typeof ExternalTrafficPolicy];

/** A port of a gateway. Gateway objects speak of `port`; Istio finds `targetPort` through the Service. */
export interface GatewayPortArgs {
  /** Name on the Service; its first part tells the protocol, for example `"http2"` or `"tcp-mqtt"`. */
  name: string;
  /** Port of the Service, from 1 to 65535. */
  port: number;
  /** Port in the container, from 1024 on unless `privilegedPorts` is set. @default the same */
  targetPort?: number;
  /** Port on every node, for `NodePort` and `LoadBalancer`. @default the cluster's choice */
  nodePort?: number;
}

/**
 * One gateway: a proxy at the edge of the mesh, with a Service in front of it.
 *
 * The proxy itself comes from the control plane's injector (`image: auto`), so that it is upgraded with it; the control
 * plane must be ready before.
 */
export interface GatewayArgs extends InstallSourceArgs, SchedulingArgs, IpFamilyArgs {
  /** Istio release of the chart, with source "helm"; without one, the control plane's injector decides. @default "1.31.1" */
  istioVersion?: string;
  /** @default "ingress" */
  direction?: GatewayDirection;
  /** Name of the Deployment and the Service. @default "istio-ingressgateway", "istio-egressgateway" or "istio-eastwestgateway" */
  gatewayName?: string;
  /** Namespace, which must exist. @default "istio-system" */
  namespace?: string;
  /** Starting point for sizes and ports. @default "default" */
  profile?: Profile;
  /** Distribution of Kubernetes, where it needs its own settings. @default none in particular */
  platform?: Platform;
  /** Revision of the control plane that injects the proxy. @default the unnamed one */
  revision?: string;
  /** Further labels of the pods, for Gateway objects to select. @default none beside `app` and `istio` */
  labels?: Record<string, string>;
  /** Ports. @default 15021, 80 and 443, and 31400 and 15443 in `demo`; 80 and 443 for egress; 15021, 15443, 15012 and 15017 for eastwest */
  ports?: GatewayPortArgs[];
  /**
   * Lets the proxy bind ports below 1024, by a setting of its pod's own network; it gets no privilege for it.
   * @default false
   */
  privilegedPorts?: boolean;
  /**
   * Network whose pods an eastwest gateway stands for, the control plane's `network`: control planes of other clusters find
   * it by that label, and services of the mesh are reached through it. @default one cluster only, for machines outside of it
   */
  network?: string;
  /** Hosts that other networks may reach through an eastwest gateway. @default ["*.local"], every service of the mesh */
  crossNetworkHosts?: string[];
  /**
   * Lets other clusters, and machines, reach the control plane through an eastwest gateway. @default false
   */
  exposeControlPlane?: boolean;
  /** DNS domain of the cluster, by which an eastwest gateway finds the control plane. @default "cluster.local" */
  clusterDomain?: string;
  /** @default "LoadBalancer", or "ClusterIP" for egress */
  serviceType?: ServiceType;
  /** Annotations of the Service, by which clouds take their settings. @default none */
  serviceAnnotations?: Record<string, pulumi.Input<string>>;
  /** Static address for the load balancer, where the cloud takes it from the Service. @default the cloud's choice */
  loadBalancerIP?: pulumi.Input<string>;
  /** Which load balancers of the cluster serve it. @default the cluster's choice */
  loadBalancerClass?: string;
  /** Addresses of nodes at which the Service answers too, for networks that lead them there. @default none */
  externalIPs?: pulumi.Input<string>[];
  /** CIDRs from which the load balancer takes traffic. @default all */
  loadBalancerSourceRanges?: string[];
  /** @default "Cluster" */
  externalTrafficPolicy?: ExternalTrafficPolicy;
  /** Replicas when there is no autoscaling. Setting it turns autoscaling off. @default 1 where the profile does not autoscale */
  replicas?: number;
  /** Autoscaling. Not together with `replicas`. @default the profile's: 1 to 5, or none in `demo` */
  autoscale?: AutoscaleArgs;
  /** Resources of the proxy. @default the profile's */
  resources?: Resources;
  /** Environment of the proxy beside what the injector gives it, by name. @default none */
  env?: Record<string, pulumi.Input<string>>;
  /** Annotations of the pods, by which the injector takes their settings. @default none */
  podAnnotations?: Record<string, string>;
  /** Injection templates beside the gateway's own, which the control plane must have: `["spire"]`. @default none */
  furtherTemplates?: string[];
  /** Names of pull secrets in the gateway's namespace. @default none beside those of the injector */
  imagePullSecrets?: string[];
  /** Opens the gateway's own ports to everyone and closes the others. @default false */
  networkPolicy?: boolean;
}
