import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { ServiceMesh, ServiceWorkload } from "meshwright";
import { checkout } from "./mesh";

const config = new pulumi.Config();

const mesh = new ServiceMesh("mesh", {
  mesh: checkout,
  namespaces: { checkout: {} },
  controlPlane: { meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
  gateways: { "istio-egressgateway": { direction: "egress", autoscale: { min: 2, max: 5 } } },
});

const ready = { dependsOn: mesh.injectionReady };
const { checkout: service, reports } = checkout.services;

// What the bank issued. The proxy reads it from a volume that the injector mounts for it.
const ledger = new Secret(
  "ledger-client",
  {
    metadata: { name: "ledger-client", namespace: service.namespace },
    stringData: {
      "tls.crt": config.require("ledgerCertificate"),
      "tls.key": config.requireSecret("ledgerKey"),
      "ca.crt": config.require("ledgerAuthority"),
    },
  },
  ready,
);

const image = "ghcr.io/stefanprodan/podinfo:6.7.1";
const readinessProbe = { httpGet: { path: "/readyz", port: 9898 } };
new ServiceWorkload(
  "checkout",
  {
    service,
    image,
    readinessProbe,
    podAnnotations: {
      "sidecar.istio.io/userVolume": pulumi.jsonStringify({
        ledger: { secret: { secretName: ledger.metadata.name } },
      }),
      "sidecar.istio.io/userVolumeMount": JSON.stringify({
        ledger: { mountPath: "/etc/ledger", readOnly: true },
      }),
    },
  },
  ready,
);
new ServiceWorkload("reports", { service: reports, image, readinessProbe }, ready);
