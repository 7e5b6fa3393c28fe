import type { Value } from "../reader";
import { checkDuration } from "./virtual-service";
import { isLabel, isWildcardDomain, numberOf, textOf, textsOf } from "./names";
import { refuse, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkExportTo, checkSelector } from "./shared";

export const checkDestinationRule: AdmissionCheck = function* ({ spec, namespace }) {
  const host = spec.get("host").text();
  if (typeof host === "string" && !isWildcardDomain(host))
    yield refuse("spec.host", `${JSON.stringify(host)} is no host`);
  yield* checkPolicy(spec.get("trafficPolicy"));
  const names = new Set<string>();
  for (const subset of spec.get("subsets").items()) {
    const name = subset.get("name");
    const text = textOf(name);
    if (!name.isUnknown && !isLabel(text))
      yield refuse(name.path, `${JSON.stringify(text)} is no name of a subset`);
    if (text !== "" && names.has(text))
      yield refuse(name.path, `there are two subsets ${JSON.stringify(text)}`);
    names.add(text);
    yield* checkPolicy(subset.get("trafficPolicy"));
  }
  yield* checkExportTo(spec.get("exportTo"), String(namespace));
  yield* checkSelector(spec.get("workloadSelector"), "matchLabels");
  if (!spec.get("workloadSelector").isPresent) return;
  for (const [text, item] of textsOf(spec.get("exportTo"))) {
    if (text !== "." && text !== namespace)
      yield refuse(item.path, "a rule with a workloadSelector is for its own namespace only");
  }
};

const parts = ["loadBalancer", "connectionPool", "outlierDetection", "tls"];
const topParts = [...parts, "portLevelSettings", "tunnel", "proxyProtocol", "retryBudget"];

function* checkPolicy(policy: Value): Iterable<AdmissionProblem> {
  if (!policy.isPresent || policy.isUnknown) return;
  if (topParts.every((field) => !policy.get(field).isPresent))
    yield refuse(policy.path, "a traffic policy says something");
  if (policy.get("tunnel").isPresent && policy.get("proxyProtocol").isPresent)
    yield refuse(policy.get("tunnel").path, "tunnel and proxyProtocol exclude each other");
  yield* checkParts(policy);
  for (const port of policy.get("portLevelSettings").items()) {
    if (!port.get("port").isPresent) yield refuse(port.path, "it names no port");
    if (parts.every((field) => !port.get(field).isPresent))
      yield refuse(port.path, "a policy for a port says something");
    yield* checkParts(port);
  }
}

function* checkParts(policy: Value): Iterable<AdmissionProblem> {
  yield* checkTls(policy.get("tls"));
  yield* checkPool(policy.get("connectionPool"));
  yield* checkBalancer(policy.get("loadBalancer"));
  const outlier = policy.get("outlierDetection");
  for (const field of ["baseEjectionTime", "interval"]) yield* checkDuration(outlier.get(field));
  for (const field of ["maxEjectionPercent", "minHealthPercent"]) {
    const percent = numberOf(outlier.get(field));
    if (percent !== undefined && (percent < 0 || percent > 100))
      yield refuse(outlier.get(field).path, `${percent} is no percentage`);
  }
  const failures = outlier.get("consecutiveLocalOriginFailures");
  if ((numberOf(failures) ?? 0) > 0 && outlier.get("splitExternalLocalOriginErrors").boolean() !== true)
    yield refuse(failures.path, "it means something with splitExternalLocalOriginErrors: true only");
}

function* checkTls(tls: Value): Iterable<AdmissionProblem> {
  if (!tls.isPresent || tls.isUnknown) return;
  const mode = textOf(tls.get("mode"));
  const has = (field: string): boolean => tls.get(field).isPresent && tls.get(field).raw !== "";
  if (tls.get("insecureSkipVerify").boolean() === true) {
    const clash = [
      "caCertificates",
      "subjectAltNames",
      ...(mode === "SIMPLE" ? ["credentialName"] : []),
    ].find(has);
    if (clash !== undefined && (mode === "SIMPLE" || mode === "MUTUAL"))
      yield refuse(tls.get(clash).path, `insecureSkipVerify and ${clash} exclude each other`);
  }
  if (mode !== "SIMPLE" && mode !== "MUTUAL") return;
  if (has("credentialName")) {
    const clash = ["clientCertificate", "privateKey", "caCertificates", "caCrl"].find(has);
    if (clash !== undefined)
      yield refuse(tls.get(clash).path, `credentialName and ${clash} exclude each other`);
    return;
  }
  for (const field of mode === "MUTUAL" ? ["clientCertificate", "privateKey"] : [])
    if (!has(field)) yield refuse(tls.path, `mode MUTUAL needs ${field}`);
}

function* checkPool(pool: Value): Iterable<AdmissionProblem> {
  if (!pool.isPresent || pool.isUnknown) return;
  if (!pool.get("http").isPresent && !pool.get("tcp").isPresent)
    yield refuse(pool.path, "a connection pool has http or tcp settings");
  for (const protocol of ["http", "tcp"]) {
    for (const [field, value] of pool.get(protocol).entries()) {
      if ((numberOf(value) ?? 0) < 0) yield refuse(value.path, `${field} is less than 0`);
    }
  }
  yield* checkDuration(pool.get("http").get("idleTimeout"));
  for (const field of ["connectTimeout", "maxConnectionDuration"])
    yield* checkDuration(pool.get("tcp").get(field));
  if (
    pool.get("http").get("h2UpgradePolicy").text() === "UPGRADE" &&
    pool.get("http").get("useClientProtocol").boolean() === true
  )
    yield refuse(
      pool.get("http").get("useClientProtocol").path,
      "useClientProtocol and h2UpgradePolicy UPGRADE exclude each other",
    );
}

function* checkBalancer(balancer: Value): Iterable<AdmissionProblem> {
  if (!balancer.isPresent || balancer.isUnknown) return;
  const hash = balancer.get("consistentHash");
  const cookie = hash.get("httpCookie");
  if (
    cookie.isPresent &&
    !cookie.isUnknown &&
    !cookie.get("name").isUnknown &&
    textOf(cookie.get("name")) === ""
  )
    yield refuse(cookie.path, "the cookie has no name");
  const size = numberOf(hash.get("maglev").get("tableSize"));
  if (size !== undefined && (size >= 5_000_011 || !isPrime(size)))
    yield refuse(hash.get("maglev").path, `${size} is no prime below 5000011`);
  const locality = balancer.get("localityLbSetting");
  if (locality.get("distribute").items().length > 0 && locality.get("failover").items().length > 0)
    yield refuse(locality.path, "distribute and failover exclude each other");
  for (const each of locality.get("distribute").items()) {
    const weights = each
      .get("to")
      .entries()
      .map(([, value]) => numberOf(value));
    const total = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
    if (!weights.includes(undefined) && total !== 100)
      yield refuse(each.path, `the weights add up to ${total}; expected 100`);
  }
  for (const each of locality.get("failover").items()) {
    const [from, to] = [textOf(each.get("from")), textOf(each.get("to"))];
    if (from !== "" && from === to) yield refuse(each.path, "a region does not fail over to itself");
    if (/[/*]/.test(from + to)) yield refuse(each.path, "failover names regions alone");
  }
  if (locality.isPresent && balancer.get("zoneAwareLbSetting").isPresent)
    yield refuse(locality.path, "localityLbSetting and zoneAwareLbSetting exclude each other");
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}
