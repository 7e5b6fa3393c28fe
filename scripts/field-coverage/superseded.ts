import type { CoveredKind } from "./measure";

/** Fields that no word sets on purpose, by how their paths end, and why. */
export const SUPERSEDED: Readonly<Partial<Record<CoveredKind, readonly (readonly [string, string])[]>>> = {
  VirtualService: [
    ["corsPolicy.allowOrigin", "Istio deprecates it; `allowOrigins` is typed"],
    ["fault.abort.http2Error", "Istio refuses it as not supported yet"],
    ["fault.delay.exponentialDelay", "Istio refuses it as not supported yet"],
    ["fault.delay.percent", "Istio deprecates it; `percentage` is typed"],
    ["mirror_percent", "Istio deprecates it; `mirrorPercentage` is typed"],
    ["mirrorPercent", "Istio deprecates it; `mirrorPercentage` is typed"],
  ],
  DestinationRule: [
    ["consistentHash.minimumRingSize", "Istio deprecates it; `ringHash.minimumRingSize` is typed"],
    ["warmupDurationSecs", "Istio deprecates it; `warmup.duration` is typed"],
    [
      "outlierDetection.consecutiveErrors",
      "Istio deprecates it; `consecutive5xxErrors` and `consecutiveGatewayErrors` are typed",
    ],
  ],
  Gateway: [
    ["defaultEndpoint", "Istio has not implemented it"],
    [
      "port.targetPort",
      "Istio does not read it at a gateway; `targetPort` of a server is that of the Service",
    ],
    ["tls.insecureSkipVerify", "it takes any certificate of callers for a right one"],
    ["tls.caCrl", "Istio refuses it beside `credentialName`, whose secret has the list as `ca.crl`"],
    ["tls.caCertificates", "the secret of `credentialName` has it as `ca.crt`"],
    ["tls.privateKey", "the secret of `credentialName` has it"],
    ["tls.serverCertificate", "the secret of `credentialName` has it"],
    ["tls.tlsCertificates", "files in the proxy; `credentialName` is typed"],
    ["tlsCertificates[].caCertificates", "files in the proxy; `credentialName` is typed"],
    ["tlsCertificates[].privateKey", "files in the proxy; `credentialName` is typed"],
    ["tlsCertificates[].serverCertificate", "files in the proxy; `credentialName` is typed"],
  ],
  Sidecar: [
    ["port.targetPort", "Istio refuses it: it has no effect on a Sidecar"],
    ["tls.subjectAltNames", "Istio refuses it on a Sidecar"],
    ["tls.httpsRedirect", "Istio refuses it on a Sidecar"],
    ["tls.credentialName", "Istio refuses it on a Sidecar"],
    ["tls.credentialNames", "Istio refuses it on a Sidecar"],
    ["tls.caCertCredentialName", "Istio reads it with `credentialName` alone, which it refuses on a Sidecar"],
    ["tls.insecureSkipVerify", "it takes any certificate of callers for a right one"],
    [
      "tls.verifyCertificateSpki",
      "Istio reads it with `credentialName` alone, which it refuses on a Sidecar",
    ],
    [
      "tls.verifyCertificateHash",
      "Istio reads it with `credentialName` alone, which it refuses on a Sidecar",
    ],
    ["tls.tlsCertificates", "Istio refuses it on a Sidecar"],
    ["tlsCertificates[].caCertificates", "Istio refuses it on a Sidecar"],
    ["tlsCertificates[].privateKey", "Istio refuses it on a Sidecar"],
    ["tlsCertificates[].serverCertificate", "Istio refuses it on a Sidecar"],
  ],
  WorkloadGroup: [
    ["template.address", "istiod replaces it with the address that a machine registers with"],
    ["template.labels", "Istio wants labels in `metadata.labels`, which is typed"],
    ["probe.grpc", "the webhook of istiod refuses it up to 1.31; `exec` is typed"],
    ["grpc.port", "the webhook of istiod refuses it up to 1.31; `exec` is typed"],
    ["grpc.service", "the webhook of istiod refuses it up to 1.31; `exec` is typed"],
  ],
};
