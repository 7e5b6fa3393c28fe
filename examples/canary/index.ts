import * as pulumi from "@pulumi/pulumi";
import { ServiceMesh, ServiceWorkload } from "meshwright";
import { canaryMesh, HOST } from "./mesh";

const step = new pulumi.Config().requireNumber("step");
const { mesh: intent, podinfo, rollout } = canaryMesh(step);

const mesh = new ServiceMesh("mesh", {
  mesh: intent,
  namespaces: { podinfo: {} },
  controlPlane: { meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
  credentials: { "podinfo-cert": { from: "authority" } },
});

const podinfoImage = (version: string) => ({ image: `ghcr.io/stefanprodan/podinfo:${version}` });
new ServiceWorkload(
  "podinfo",
  {
    service: podinfo,
    readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
    // Both run at every step: the way back is as short as the way on.
    subsets: { v1: podinfoImage("6.7.0"), v2: podinfoImage("6.7.1") },
  },
  { dependsOn: mesh.injectionReady },
);

export const address = mesh.gatewayAddresses;
export const url = `https://${HOST}/`;
/** What v2 gets now, in percent, and what the next step gives it. */
export const { weight, next } = rollout;
