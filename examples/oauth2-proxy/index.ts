import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { ServiceMesh } from "../../components/platform";
import { HOST, shop } from "./mesh";

const config = new pulumi.Config();
const namespace = "login";

// The authorizer is declared in the mesh alone: the mesh configuration is told of it from there.
const mesh = new ServiceMesh("mesh", { mesh: shop, namespaces: { shop: {}, login: {} } });
const ready = { dependsOn: mesh.injectionReady };

const labels = { app: "oauth2-proxy" };
const cookies = new RandomPassword("cookies", { length: 32, special: false });
const secret = new Secret(
  "oauth2-proxy",
  {
    metadata: { name: "oauth2-proxy", namespace },
    stringData: { "cookie-secret": cookies.result, "client-secret": config.requireSecret("clientSecret") },
  },
  ready,
);
const account = new ServiceAccount("oauth2-proxy", { metadata: { name: "oauth2-proxy", namespace } }, ready);
const fromSecret = (key: string) => ({ secretKeyRef: { name: secret.metadata.name, key } });

new Deployment(
  "oauth2-proxy",
  {
    metadata: { name: "oauth2-proxy", namespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, version: "v7" } },
        spec: {
          serviceAccountName: account.metadata.name,
          containers: [
            {
              name: "oauth2-proxy",
              image: config.require("image"),
              args: [
                "--http-address=0.0.0.0:4180",
                "--provider=oidc",
                "--oidc-issuer-url=https://login.example.com",
                "--client-id=shop",
                `--redirect-url=https://${HOST}/oauth2/callback`,
                "--email-domain=*",
                "--reverse-proxy=true",
                "--upstream=static://200",
                "--set-authorization-header=true",
                "--set-xauthrequest=true",
                "--skip-provider-button=true",
              ],
              env: [
                { name: "OAUTH2_PROXY_COOKIE_SECRET", valueFrom: fromSecret("cookie-secret") },
                { name: "OAUTH2_PROXY_CLIENT_SECRET", valueFrom: fromSecret("client-secret") },
              ],
              ports: [{ name: "http", containerPort: 4180 }],
              readinessProbe: { httpGet: { path: "/ready", port: "http" } },
              resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
            },
          ],
        },
      },
    },
  },
  ready,
);
new Service(
  "oauth2-proxy",
  {
    metadata: { name: "oauth2-proxy", namespace, labels },
    spec: {
      selector: labels,
      ports: [{ name: "http", port: 4180, targetPort: "http", appProtocol: "http" }],
    },
  },
  ready,
);

export const address = mesh.gatewayAddresses;
