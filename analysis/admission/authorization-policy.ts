import type { Value } from "../reader";
import { checkTexts } from "./checks";
import { checkFields, filled, isBlank, isFilled, isKnown, textOf, textsOf, type FieldCheck } from "./fields";
import { checkAttribute } from "./attributes";
import {
  checkAccounts,
  checkAddresses,
  checkPathTemplate,
  checkPortTexts,
  checkTrustDomains,
} from "./matchers";
import { refuse, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkSelector, checkTargets } from "./shared";

const DRY_RUN = "istio.io/dry-run";

export const checkAuthorizationPolicy: AdmissionCheck = function* ({ spec, annotations }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  const rules = spec.get("rules");
  if (spec.get("action").isUnknown) return;
  const action = textOf(spec.get("action")) || "ALLOW";
  yield* checkDryRun(annotations.get(DRY_RUN), action);
  if ((action === "CUSTOM" || action === "DENY") && isBlank(rules))
    yield refuse("spec", `action ${action} without rules never holds; write rules: [{}] for every request`);
  const provider = spec.get("provider");
  if (action === "CUSTOM" && isFilled(rules) && (!provider.isPresent || isBlank(provider.get("name"))))
    yield refuse("spec.provider", "action CUSTOM names a provider");
  if (action !== "CUSTOM" && provider.isPresent)
    yield refuse("spec.provider", `a provider is for action CUSTOM, not ${action}`);
  for (const rule of rules.items()) if (!rule.isUnknown) yield* checkRule(rule, action);
};

function* checkDryRun(annotation: Value, action: string): Iterable<AdmissionProblem> {
  if (!isKnown(annotation)) return;
  if (action !== "ALLOW" && action !== "DENY")
    yield refuse(annotation.path, `a dry run is for ALLOW and DENY, not for ${action}`);
  else if (!/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(textOf(annotation)))
    yield refuse(annotation.path, `${JSON.stringify(textOf(annotation))} is neither true nor false`);
}

/** The positive and the negative form of matchers. */
function both(...fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => [field, `not${field.charAt(0).toUpperCase()}${field.slice(1)}`]);
}

const addresses = both("ipBlocks", "remoteIpBlocks");
const accounts = both("serviceAccounts");
const trustDomains = both("trustDomains");
const identities = both("principals", "requestPrincipals", "namespaces", "serviceAccounts", "trustDomains");
const sourceFields = [...addresses, ...identities];
const callers = both("principals", "namespaces");
const callerTexts = both("principals", "requestPrincipals", "namespaces");
const ports = both("ports");
const paths = both("paths");
const operationTexts = both("methods", "paths", "hosts");
const operationFields = [...ports, ...operationTexts];

const checkedBy = (fields: readonly string[], check: FieldCheck) =>
  fields.map((field) => [field, check] as const);
const sourceChecks = [
  ...checkedBy(addresses, checkAddresses),
  ...checkedBy(accounts, checkAccounts),
  ...checkedBy(trustDomains, checkTrustDomains),
  ...checkedBy(callerTexts, checkTexts),
];
const operationChecks = [
  ...checkedBy(ports, checkPortTexts),
  ...checkedBy(operationTexts, checkTexts),
  ...checkedBy(paths, checkPaths),
];

function* checkRule(rule: Value, action: string): Iterable<AdmissionProblem> {
  for (const from of rule.get("from").items()) if (!from.isUnknown) yield* checkSource(from, action);
  for (const to of rule.get("to").items()) if (!to.isUnknown) yield* checkOperation(to);
  for (const condition of rule.get("when").items())
    if (!condition.isUnknown) yield* checkCondition(condition, action);
}

function* checkSource(from: Value, action: string): Iterable<AdmissionProblem> {
  const source = from.get("source");
  if (!source.isPresent) yield refuse(from.path, "it has no source");
  if (!isKnown(source)) return;
  if (filled(source, sourceFields).length === 0) yield refuse(source.path, "the source is empty");
  if (action === "CUSTOM")
    for (const field of filled(source, identities))
      yield refuse(source.get(field).path, `action CUSTOM does not know ${field}`);
  const [account] = filled(source, accounts);
  if (account !== undefined && filled(source, callers).length > 0)
    yield refuse(source.get(account).path, `${account} stands without principals and namespaces`);
  yield* checkFields(source, sourceChecks);
}

function* checkOperation(to: Value): Iterable<AdmissionProblem> {
  const operation = to.get("operation");
  if (!operation.isPresent) yield refuse(to.path, "it has no operation");
  if (!isKnown(operation)) return;
  if (filled(operation, operationFields).length === 0) yield refuse(operation.path, "the operation is empty");
  yield* checkFields(operation, operationChecks);
}

function* checkPaths(list: Value): Iterable<AdmissionProblem> {
  for (const [path, item] of textsOf(list)) yield* checkPathTemplate(path, item.path);
}

function* checkCondition(condition: Value, action: string): Iterable<AdmissionProblem> {
  const key = condition.get("key");
  if (key.isUnknown) return;
  const text = textOf(key);
  if (text === "") {
    yield refuse(condition.path, "a condition has a key");
    return;
  }
  const isOfCaller =
    ["source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal"].includes(text) ||
    text.startsWith("request.auth.");
  if (action === "CUSTOM" && isOfCaller) yield refuse(key.path, `action CUSTOM does not know ${text}`);
  if (isBlank(condition.get("values")) && isBlank(condition.get("notValues")))
    yield refuse(condition.path, "a condition has values or notValues");
  else yield* checkAttribute(condition, text);
}
