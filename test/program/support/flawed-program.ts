/** A Pulumi project, beside the copied one in a sandbox, whose objects a cluster takes and the policy pack does not. */
export const FLAWED: Readonly<Record<string, string>> = {
  "Pulumi.yaml":
    "name: flawed\nmain: index.ts\nruntime: { name: nodejs, options: { tsconfig: ../tsconfig.json } }\n",
  "Pulumi.dev.yaml": "config: {}\n",
  "index.ts": `
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { Gateway, PeerAuthentication, VirtualService } from "../components/resources";

const namespace = new Namespace("shop", { metadata: { name: "shop", labels: { "istio-injection": "enabled" } } });
// Known only once the namespace is there.
const inShop = (name: string) => ({ name, namespace: namespace.metadata.name });

new Service("reviews", {
  metadata: { ...inShop("reviews"), annotations: { "pulumi.com/skipAwait": "true" } },
  spec: { selector: { app: "reviews" }, ports: [{ name: "http", port: 9080 }] },
});
new VirtualService("reviews", {
  metadata: inShop("reviews"),
  spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "reviews", subset: "v1" } }] }] },
});
new VirtualService("reviews-again", {
  metadata: inShop("reviews-again"),
  spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "rewiews" } }] }] },
});
new Gateway("edge", {
  metadata: inShop("edge"),
  spec: { servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }] },
});
new PeerAuthentication("legacy", { metadata: inShop("legacy"), spec: { mtls: { mode: "DISABLE" } } });
`,
};
