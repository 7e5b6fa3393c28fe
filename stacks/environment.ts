import type * as pulumi from "@pulumi/pulumi";
import { ServiceMesh } from "../components/platform";
import { certificateAuthority } from "./authority";
import { BOOKINFO_NAMESPACE, bookinfoMesh, INGRESS_NAMESPACE } from "./bookinfo/mesh";
import { Bookinfo } from "./bookinfo/workloads";
import { selfSignedCertificate } from "./certificate";
import { readEnvironment } from "./config";

const GATEWAY = "istio-ingressgateway";
const SELF_SIGNED = "bookinfo-self-signed";

/** One environment: the mesh with its edge, and Bookinfo inside it. */
export function environmentStack(): {
  readonly gatewayAddresses: pulumi.Output<Record<string, string>>;
  readonly rootCertificatePem: pulumi.Output<string>;
  readonly url: string;
} {
  const environment = readEnvironment();
  const { ingress, observability } = environment;
  const credentialName = ingress.certificate.from === "existing" ? ingress.certificate.secret : SELF_SIGNED;

  const mesh = new ServiceMesh("mesh", {
    mesh: bookinfoMesh({
      host: ingress.host,
      credentialName,
      reviewsStep: environment.bookinfo.reviewsStep,
      // Only the demo profile is for trying things out.
      faults: environment.profile === "demo" ? "allowed" : "refused",
    }),
    profile: environment.profile,
    namespaces: {
      [INGRESS_NAMESPACE]: { podSecurity: "restricted" },
      [BOOKINFO_NAMESPACE]: { injection: "enabled" },
    },
    certificateAuthority: certificateAuthority(environment.certificateAuthority),
    controlPlane: {
      autoscale: environment.controlPlane.replicas,
      traceSampling: observability.traceSamplingPercent,
      meshConfig: {
        outboundTrafficPolicy: {
          mode: environment.egress === "registry-only" ? "REGISTRY_ONLY" : "ALLOW_ANY",
        },
        ...(observability.accessLog ? { accessLogFile: "/dev/stdout" } : {}),
      },
    },
    telemetry: {
      prometheus: observability.metricsStorage === undefined ? {} : { storage: observability.metricsStorage },
      ...(observability.kiali ? { kiali: {} } : {}),
    },
    gateways: { [GATEWAY]: { namespace: INGRESS_NAMESPACE, autoscale: ingress.replicas } },
  });

  if (ingress.certificate.from === "self-signed") {
    selfSignedCertificate(SELF_SIGNED, ingress.host, INGRESS_NAMESPACE, { dependsOn: mesh.injectionReady });
  }
  new Bookinfo(
    "bookinfo",
    { namespace: BOOKINFO_NAMESPACE, replicas: environment.bookinfo.replicas },
    // Pods that are made before the injector is ready would stay without a sidecar.
    { dependsOn: mesh.injectionReady },
  );

  return {
    gatewayAddresses: mesh.gatewayAddresses,
    rootCertificatePem: mesh.rootCertificatePem,
    url: `https://${ingress.host}/productpage`,
  };
}
