import type { RunningIstiod } from "./running";

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service?: { readonly name: string; readonly namespace: string };
  };
}
interface WebhookConfiguration {
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly Webhook[];
}
interface Namespace {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}
interface ConfigMap {
  readonly metadata: { readonly namespace: string };
}

const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1";
/** Proxies find here which certificate to trust. */
const ROOT_CERTIFICATE = "istio-ca-root-cert";
/** Where istiod puts nothing. */
const IGNORED = new Set(["kube-system", "kube-public", "kube-node-lease"]);

/** What an istiod writes into the cluster by itself, as far as pods and webhooks need it. */
export async function attend(istiod: RunningIstiod, certificate: string): Promise<void> {
  const caBundle = Buffer.from(certificate).toString("base64");
  await injectors(istiod, caBundle);
  await validators(istiod, caBundle);
  await rootCertificates(istiod, certificate);
}

async function injectors(istiod: RunningIstiod, caBundle: string): Promise<void> {
  const base = `${WEBHOOKS}/mutatingwebhookconfigurations`;
  for (const { metadata, webhooks = [] } of await istiod.list<WebhookConfiguration>(base)) {
    const patch = webhooks.flatMap((webhook, i) =>
      calls(istiod, webhook) && webhook.clientConfig.caBundle !== caBundle
        ? [{ op: "add", path: `/webhooks/${i}/clientConfig/caBundle`, value: caBundle }]
        : [],
    );
    if (patch.length === 0) continue;
    await istiod.request("PATCH", `${base}/${metadata.name}`, patch, "application/json-patch+json");
  }
}

/** Its roles let istiod replace these, not patch them. */
async function validators(istiod: RunningIstiod, caBundle: string): Promise<void> {
  const base = `${WEBHOOKS}/validatingwebhookconfigurations`;
  for (const configuration of await istiod.list<WebhookConfiguration>(base)) {
    const webhooks = (configuration.webhooks ?? []).map((webhook) =>
      calls(istiod, webhook)
        ? { ...webhook, failurePolicy: "Fail", clientConfig: { ...webhook.clientConfig, caBundle } }
        : webhook,
    );
    if (JSON.stringify(webhooks) === JSON.stringify(configuration.webhooks ?? [])) continue;
    await istiod.request("PUT", `${base}/${configuration.metadata.name}`, { ...configuration, webhooks });
  }
}

function calls({ name, namespace }: RunningIstiod, { clientConfig: { service } }: Webhook): boolean {
  return service?.name === name && service.namespace === namespace;
}

async function rootCertificates(istiod: RunningIstiod, ownCertificate: string): Promise<void> {
  const present = await istiod.list<ConfigMap>(
    `/api/v1/configmaps?fieldSelector=metadata.name%3D${ROOT_CERTIFICATE}`,
  );
  const served = new Set(present.map(({ metadata }) => metadata.namespace));
  const unserved = (await istiod.list<Namespace>("/api/v1/namespaces")).filter(
    ({ metadata: { name, deletionTimestamp } }) =>
      deletionTimestamp === undefined && !IGNORED.has(name) && !served.has(name),
  );
  if (unserved.length === 0) return;
  const root = (await rootOf(istiod)) ?? ownCertificate;
  for (const { metadata } of unserved) {
    await istiod.request("POST", `/api/v1/namespaces/${metadata.name}/configmaps`, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: ROOT_CERTIFICATE, labels: { "istio.io/config": "true" } },
      data: { "root-cert.pem": root },
    });
  }
}

/** The root of `cacerts`, where the mesh was given one. */
async function rootOf(istiod: RunningIstiod): Promise<string | undefined> {
  const { status, body } = await istiod.request(
    "GET",
    `/api/v1/namespaces/${istiod.namespace}/secrets/cacerts`,
  );
  if (status !== 200) return undefined;
  const { data = {} } = body as { readonly data?: Readonly<Record<string, string>> };
  const root = data["root-cert.pem"];
  return root === undefined ? undefined : Buffer.from(root, "base64").toString("utf8");
}
