import { isIP } from "node:net";
import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { ServiceView } from "../model/services";
import { push } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

/** The Secret of a remote cluster, and the annotation or label that says which cluster an object is of. */
const REMOTE_LABEL = "istio/multiCluster";
const CLUSTER = "topology.istio.io/cluster";

export const multiclusterConsistent: Rule = {
  id: "multicluster-consistent",
  group: "multicluster",
  title: "Clusters of a mesh agree",
  description:
    "A service differs from cluster to cluster, a network names a registry that no cluster has, a webhook's URL leads nowhere, or the trust domain is not shared: calls across clusters fail, or go to the wrong port.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0126", "IST0163", "IST0164", "IST0170", "KIA0107", "KIA0108"],
  fix: "Give the service one type and the same ports everywhere, and networks the names of the clusters' secrets",
  docs: "https://istio.io/latest/docs/ops/deployment/deployment-models/#multiple-clusters",
  *check(model) {
    yield* checkNetworks(model);
    yield* checkWebhooks(model);
    yield* checkServices(model);
    yield* checkTrust(model);
  },
};

const registries: ReadonlySet<string> = new Set(["Kubernetes", "External", "Mock"]);

function* checkNetworks(model: MeshModel): Iterable<Verdict> {
  const { networks, object } = model.networks;
  if (networks.isUnknown && object !== undefined) yield object.wait("data.meshNetworks");
  const secrets = model
    .ofKind(kinds.secret)
    .filter((secret) => secret.labels.get(REMOTE_LABEL).text() === "true");
  const names = new Set(
    secrets.flatMap((secret) =>
      ["data", "stringData"].flatMap((field) =>
        secret.root
          .get(field)
          .entries()
          .map(([name]) => name),
      ),
    ),
  );
  const declared = networks.get("networks").entries();
  if (declared.length === 0) return;
  const own = new Set([...registries, ...names, ...clusterIds(model)]);
  for (const [network, value] of declared) {
    for (const endpoint of value.get("endpoints").items()) {
      const registry = known(endpoint.get("fromRegistry").text());
      if (registry === undefined || own.has(registry)) continue;
      const place = object ?? model.wholeMesh ?? secrets[0] ?? model.objects[0];
      if (place !== undefined)
        yield place.report(
          object === undefined ? "metadata.name" : "data.meshNetworks",
          `network "${network}" takes endpoints of registry "${registry}", which no remote secret of this set names`,
          { anchors: ["IST0126"], ...(secrets.length > 0 ? {} : { level: "advisory" }) },
        );
    }
  }
}

/** The names that control planes of this set give to their own cluster. */
function clusterIds(model: MeshModel): readonly string[] {
  return model
    .ofKind(kinds.deployment)
    .flatMap((deployment) => deployment.spec.get("template").get("spec").get("containers").items())
    .flatMap((container) => container.get("env").items())
    .flatMap((variable) =>
      variable.get("name").text() === "CLUSTER_ID" ? (known(variable.get("value").text()) ?? []) : [],
    );
}

function* checkWebhooks(model: MeshModel): Iterable<Verdict> {
  const configurations = [
    ...model
      .ofKind(kinds.mutatingWebhook)
      .filter(({ name }) => String(name).startsWith("istio-sidecar-injector")),
    ...model
      .ofKind(kinds.validatingWebhook)
      .filter(
        ({ name }) => name === "istiod-default-validator" || String(name).startsWith("istio-validator"),
      ),
  ];
  for (const object of configurations) {
    for (const webhook of object.root.get("webhooks").items()) yield* checkUrl(object, webhook);
  }
}

function* checkUrl(object: MeshObject, webhook: Value): Iterable<Verdict> {
  const client = webhook.get("clientConfig");
  const url = client.get("url");
  const text = url.text();
  const name = known(webhook.get("name").text()) ?? "";
  if (text === UNKNOWN || client.isUnknown) {
    yield object.wait(url.path);
    return;
  }
  if (text === undefined) {
    if (!client.has("service"))
      yield object.report(client.path, `webhook "${name}" has neither a URL nor a Service: it calls nobody`, {
        anchors: ["IST0163"],
        fix: "Set clientConfig.url to the control plane's address, or clientConfig.service",
      });
    return;
  }
  const host = hostOf(text);
  if (host === undefined)
    yield object.report(url.path, `the URL of webhook "${name}" does not parse: ${JSON.stringify(text)}`, {
      anchors: ["IST0163"],
      fix: "Write it as https://host:port/inject",
    });
  else if (isIP(host) !== 0)
    yield object.report(
      url.path,
      `the URL of webhook "${name}" has the address ${host}: a certificate for a name does not fit it, and the address may change`,
      { anchors: ["IST0164"], level: "advisory", fix: "Use the host name of the control plane" },
    );
}

function hostOf(text: string): string | undefined {
  try {
    // Brackets are how a URL writes an IPv6 address.
    return new URL(text).hostname.replace(/^\[(.*)\]$/, "$1");
  } catch {
    return undefined;
  }
}

/** Objects of several clusters in one set say which is theirs. */
function* checkServices(model: MeshModel): Iterable<Verdict> {
  const byName = new Map<string, { readonly view: ServiceView; readonly cluster: string }[]>();
  for (const view of model.services.all) {
    const { annotations, labels, key } = view.object;
    const cluster = known(annotations.get(CLUSTER).text()) ?? known(labels.get(CLUSTER).text());
    if (cluster !== undefined) push(byName, key, { view, cluster });
  }
  for (const [key, them] of byName) {
    const [first] = them;
    for (const { view, cluster } of them.slice(1)) {
      if (first === undefined || first.cluster === cluster) continue;
      const fault = difference(first.view, view);
      if (fault !== undefined)
        yield view.object.report(
          fault.path,
          `Service "${key}" ${fault.what} in cluster "${cluster}" and in cluster "${first.cluster}"`,
          { anchors: ["IST0170"] },
        );
    }
  }
}

function difference(
  a: ServiceView,
  b: ServiceView,
): { readonly path: string; readonly what: string } | undefined {
  const headless = (view: ServiceView): boolean => view.object.spec.get("clusterIP").text() === "None";
  if (headless(a) !== headless(b)) return { path: "spec.clusterIP", what: "is not headless both" };
  if (a.type !== b.type) return { path: "spec.type", what: "has not the same type" };
  const ports = (view: ServiceView): string =>
    view.ports
      .map(({ number, transport, name }) => `${number ?? "?"}/${transport}/${name ?? ""}`)
      .sort()
      .join(", ");
  return ports(a) === ports(b) ? undefined : { path: "spec.ports", what: "has not the same ports" };
}

/** Control planes of one mesh that are in one set must vouch for one trust domain. */
function* checkTrust(model: MeshModel): Iterable<Verdict> {
  const domains = new Map<string, MeshObject>();
  for (const { object, raw } of model.meshConfigs) {
    const domain = known(raw.get("trustDomain").text()) ?? "cluster.local";
    const aliases = raw
      .get("trustDomainAliases")
      .items()
      .map((item) => item.text());
    const other = [...domains.keys()].find((each) => each !== domain && !aliases.includes(each));
    if (other !== undefined)
      yield object.report(
        "data.mesh",
        `its trust domain is "${domain}", that of "${domains.get(other)?.key ?? ""}" is "${other}", and neither is an alias: workloads refuse each other`,
        {
          anchors: ["KIA0108"],
          fix: "Use one trust domain for the mesh, or name the other in trustDomainAliases",
        },
      );
    domains.set(domain, object);
  }
}
