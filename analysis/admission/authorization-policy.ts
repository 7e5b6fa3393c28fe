import type { Value } from "../reader";
import { checkTexts } from "./checks";
import {
  checkFields,
  fieldChecks,
  filled,
  isBlank,
  isFilled,
  isKnown,
  textOf,
  textsOf,
  type FieldCheck,
} from "./fields";
import { checkAttribute } from "./attributes";
import {
  checkAccounts,
  checkAddresses,
  checkPathTemplate,
  checkPortTexts,
  checkTrustDomains,
} from "./matchers";
import type { AdmissionCheck, Problems } from "./problem";
import { checkSelector, checkTargets } from "./shared";

const DRY_RUN = "istio.io/dry-run";

export const checkAuthorizationPolicy: AdmissionCheck = (problems, { spec, annotations }) => {
  checkSelector(problems, spec.get("selector"), "matchLabels");
  checkTargets(problems, spec);
  const rules = spec.get("rules");
  if (spec.get("action").isUnknown) return;
  const action = textOf(spec.get("action")) || "ALLOW";
  checkDryRun(problems, annotations.get(DRY_RUN), action);
  if ((action === "CUSTOM" || action === "DENY") && isBlank(rules))
    problems.refuse(
      "spec",
      `action ${action} without rules never holds; write rules: [{}] for every request`,
    );
  const provider = spec.get("provider");
  if (action === "CUSTOM" && isFilled(rules) && (!provider.isPresent || isBlank(provider.get("name"))))
    problems.refuse("spec.provider", "action CUSTOM names a provider");
  if (action !== "CUSTOM" && provider.isPresent)
    problems.refuse("spec.provider", `a provider is for action CUSTOM, not ${action}`);
  for (const rule of rules.items()) if (!rule.isUnknown) checkRule(problems, rule, action);
};

function checkDryRun(problems: Problems, annotation: Value, action: string): void {
  if (!isKnown(annotation)) return;
  if (action !== "ALLOW" && action !== "DENY")
    problems.refuse(annotation.path, `a dry run is for ALLOW and DENY, not for ${action}`);
  else if (!/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(textOf(annotation)))
    problems.refuse(annotation.path, `${JSON.stringify(textOf(annotation))} is neither true nor false`);
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
const sourceChecks = fieldChecks([
  ...checkedBy(addresses, checkAddresses),
  ...checkedBy(accounts, checkAccounts),
  ...checkedBy(trustDomains, checkTrustDomains),
  ...checkedBy(callerTexts, checkTexts),
]);
const operationChecks = fieldChecks([
  ...checkedBy(ports, checkPortTexts),
  ...checkedBy(operationTexts, checkTexts),
  ...checkedBy(paths, checkPaths),
]);

function checkRule(problems: Problems, rule: Value, action: string): void {
  for (const from of rule.get("from").items()) if (!from.isUnknown) checkSource(problems, from, action);
  for (const to of rule.get("to").items()) if (!to.isUnknown) checkOperation(problems, to);
  for (const condition of rule.get("when").items())
    if (!condition.isUnknown) checkCondition(problems, condition, action);
}

function checkSource(problems: Problems, from: Value, action: string): void {
  const source = from.get("source");
  if (!source.isPresent) problems.refuse(from.path, "it has no source");
  if (!isKnown(source)) return;
  if (filled(source, sourceFields).length === 0) problems.refuse(source.path, "the source is empty");
  if (action === "CUSTOM")
    for (const field of filled(source, identities))
      problems.refuse(source.get(field).path, `action CUSTOM does not know ${field}`);
  const [account] = filled(source, accounts);
  if (account !== undefined && filled(source, callers).length > 0)
    problems.refuse(source.get(account).path, `${account} stands without principals and namespaces`);
  checkFields(problems, source, sourceChecks);
}

function checkOperation(problems: Problems, to: Value): void {
  const operation = to.get("operation");
  if (!operation.isPresent) problems.refuse(to.path, "it has no operation");
  if (!isKnown(operation)) return;
  if (filled(operation, operationFields).length === 0)
    problems.refuse(operation.path, "the operation is empty");
  checkFields(problems, operation, operationChecks);
}

function checkPaths(problems: Problems, list: Value): void {
  for (const [path, item] of textsOf(list)) checkPathTemplate(problems, path, item.path);
}

function checkCondition(problems: Problems, condition: Value, action: string): void {
  const key = condition.get("key");
  if (key.isUnknown) return;
  const text = textOf(key);
  if (text === "") {
    problems.refuse(condition.path, "a condition has a key");
    return;
  }
  const isOfCaller =
    ["source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal"].includes(text) ||
    text.startsWith("request.auth.");
  if (action === "CUSTOM" && isOfCaller) problems.refuse(key.path, `action CUSTOM does not know ${text}`);
  if (isBlank(condition.get("values")) && isBlank(condition.get("notValues")))
    problems.refuse(condition.path, "a condition has values or notValues");
  else checkAttribute(problems, condition, text);
}
