import * as pulumi from "@pulumi/pulumi";
import { RemoteClusterAccess, ServiceMesh } from "meshwright";
import { type ClusterName, networkOf } from "./clusters";
import { shop } from "./mesh";
import { type Issued } from "./root";
import { stackOf } from "./stacks";
import { runWorkload } from "./workload";

/** One cluster: its control plane, its gateways, and the shop; what the other cluster is told of it is its output. */
export function clusterStack(cluster: ClusterName) {
  const issued = stackOf("root")
    .requireOutput("intermediates")
    .apply((all: Record<ClusterName, Issued>) => all[cluster]);

  const mesh = new ServiceMesh("mesh", {
    mesh: shop,
    namespaces: { shop: {} },
    certificateAuthority: {
      issued: {
        certificatePem: issued.certificatePem,
        privateKeyPem: pulumi.secret(issued.privateKeyPem),
        rootCertificatePem: issued.rootCertificatePem,
      },
    },
    controlPlane: {
      meshId: "shop",
      clusterName: cluster,
      network: networkOf(cluster),
      replicas: 2,
      meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
    },
    gateways: {
      "istio-ingressgateway": { autoscale: { min: 2 } },
      // Stands for the pods of this network: the label that says so, and the servers, come with the direction.
      "istio-eastwestgateway": { direction: "eastwest", autoscale: { min: 2 } },
    },
    credentials: { "shop-cert": { from: "authority" } },
  });
  for (const service of [shop.services.web, shop.services.catalog]) {
    runWorkload(service.name, { dependsOn: mesh.injectionReady });
  }

  const access = new RemoteClusterAccess(
    "access",
    { clusterName: cluster, server: new pulumi.Config().require("server") },
    { dependsOn: mesh.controlPlane },
  );
  return { kubeconfig: access.kubeconfig, addresses: mesh.gatewayAddresses };
}
