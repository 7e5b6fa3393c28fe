import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { checkDuration, checkPort } from "./checks";
import { checkClientTls } from "./client-tls";
import { checkPool } from "./connection-pool";
import { isFilled, isKnown, numberOf, textOf, textsOf } from "./fields";
import { checkLocality, checkZoneAware } from "./locality";
import { isHostAndPort, isLabel, isWildcardDomain } from "./names";
import { checkOutlierDetection } from "./outlier-detection";
import { Problems, type AdmissionProblem } from "./problem";

/** istiod lets no proxy wait longer for a connection: an hour. */
const LONGEST_CONNECT = 3_600_000;

const curves: ReadonlySet<string> = new Set([
  "",
  "P-224",
  "P-256",
  "P-384",
  "P-521",
  "X25519",
  "X25519Kyber768Draft00",
  "X25519MLKEM768",
]);

/**
 * What istiod refuses of a mesh configuration: it keeps to the one that it had, or does not start.
 *
 * @param mesh the configuration; what it leaves out has Istio's default
 */
export function meshConfigProblems(mesh: Value): readonly AdmissionProblem[] {
  const problems = new Problems();
  if (mesh.has("proxyListenPort")) checkPort(problems, mesh.get("proxyListenPort"));
  const connect = mesh.get("connectTimeout");
  checkDuration(problems, connect);
  const wait = milliseconds(connect);
  if (typeof wait === "number" && wait > LONGEST_CONNECT)
    problems.refuse(connect.path, "connectTimeout is an hour at most");
  const detect = milliseconds(mesh.get("protocolDetectionTimeout"));
  if (typeof detect === "number" && !Number.isInteger(Math.round(detect * 1e6) / 1e6))
    problems.refuse(mesh.get("protocolDetectionTimeout").path, "a duration is in whole milliseconds");
  checkProxy(problems, mesh.get("defaultConfig"));
  checkLocality(problems, mesh.get("localityLbSetting"));
  checkZoneAware(problems, mesh.get("zoneAwareLbSetting"));
  for (const settings of mesh.get("serviceSettings").items())
    for (const [text, item] of textsOf(settings.get("hosts")))
      if (!isWildcardDomain(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no host`);
  checkTrustDomains(problems, mesh);
  checkCurves(problems, mesh);
  checkPool(problems, mesh.get("defaultTrafficPolicy").get("connectionPool"));
  checkOutlierDetection(problems, mesh.get("defaultTrafficPolicy").get("outlierDetection"));
  return problems.all;
}

function checkTrustDomains(problems: Problems, mesh: Value): void {
  const own = mesh.get("trustDomain");
  for (const domain of [...(own.isPresent ? [own] : []), ...mesh.get("trustDomainAliases").items()])
    if (!domain.isUnknown && !isTrustDomain(textOf(domain)))
      problems.refuse(domain.path, `${JSON.stringify(textOf(domain))} is no trust domain`);
}

function isTrustDomain(text: string): boolean {
  const parts = text.split(".");
  return text !== "" && parts.every((part, at) => isLabel(part) || (part === "" && at === parts.length - 1));
}

function checkCurves(problems: Problems, mesh: Value): void {
  const own = mesh.get("meshMTLS").get("ecdhCurves");
  if (isFilled(own))
    problems.refuse(own.path, "curves are set in tlsDefaults; traffic inside the mesh has its own");
  const seen = new Set<string>();
  for (const [text, item] of textsOf(mesh.get("tlsDefaults").get("ecdhCurves"))) {
    if (!curves.has(text)) problems.warn(item.path, `${JSON.stringify(text)} is no curve that Istio knows`);
    else if (seen.has(text)) problems.warn(item.path, `${JSON.stringify(text)} is there twice`);
    seen.add(text);
  }
}

const addressFields = ["discoveryAddress", "statsdUdpAddress", "envoyMetricsServiceAddress"];

function checkProxy(problems: Problems, proxy: Value): void {
  const addresses = [
    ...addressFields.map((field) => proxy.get(field)),
    ...["envoyMetricsService", "envoyAccessLogService"].map((field) => proxy.get(field).get("address")),
  ];
  for (const address of addresses) if (isFilled(address)) checkAddress(problems, address);
  if (proxy.get("serviceCluster").text() === "")
    problems.refuse(proxy.get("serviceCluster").path, "the cluster of the service has a name");
  const drain = proxy.get("drainDuration");
  checkDuration(problems, drain);
  const time = milliseconds(drain);
  if (typeof time === "number" && time >= 1 && time % 1000 !== 0)
    problems.refuse(drain.path, "drainDuration is in whole seconds");
  for (const field of ["proxyAdminPort", "statusPort"]) checkPort(problems, proxy.get(field), false);
  const old = proxy.get("proxyMetadata").get("ISTIO_META_DNS_AUTO_ALLOCATE");
  if (old.isPresent)
    problems.warn(old.path, "ISTIO_META_DNS_AUTO_ALLOCATE is deprecated; istiod allocates addresses");
  const policy = proxy.get("controlPlaneAuthPolicy");
  if (isKnown(policy) && !["NONE", "MUTUAL_TLS", 0, 1].includes(policy.raw as string | number))
    problems.refuse(policy.path, "it is NONE or MUTUAL_TLS");
  checkTracing(problems, proxy.get("tracing"));
  checkKeyProvider(problems, proxy.get("privateKeyProvider"));
  checkConnections(problems, proxy.get("connectionSettings"));
}

function checkAddress(problems: Problems, address: Value): void {
  if (address.isUnknown) return;
  // A proxy fills in the address of its own node.
  if (!isHostAndPort(textOf(address).replace("$(HOST_IP)", "127.0.0.1")))
    problems.refuse(address.path, `${JSON.stringify(textOf(address))} is not of the form host:port`);
}

function checkTracing(problems: Problems, tracing: Value): void {
  for (const tracer of ["zipkin", "datadog", "lightstep"]) {
    const settings = tracing.get(tracer);
    if (!isKnown(settings)) continue;
    checkAddress(problems, settings.get("address"));
    if (tracer === "lightstep" && !isFilled(settings.get("accessToken")))
      problems.refuse(settings.path, "Lightstep needs an accessToken");
  }
  checkClientTls(problems, tracing.get("tlsSettings"), "");
}

function checkKeyProvider(problems: Problems, provider: Value): void {
  if (!isKnown(provider)) return;
  const chosen = ["cryptomb", "qat"].find((field) => provider.has(field));
  if (chosen === undefined) {
    problems.refuse(provider.path, "a provider of private keys is cryptomb or qat");
    return;
  }
  const delay = provider.get(chosen).get("pollDelay");
  if (!delay.isUnknown && (!delay.isPresent || milliseconds(delay) === 0))
    problems.refuse(provider.get(chosen).path, "it has a pollDelay of more than 0");
}

/** Limits and the least that each may be. */
const limits: readonly (readonly [string, number])[] = [
  ["listenerPerConnectionBufferLimitBytes", 0],
  ["clusterPerConnectionBufferLimitBytes", 0],
  ["httpMaxConcurrentStreams", 1],
  ["http2InitialStreamWindowSize", 65_535],
  ["http2InitialConnectionWindowSize", 65_535],
  ["listenerConnectionLimit", 1],
  ["globalDownstreamConnectionLimit", 1],
];

const times = [
  ...["httpIdleTimeout", "httpMaxConnectionDuration", "httpDrainTimeout", "httpRequestTimeout"],
  ...["httpRequestHeadersTimeout", "httpStreamIdleTimeout", "httpMaxStreamDuration"],
];

function checkConnections(problems: Problems, settings: Value): void {
  for (const [field, least] of limits) {
    const value = settings.get(field);
    const number = numberOf(value);
    if (number !== undefined && number < least)
      problems.refuse(value.path, `${number} is too small; expected ${least} or more`);
  }
  for (const field of times) {
    const time = milliseconds(settings.get(field));
    if (typeof time === "number" && time < 0)
      problems.refuse(settings.get(field).path, "a duration is not less than 0");
  }
}
