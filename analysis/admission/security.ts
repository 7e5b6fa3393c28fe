import { isAddressOrRange, isPort, numberOf, textOf, textsOf } from "./names";
import { refuse, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkSelector, checkTargets } from "./shared";
import type { Value } from "../reader";

export const checkAuthorizationPolicy: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  const action = textOf(spec.get("action")) || "ALLOW";
  const rules = spec.get("rules");
  if (spec.get("action").isUnknown || rules.isUnknown) return;
  if ((action === "CUSTOM" || action === "DENY") && !rules.isPresent)
    yield refuse("spec", `action ${action} without rules never holds; write rules: [{}] for every request`);
  const provider = spec.get("provider");
  if (
    action === "CUSTOM" &&
    !provider.isUnknown &&
    !provider.get("name").isUnknown &&
    textOf(provider.get("name")) === ""
  )
    yield refuse("spec.provider", "action CUSTOM names a provider");
  if (action !== "CUSTOM" && provider.isPresent)
    yield refuse("spec.provider", `a provider is for action CUSTOM, not ${action}`);
  for (const rule of rules.items()) yield* checkRule(rule, action);
};

const identities = [
  "namespaces",
  "serviceAccounts",
  "trustDomains",
  "principals",
  "requestPrincipals",
].flatMap((field) => [field, `not${field.charAt(0).toUpperCase()}${field.slice(1)}`]);
const blocks = ["ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"];

function* checkRule(rule: Value, action: string): Iterable<AdmissionProblem> {
  for (const field of ["from", "to"])
    if (Array.isArray(rule.get(field).raw) && rule.get(field).items().length === 0)
      yield refuse(rule.get(field).path, `${field} is empty`);
  for (const from of rule.get("from").items()) {
    const source = from.get("source");
    if (source.isUnknown || from.isUnknown) continue;
    yield* checkMatchers(from, source, "source");
    const custom =
      action === "CUSTOM" ? identities.find((field) => source.get(field).items().length > 0) : undefined;
    if (custom !== undefined) yield refuse(source.get(custom).path, `action CUSTOM does not know ${custom}`);
    const wide = ["principals", "notPrincipals", "namespaces", "notNamespaces"].some(
      (field) => source.get(field).items().length > 0,
    );
    if (wide && source.get("serviceAccounts").items().length > 0)
      yield refuse(
        source.get("serviceAccounts").path,
        "serviceAccounts stand without principals and namespaces",
      );
    for (const field of blocks)
      for (const [text, item] of textsOf(source.get(field)))
        if (!isAddressOrRange(text)) yield refuse(item.path, `${JSON.stringify(text)} is no address`);
  }
  for (const to of rule.get("to").items()) {
    const operation = to.get("operation");
    if (operation.isUnknown || to.isUnknown) continue;
    yield* checkMatchers(to, operation, "operation");
    for (const field of ["ports", "notPorts"])
      for (const [text, item] of textsOf(operation.get(field)))
        if (!isPort(Number(text))) yield refuse(item.path, `${JSON.stringify(text)} is no port number`);
  }
  for (const condition of rule.get("when").items()) {
    if (condition.isUnknown || condition.get("values").isUnknown || condition.get("notValues").isUnknown)
      continue;
    if (condition.get("values").items().length + condition.get("notValues").items().length === 0)
      yield refuse(condition.path, "a condition has values or notValues");
  }
}

function* checkMatchers(parent: Value, block: Value, name: string): Iterable<AdmissionProblem> {
  if (!block.isPresent) yield refuse(parent.path, `it has no ${name}`);
  else if (block.entries().every(([, list]) => Array.isArray(list.raw) && list.items().length === 0))
    yield refuse(block.path, `the ${name} is empty`);
  for (const [, list] of block.entries())
    for (const [text, item] of textsOf(list)) if (text === "") yield refuse(item.path, "a value is empty");
}

export const checkRequestAuthentication: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  for (const rule of spec.get("jwtRules").items()) {
    if (rule.isUnknown || rule.get("issuer").isUnknown || rule.get("jwksUri").isUnknown) continue;
    if (textOf(rule.get("issuer")) === "" && textOf(rule.get("jwksUri")) === "")
      yield refuse(rule.path, "a rule has an issuer or a jwksUri");
    const uri = textOf(rule.get("jwksUri"));
    if (uri !== "" && !/^https?:\/\/[^/]+/.test(uri))
      yield refuse(rule.get("jwksUri").path, `${JSON.stringify(uri)} is no URL of keys`);
    for (const field of ["audiences", "fromParams", "fromCookies"])
      for (const [text, item] of textsOf(rule.get(field)))
        if (text === "") yield refuse(item.path, "a value is empty");
    const jwks = textOf(rule.get("jwks"));
    if (jwks !== "" && !isJson(jwks)) yield refuse(rule.get("jwks").path, "the keys do not parse");
  }
};

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

export const checkPeerAuthentication: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  const ports = spec.get("portLevelMtls").entries();
  for (const [port, value] of ports)
    if (!isPort(Number(port))) yield refuse(value.path, `${JSON.stringify(port)} is no port number`);
};

export const checkTelemetry: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  for (const section of ["accessLogging", "tracing", "metrics"]) {
    for (const entry of spec.get(section).items()) {
      for (const provider of entry.get("providers").items())
        if (!provider.isUnknown && !provider.get("name").isUnknown && textOf(provider.get("name")) === "")
          yield refuse(provider.path, "a provider has no name");
      const share = numberOf(entry.get("randomSamplingPercentage"));
      if (share !== undefined && (share < 0 || share > 100))
        yield refuse(entry.get("randomSamplingPercentage").path, `${share} is no percentage`);
    }
  }
};

export const checkWasmPlugin: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  const url = spec.get("url");
  const text = textOf(url);
  if (!url.isUnknown && text === "") yield refuse("spec.url", "a WasmPlugin has a URL");
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme !== undefined && !["file", "http", "https", "oci"].includes(scheme))
    yield refuse(url.path, `${JSON.stringify(scheme)} is no scheme for a WasmPlugin`);
  const sum = textOf(spec.get("sha256"));
  if (sum !== "" && !/^[a-f0-9]{64}$/.test(sum))
    yield refuse("spec.sha256", "a sum has 64 digits of a-f and 0-9");
};

export const checkProxyConfig: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  if ((numberOf(spec.get("concurrency")) ?? 0) < 0)
    yield refuse("spec.concurrency", "concurrency is less than 0");
};
