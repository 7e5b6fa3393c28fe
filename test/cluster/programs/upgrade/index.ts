import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import {
  CertificateAuthority,
  ControlPlane,
  Crds,
  Gateway,
  Injection,
  RevisionTag,
} from "../../../../components/platform";

/** Which control planes there are at each step, and which of them serves. */
const STEPS = {
  before: { present: ["from"], serving: "from" },
  both: { present: ["from", "to"], serving: "from" },
  moved: { present: ["from", "to"], serving: "to" },
  after: { present: ["to"], serving: "to" },
} as const;

const config = new pulumi.Config();
const revisions = { from: config.require("from"), to: config.require("to") };
const ISTIO_VERSIONS = { from: "1.30.3", to: "1.31.1" };
const tag = config.get("tag") ?? "";
const { present, serving } = STEPS[config.require("step") as keyof typeof STEPS];

const ROOT = "istio-system";
const EDGE = "edge";
const SHOP = "shop";
const named = tag === "" ? revisions[serving] : tag;

const crds = new Crds("crds");
const namespaces = new Injection("namespaces", {
  namespaces: {
    [ROOT]: { injection: "on-request" },
    [EDGE]: { revision: named, podSecurity: "restricted" },
    [SHOP]: { revision: named },
  },
});
const authority = new CertificateAuthority("authority", {}, { dependsOn: namespaces });
// It has one name for all revisions: no control plane may take it away when it goes.
const reader = new ServiceAccount(
  "reader",
  { metadata: { name: "istio-reader-service-account", namespace: ROOT } },
  { dependsOn: namespaces },
);
const controlPlanes = present.map(
  (which) =>
    new ControlPlane(
      `control-plane-${which}`,
      { revision: revisions[which], istioVersion: ISTIO_VERSIONS[which], readerServiceAccount: false },
      { dependsOn: [crds, namespaces, authority, reader] },
    ),
);
const tags =
  tag === ""
    ? []
    : [new RevisionTag("tag", { tag, revision: revisions[serving] }, { dependsOn: controlPlanes })];
const ready = { dependsOn: [namespaces, ...controlPlanes, ...tags] };

new Gateway("gateway", { namespace: EDGE, revision: named, autoscale: { min: 2 } }, ready);

const labels = { app: "cart" };
new Deployment(
  "cart",
  {
    metadata: { name: "cart", namespace: SHOP },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "cart", image: "registry.example.com/cart:1.0.0" }] },
      },
    },
  },
  ready,
);
