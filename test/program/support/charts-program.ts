import * as fs from "node:fs";
import * as path from "node:path";
import { officialChart } from "../../conformance/charts/render";

const CHARTS = ["base", "istiod", "gateway"];

/**
 * A Pulumi project, beside the copied one in a sandbox, whose control plane and gateway come from this package or from the
 * official charts, as its configuration says.
 */
export const SWITCHING: Readonly<Record<string, string>> = {
  "Pulumi.yaml":
    "name: switching\nmain: index.ts\nruntime: { name: nodejs, options: { tsconfig: ../tsconfig.json } }\n",
  "Pulumi.dev.yaml": "config: {}\n",
  "index.ts": `
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority, ControlPlane, Crds, Gateway, Injection, InstallSource } from "../components/platform";

const config = new pulumi.Config();
const helm = config.requireBoolean("helm");
const retainOnDelete = config.requireBoolean("retain");
const parts = helm
  ? { source: InstallSource.Helm, chart: { path: config.require("charts") } }
  : { source: InstallSource.Native };

const provider = new Provider("taking-over", {
  upsertExistingObjects: true,
  enablePatchForce: true,
  enableConfigMapMutable: true,
});
const crds = new Crds("crds");
const namespaces = new Injection("namespaces", {
  namespaces: {
    "istio-system": { injection: "on-request" },
    edge: { injection: "on-request" },
    shop: { injection: "enabled" },
  },
});
const authority = new CertificateAuthority("authority", {}, { dependsOn: namespaces });
const controlPlane = new ControlPlane("istio", { ...parts }, {
  provider,
  retainOnDelete,
  dependsOn: [crds, namespaces, authority],
});
const ready = [namespaces, controlPlane];
new Gateway("gateway", { ...parts, namespace: "edge", autoscale: { min: 2 } }, { provider, retainOnDelete, dependsOn: ready });

const labels = { app: "cart" };
new Deployment("cart", {
  metadata: { name: "cart", namespace: "shop" },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: "cart", image: "registry.example.com/cart:1.0.0" }] },
    },
  },
}, { dependsOn: ready });
`,
};

/** What serves traffic, or is asked when pods start; deleted and made anew, it would be away for a while. */
export const SERVING = [
  "/apis/apps/v1/namespaces/istio-system/deployments/istiod",
  "/api/v1/namespaces/istio-system/services/istiod",
  "/api/v1/namespaces/istio-system/serviceaccounts/istiod",
  "/api/v1/namespaces/istio-system/configmaps/istio",
  "/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector",
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-sidecar-injector",
  "/apis/apps/v1/namespaces/edge/deployments/istio-ingressgateway",
  "/api/v1/namespaces/edge/services/istio-ingressgateway",
  "/apis/apps/v1/namespaces/shop/deployments/cart",
];

/** Lays the official charts into a new folder, by their names, or says why there are none. */
export function layCharts(folder: string): string | undefined {
  fs.mkdirSync(folder);
  for (const chart of CHARTS) {
    const from = officialChart(chart);
    if (from === undefined)
      return "the official charts are not here: Istio's Go module has not been downloaded";
    fs.symlinkSync(from, path.join(folder, chart), "dir");
  }
  return undefined;
}
