import type { Planter } from "../planter";
import { appNamespace, misspelt, ofApps, textAt, workloads } from "../places";
import { at, listAt } from "../mesh";
import { object } from "../objects";
import { ROOT } from "../platform-objects";

const API = "apiextensions.k8s.io/";

export const install = {
  "install-injector-unique": [
    {
      fault: "the injector of a removed revision stays",
      plant: (mesh, draw) => {
        const injector = draw.from(mesh.of("MutatingWebhookConfiguration"));
        return [injector, mesh.copy(injector, `${injector.metadata.name}-old`)];
      },
    },
    {
      fault: "a webhook calls a Service that is not there",
      plant: (mesh, draw) => {
        const injector = draw.from(mesh.of("MutatingWebhookConfiguration"));
        const [index] = draw.placeIn(listAt(injector, "webhooks"));
        const path = `webhooks[${index}].clientConfig.service.name`;
        return mesh.edit(
          injector,
          path,
          misspelt(textAt(injector, `webhooks.${index}.clientConfig.service.name`)),
        );
      },
    },
  ],
  "install-revision-consistent": [
    {
      fault: "a namespace asks for a revision that nobody serves",
      plant: (mesh, draw) => {
        const bare = mesh.edit(appNamespace(mesh, draw), 'metadata.labels["istio-injection"]', undefined);
        return mesh.edit(bare, 'metadata.labels["istio.io/rev"]', draw.from(["canary", "1-29-0", "old"]));
      },
    },
    {
      fault: "a namespace is to have sidecars and to be ambient",
      plant: (mesh, draw) => {
        const namespace = mesh.edit(
          appNamespace(mesh, draw),
          'metadata.labels["istio-injection"]',
          "enabled",
        );
        return mesh.edit(namespace, 'metadata.labels["istio.io/dataplane-mode"]', "ambient");
      },
    },
  ],
  "install-namespace-dataplane": [
    {
      fault: "a namespace has lost its labels",
      plant: (mesh, draw) => mesh.edit(appNamespace(mesh, draw), "metadata.labels", { team: "shop" }),
    },
  ],
  "install-gateway-api-version": [
    {
      fault: "definitions of an old release",
      plant: (mesh, draw) => {
        const definition = draw.from(mesh.of("CustomResourceDefinition"));
        const label = 'metadata.annotations["gateway.networking.k8s.io/bundle-version"]';
        return mesh.edit(definition, label, draw.from(["v0.8.1", "v1.0.0-rc.1", "v0.5.0"]));
      },
    },
    {
      fault: "a definition that does not serve v1",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(mesh.of("CustomResourceDefinition", API)), "spec.versions", [
          { name: "v1beta1", served: true },
          { name: "v1", served: false },
        ]),
    },
  ],
  "install-stable-surface": [
    {
      fault: "an annotation that Istio does not know",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(ofApps(mesh, "Service")), "metadata.annotations", {
          "networking.istio.io/exportsTo": ".",
        }),
    },
    {
      fault: "an annotation of a pod with a value that Istio does not read",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(workloads(mesh)), "spec.template.metadata.annotations", {
          "traffic.sidecar.istio.io/excludeInboundPorts": draw.from(["all", "http", "8000;9000"]),
        }),
    },
  ],
  "install-control-plane-hardened": [
    {
      fault: "istiod serves xDS in plaintext",
      plant: (mesh, draw) =>
        mesh.edit(istiod(mesh.of("Deployment")), "spec.template.spec.containers[0].args", [
          "discovery",
          ...draw.from([[], ["--grpcAddr=:15010"]]),
        ]),
    },
    {
      fault: "a variable that hardens istiod is gone",
      plant: (mesh, draw) => {
        const deployment = istiod(mesh.of("Deployment"));
        const names = ["ENABLE_DEBUG_ON_HTTP", "BLOCKED_CIDRS_IN_JWKS_URIS"];
        const gone = draw.from(names);
        const path = "spec.template.spec.containers[0].env";
        const env = listAt(deployment, "spec.template.spec.containers.0.env");
        return mesh.edit(
          deployment,
          path,
          env.filter((each) => at(each, "name") !== gone),
        );
      },
    },
  ],
  "install-platform-compatible": [
    {
      fault: "a node of an old Kubernetes",
      plant: (mesh, draw) =>
        mesh.edit(
          draw.from(mesh.of("Node")),
          "status.nodeInfo.kubeletVersion",
          `v1.${22 + draw.number(10)}.${draw.number(9)}`,
        ),
    },
    {
      fault: "Cilium picks the pods of services by itself",
      plant: (mesh, draw) =>
        mesh.add(
          object("v1", "ConfigMap", "kube-system", "cilium-config", {
            data: { [draw.from(["bpf-lb-sock", "kube-proxy-replacement"])]: "true" },
          }),
        ),
    },
  ],
} as const satisfies Readonly<Record<string, readonly Planter[]>>;

function istiod<T extends { readonly metadata: { readonly namespace?: string } }>(
  deployments: readonly T[],
): T {
  const found = deployments.find(({ metadata }) => metadata.namespace === ROOT);
  if (found === undefined) throw new Error("the mesh has no istiod");
  return found;
}
