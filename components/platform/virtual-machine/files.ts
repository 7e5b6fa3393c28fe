import { dump, load } from "js-yaml";
import { sortedRecord } from "../../intent/sorted-record";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import { type VirtualMachineBootstrapArgs, isIpAddress } from "./args";

type Fields = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** What a machine is told, once every value is known. */
export interface VirtualMachineSettings extends Omit<
  VirtualMachineBootstrapArgs,
  "meshConfig" | "rootCertificatePem" | "ingressAddress" | "token"
> {
  readonly meshConfig: string;
  readonly ingressAddress: string;
}

/** The files of a machine, by the names that `istioctl x workload entry configure` gives them. */
export interface VirtualMachineFiles {
  readonly "cluster.env": string;
  readonly "mesh.yaml": string;
  readonly hosts: string;
}

/** Ports of the proxy and of its agent, and that of ssh: a machine must stay within reach whatever its proxy does. */
const NEVER_CAPTURED = [22, 15090, 15021];
const STATUS_PORT = 15020;

/** The annotation of a workload that changes its proxy, YAML. */
const PROXY_CONFIG = "proxy.istio.io/config";

/** What `istioctl x workload entry configure` would write for the same group and mesh. */
export function virtualMachineFiles(settings: VirtualMachineSettings): VirtualMachineFiles {
  const proxyConfig = proxyConfigOf(settings);
  return {
    "cluster.env": clusterEnv(settings, proxyConfig),
    "mesh.yaml": dump({ defaultConfig: proxyConfig }, { sortKeys: true, lineWidth: -1 }),
    hosts: hosts(settings),
  };
}

/** Host under which proxies know a control plane. */
function istiodHost({ namespace = DEFAULT_ROOT_NAMESPACE, revision }: VirtualMachineSettings): string {
  return `istiod${isNamed(revision) ? `-${revision}` : ""}.${namespace}.svc`;
}

function isNamed(revision: string | undefined): revision is string {
  return revision !== undefined && revision !== "" && revision !== "default";
}

function hosts(settings: VirtualMachineSettings): string {
  const { ingressAddress } = settings;
  if (ingressAddress === "") return "";
  if (!isIpAddress(ingressAddress)) {
    throw new Error(
      `the address of the gateway, ${JSON.stringify(ingressAddress)}, is a name: a hosts file takes an IP address. Leave ingressAddress out, and let DNS lead ${istiodHost(settings)} there`,
    );
  }
  return `${ingressAddress} ${istiodHost(settings)}\n`;
}

/** The proxy's settings: those of the mesh, over them those of the group, over them what it is. */
function proxyConfigOf(settings: VirtualMachineSettings): Fields {
  const { workloadGroup: group } = settings;
  const mesh = yamlOf(settings.meshConfig);
  const given = camelCased(fieldsOf(mesh["defaultConfig"]));
  const annotated = [group.metadata.annotations, group.spec.metadata?.annotations].flatMap((annotations) => {
    const text = annotations?.[PROXY_CONFIG];
    return text === undefined ? [] : [camelCased(yamlOf(text))];
  });
  // A field is replaced as a whole, and only the metadata is laid together.
  const merged: Fields = Object.assign({}, given, ...annotated) as Fields;
  const metadata = Object.assign(
    {},
    ...[given, ...annotated].map((each) => fieldsOf(each["proxyMetadata"])),
  ) as Fields;
  return {
    ...merged,
    ...(isNamed(settings.revision) &&
      (merged["discoveryAddress"] ?? "") === "" && { discoveryAddress: `${istiodHost(settings)}:15012` }),
    ...(group.spec.probe && { readinessProbe: group.spec.probe }),
    proxyMetadata: { ...metadata, ...identity(settings, mesh, merged) },
  };
}

/** What the machine's proxy says of itself to istiod. */
function identity(settings: VirtualMachineSettings, mesh: Fields, proxyConfig: Fields): Texts {
  const { workloadGroup: group, autoRegister = true, captureDns = true } = settings;
  const { template } = group.spec;
  const labels = { ...group.spec.metadata?.labels, ...template.labels };
  const name = first(labels, ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"]);
  const revision = first(labels, [
    "service.istio.io/canonical-revision",
    "app.kubernetes.io/version",
    "version",
  ]);
  const canonical = { name: name ?? group.metadata.name, revision: revision ?? "latest" };
  const ports = Object.entries(template.ports ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    CANONICAL_SERVICE: canonical.name,
    CANONICAL_REVISION: canonical.revision,
    POD_NAMESPACE: group.metadata.namespace ?? "",
    SERVICE_ACCOUNT: accountOf(settings),
    TRUST_DOMAIN: textOf(mesh["trustDomain"] ?? mesh["trust_domain"]),
    ISTIO_META_CLUSTER_ID: settings.clusterName ?? "Kubernetes",
    ISTIO_META_MESH_ID: textOf(proxyConfig["meshId"]),
    ISTIO_META_NETWORK: template.network ?? "",
    ...(ports.length > 0 && {
      ISTIO_META_POD_PORTS: JSON.stringify(
        ports.map(([port, containerPort]) => ({ name: port, containerPort, protocol: "" })),
      ),
    }),
    ISTIO_META_WORKLOAD_NAME: group.metadata.name,
    ISTIO_METAJSON_LABELS: JSON.stringify(
      sortedRecord({
        ...labels,
        "service.istio.io/canonical-name": canonical.name,
        "service.istio.io/canonical-revision": canonical.revision,
      }),
    ),
    ...(captureDns && { ISTIO_META_DNS_CAPTURE: "true" }),
    ...(autoRegister && { ISTIO_META_AUTO_REGISTER_GROUP: group.metadata.name }),
  };
}

/** The environment in which the proxy starts, as a shell reads it. */
function clusterEnv(settings: VirtualMachineSettings, proxyConfig: Fields): string {
  const { workloadGroup: group, namespace = DEFAULT_ROOT_NAMESPACE, revision } = settings;
  const ports = Object.values(group.spec.template.ports ?? {}).sort((a, b) => a - b);
  const status = Number(proxyConfig["statusPort"] ?? 0);
  const variables: Texts = {
    ...(proxyConfig["proxyMetadata"] as Texts),
    ISTIO_INBOUND_PORTS: ports.length > 0 ? ports.join(",") : "*",
    ISTIO_NAMESPACE: group.metadata.namespace ?? "",
    ISTIO_SERVICE: `${group.metadata.name}.${group.metadata.namespace ?? ""}`,
    ISTIO_SERVICE_CIDR: "*",
    ISTIO_LOCAL_EXCLUDE_PORTS: [
      ...NEVER_CAPTURED,
      ...(NEVER_CAPTURED.includes(status) ? [] : [status === 0 ? STATUS_PORT : status]),
    ].join(","),
    SERVICE_ACCOUNT: accountOf(settings),
    ...(isNamed(revision) && { CA_ADDR: `istiod-${revision}.${namespace}.svc:15012` }),
    ...(settings.internalAddress !== undefined
      ? { ISTIO_SVC_IP: settings.internalAddress }
      : settings.externalAddress !== undefined && {
          ISTIO_SVC_IP: settings.externalAddress,
          REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION: "true",
        }),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .sort()
    .join("");
}

/** The service account of a group. */
export function accountOf({ workloadGroup }: Pick<VirtualMachineBootstrapArgs, "workloadGroup">): string {
  const { serviceAccount } = workloadGroup.spec.template;
  return serviceAccount === undefined || serviceAccount === "" ? "default" : serviceAccount;
}

/** As `istioctl` quotes: nearly everything. */
function quoted(value: string): string {
  return value === "" || /[^\\w@%+=:,./-]/.test(value) ? `'${value.replaceAll("'", `'"'"'`)}'` : value;
}

function first(labels: Texts, keys: readonly string[]): string | undefined {
  const key = keys.find((each) => Object.hasOwn(labels, each));
  return key === undefined ? undefined : labels[key];
}

/** An empty text is an empty document. */
function yamlOf(text: string): Fields {
  return text.trim() === "" ? {} : fieldsOf(load(text));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Protobuf reads a field by either of its names. */
function camelCased(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
