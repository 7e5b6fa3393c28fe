import { AMBIENT } from "../ambient-objects";
import type { Certificates } from "../certificates";
import type { KubernetesObject } from "../../../../analysis";
import type { Draw } from "../draw";
import { listAt, type Mesh } from "../mesh";
import { networking, object, security } from "../objects";
import type { Planter } from "../planter";
import { appNamespace, misspelt, ofApps, routed, textAt, workloads } from "../places";
import { EDGE, ROOT } from "../platform-objects";

const TLS = "spec.servers[1].tls";

/** A budget of pods that a drain asks about: those of a DaemonSet it leaves alone. */
function drained(mesh: Mesh, draw: Draw): KubernetesObject {
  const agents = new Set(
    ofApps(mesh, "DaemonSet").map(({ metadata }) => metadata.name.replace(/-v\d+$/, "")),
  );
  const budgets = ofApps(mesh, "PodDisruptionBudget").filter(({ metadata }) => !agents.has(metadata.name));
  return draw.from(budgets);
}

/** Gateways, telemetry, workloads and what holds for any object. */
export const edge = ({ ended }: Certificates) =>
  ({
    "mtls-certificate-lifetime": [
      {
        fault: "a certificate has ended",
        plant: (mesh) => mesh.edit(mesh.find("Secret", EDGE, "shop-tls"), 'data["tls.crt"]', ended),
      },
    ],
    "policy-attachment-effective": [
      {
        fault: "a policy asks ztunnel for what only HTTP shows",
        plant: (mesh, draw) =>
          mesh.add(
            security("AuthorizationPolicy", AMBIENT, "methods", {
              selector: { matchLabels: { app: "jobs" } },
              rules: [
                { to: [{ operation: draw.from<object>([{ methods: ["GET"] }, { paths: ["/jobs/*"] }]) }] },
              ],
            }),
          ),
      },
      {
        fault: "a Sidecar where nobody has one",
        plant: (mesh) =>
          mesh.add(networking("Sidecar", AMBIENT, "default", { egress: [{ hosts: ["./*"] }] })),
      },
    ],
    "gateway-no-wildcard-host": [
      {
        fault: "a gateway takes every host",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("Gateway", EDGE, "edge"),
            `spec.servers[${draw.number(2)}].hosts`,
            draw.from([["*"], ["*/*"], [`${EDGE}/*`]]),
          ),
      },
    ],
    "gateway-tls-minimum": [
      {
        fault: "clients of old times are let in",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("Gateway", EDGE, "edge"),
            `${TLS}.minProtocolVersion`,
            draw.from(["TLSV1_0", "TLSV1_1"]),
          ),
      },
      {
        fault: "a cipher suite that Istio does not know",
        plant: (mesh, draw) =>
          mesh.edit(mesh.find("Gateway", EDGE, "edge"), `${TLS}.cipherSuites`, [
            "ECDHE-RSA-AES128-GCM-SHA256",
            draw.from(["ROT13", "ECDHE-RSA-AES128-GCM-SHA256", "DES"]),
          ]),
      },
    ],
    "gateway-no-plaintext": [
      {
        fault: "plaintext is served and not redirected",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("Gateway", EDGE, "edge"),
            "spec.servers[0].tls",
            draw.from([undefined, { httpsRedirect: false }]),
          ),
      },
    ],
    "gateway-credential-valid": [
      {
        fault: "the credential has another name",
        plant: (mesh) => {
          const gateway = mesh.find("Gateway", EDGE, "edge");
          mesh.copy(mesh.find("Secret", EDGE, "shop-tls"), "other");
          return mesh.edit(gateway, `${TLS}.credentialName`, "shop-tsl");
        },
      },
      {
        fault: "the credential has lost its key",
        plant: (mesh) => {
          mesh.edit(mesh.find("Secret", EDGE, "shop-tls"), 'data["tls.key"]', undefined);
          return mesh.find("Gateway", EDGE, "edge");
        },
      },
      {
        fault: "the credential has ended",
        plant: (mesh) => {
          mesh.edit(mesh.find("Secret", EDGE, "shop-tls"), 'data["tls.crt"]', ended);
          return mesh.find("Gateway", EDGE, "edge");
        },
      },
      {
        fault: "the credential is for other hosts",
        plant: (mesh, draw) =>
          mesh.edit(mesh.find("Gateway", EDGE, "edge"), "spec.servers[1].hosts", [
            draw.from(["shop.example.org", "a.b.example.com", "*.example.net"]),
          ]),
      },
    ],
    "gateway-conflict": [
      {
        fault: "a gateway once more, under another name",
        plant: (mesh) => {
          const gateway = mesh.find("Gateway", EDGE, "edge");
          return [gateway, mesh.copy(gateway, "edge-again")];
        },
      },
      {
        fault: "a second gateway takes one of the hosts by a wildcard",
        plant: (mesh) => {
          const gateway = mesh.find("Gateway", EDGE, "edge");
          const copy = mesh.copy(gateway, "edge-wide");
          return [gateway, mesh.edit(copy, "spec.servers[1].hosts", ["*/*.example.com"])];
        },
      },
    ],
    "gateway-workload-ports": [
      {
        fault: "a port that no Service of the gateway opens",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("Gateway", EDGE, "edge"),
            `spec.servers[${draw.number(2)}].port.number`,
            9000 + draw.number(999),
          ),
      },
      {
        fault: "a gateway that nobody runs",
        plant: (mesh) => {
          const copy = mesh.copy(mesh.find("Gateway", EDGE, "edge"), "inner");
          return mesh.edit(copy, "spec.selector", { istio: "inner" });
        },
      },
    ],
    "gateway-route-binding": [
      {
        fault: "a route of a gateway that is not there",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("VirtualService", EDGE, "shop"),
            "spec.gateways[0]",
            draw.from(["egde", "shop/edge"]),
          ),
      },
      {
        fault: "a route for a host that its gateway does not take",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("VirtualService", EDGE, "shop"),
            "spec.hosts[0]",
            draw.from(["shop.example.org", "www.shop.test"]),
          ),
      },
    ],
    "telemetry-provider-exists": [
      {
        fault: "a provider that the mesh does not have",
        plant: (mesh) =>
          mesh.edit(
            mesh.find("Telemetry", ROOT, "mesh"),
            "spec.tracing[0].providers[0].name",
            misspelt("otel"),
          ),
      },
      {
        fault: "the provider has left the mesh configuration",
        plant: (mesh) => {
          mesh.editConfig("extensionProviders", []);
          return mesh.find("Telemetry", ROOT, "mesh");
        },
      },
    ],
    "telemetry-conflict": [
      {
        fault: "a Telemetry once more, under another name",
        plant: (mesh, draw) => {
          const telemetry = draw.from(mesh.of("Telemetry"));
          return [telemetry, mesh.copy(telemetry, `${telemetry.metadata.name}-again`)];
        },
      },
    ],
    "telemetry-labels-and-defaults": [
      {
        fault: "pods without a version",
        plant: (mesh, draw) =>
          mesh.edit(draw.from(workloads(mesh)), "spec.template.metadata.labels.version", undefined),
      },
      {
        fault: "nothing traces requests",
        plant: (mesh) => {
          mesh.edit(mesh.find("Telemetry", ROOT, "mesh"), "spec.tracing", undefined);
          return mesh.editConfig("defaultProviders", undefined);
        },
      },
    ],
    "workload-captured": [
      {
        fault: "pods are left out by a label",
        plant: (mesh, draw) =>
          mesh.edit(
            draw.from(workloads(mesh)),
            'spec.template.metadata.labels["sidecar.istio.io/inject"]',
            "false",
          ),
      },
      {
        fault: "pods keep a part of their traffic out",
        plant: (mesh, draw) =>
          mesh.edit(draw.from(workloads(mesh)), "spec.template.metadata.annotations", {
            [draw.from([
              "traffic.sidecar.istio.io/excludeInboundPorts",
              "traffic.sidecar.istio.io/excludeOutboundPorts",
            ])]: "3306",
          }),
      },
      {
        fault: "pods on the network of their node",
        plant: (mesh, draw) => mesh.edit(draw.from(workloads(mesh)), "spec.template.spec.hostNetwork", true),
      },
    ],
    "workload-pod-security": [
      {
        fault: "pods that run as the proxy does, or as root",
        plant: (mesh, draw) =>
          mesh.edit(
            draw.from(workloads(mesh)),
            "spec.template.spec.containers[0].securityContext.runAsUser",
            draw.from([1337, 0]),
          ),
      },
      {
        fault: "pods with rights over their node",
        plant: (mesh, draw) =>
          mesh.edit(
            draw.from(workloads(mesh)),
            "spec.template.spec.containers[0].securityContext",
            draw.from<object>([{ privileged: true }, { capabilities: { add: ["NET_ADMIN"] } }]),
          ),
      },
    ],
    "workload-supply-and-capacity": [
      {
        fault: "an image that can change under its name",
        plant: (mesh, draw) =>
          mesh.edit(
            draw.from(workloads(mesh)),
            "spec.template.spec.containers[0].image",
            "example.com/app:latest",
          ),
      },
      {
        fault: "a container without limits, requests or a probe",
        plant: (mesh, draw) =>
          mesh.edit(
            draw.from(workloads(mesh)),
            `spec.template.spec.containers[0].${draw.from(["resources", "readinessProbe"])}`,
            undefined,
          ),
      },
      {
        fault: "a budget that never lets a pod go",
        plant: (mesh, draw) => mesh.edit(drained(mesh, draw), "spec.maxUnavailable", draw.from([0, "0%"])),
      },
    ],
    "multicluster-consistent": [
      {
        fault: "a network of a cluster that nobody knows",
        plant: (mesh, draw) =>
          mesh.edit(
            mesh.find("ConfigMap", ROOT, "istio"),
            "data.meshNetworks",
            JSON.stringify({
              networks: { south: { endpoints: [{ fromRegistry: draw.from(["south", "east-2"]) }] } },
            }),
          ),
      },
      {
        fault: "a service that differs in another cluster",
        plant: (mesh, draw) => {
          const service = draw.from(ofApps(mesh, "Service"));
          const cluster = (name: string) => ({ "topology.istio.io/cluster": name });
          const here = mesh.edit(service, "metadata.annotations", cluster("east"));
          const there = mesh.add({ ...here, metadata: { ...here.metadata, annotations: cluster("west") } });
          return [here, mesh.edit(there, "spec.ports[0].port", 7000 + draw.number(999))];
        },
      },
      {
        fault: "a webhook of a control plane elsewhere whose URL is none",
        plant: (mesh) =>
          mesh.add(
            object(
              "admissionregistration.k8s.io/v1",
              "ValidatingWebhookConfiguration",
              "",
              "istio-validator",
              {
                webhooks: [{ name: "a", clientConfig: { url: "istiod.example.com" } }],
              },
            ),
          ),
      },
    ],
    "schema-valid": [
      {
        fault: "a field that the kind does not have",
        plant: (mesh, draw) => {
          const kinds = [
            "VirtualService",
            "DestinationRule",
            "Sidecar",
            "ServiceEntry",
            "PeerAuthentication",
          ];
          return mesh.edit(
            draw.from(mesh.of(draw.from(kinds))),
            `spec.${draw.from(["hots", "trafficPolice"])}`,
            [],
          );
        },
      },
      {
        fault: "a value of another type",
        plant: (mesh, draw) => {
          const [, route] = routed(mesh, draw);
          return mesh.edit(route, "spec.http[0].timeout", draw.from<unknown>(["soon", 5, "1us"]));
        },
      },
      {
        fault: "what istiod's webhook refuses",
        plant: (mesh, draw) => {
          const [, route] = routed(mesh, draw);
          const host = textAt(route, "spec.hosts.0");
          return listAt(route, "spec.hosts").length > 0 && draw.number(2) === 0
            ? mesh.edit(route, "spec.hosts", [host, host])
            : mesh.edit(route, "spec.http[0].redirect", { uri: "/" });
        },
      },
    ],
    "exception-valid": [
      {
        fault: "an exception that has ended, or says too little",
        plant: (mesh, draw) =>
          mesh.edit(appNamespace(mesh, draw), "metadata.annotations", {
            "except.meshwright.dev/install-namespace-dataplane": draw.from([
              "until=2020-01-31; reason=OPS-7",
              "until=2027-01-31",
              "reason=OPS-7",
              "because",
            ]),
          }),
      },
      {
        fault: "an exception from a rule that does not exist",
        plant: (mesh, draw) =>
          mesh.edit(draw.from(ofApps(mesh, "DestinationRule")), "metadata.annotations", {
            "except.meshwright.dev/mtls-strict": "until=2027-01-31; reason=OPS-7",
          }),
      },
    ],
  }) as const satisfies Readonly<Record<string, readonly Planter[]>>;
