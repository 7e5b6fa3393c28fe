import type { Value } from "../reader";
import { checkTexts } from "./checks";
import { checkAccounts, checkAddresses, checkPortTexts, checkWildcards } from "./matchers";
import type { Problems } from "./problem";

type Check = (problems: Problems, list: Value) => void;

const anything: Check = () => [];

/** What a condition can look at, and the values that each takes. */
const attributes: ReadonlyMap<string, Check> = new Map([
  ["source.ip", checkAddresses],
  ["remote.ip", checkAddresses],
  ["source.namespace", anything],
  ["source.serviceAccount", checkAccounts],
  ["source.principal", anything],
  ["source.trustDomain", checkWildcards],
  ["request.auth.principal", anything],
  ["request.auth.audiences", anything],
  ["request.auth.presenter", anything],
  ["destination.ip", checkAddresses],
  ["destination.port", checkPortTexts],
  ["connection.sni", anything],
]);

/** Attributes with a name in brackets, `request.headers[x-user]`. */
const named = ["request.headers", "request.auth.claims", "experimental.envoy.filters."];

/** Attributes of older versions, and what replaces them. */
const replaced: ReadonlyMap<string, string> = new Map([
  ["destination.namespace", "the policy's own namespace says it"],
  ["destination.labels", "the policy's selector says it"],
  ["destination.name", "the policy's selector says it"],
  ["destination.user", "the policy's selector says it"],
]);

/** @see https://istio.io/latest/docs/reference/config/security/conditions/ */
export function checkAttribute(problems: Problems, condition: Value, key: string): void {
  const at = condition.get("key").path;
  const lists = [condition.get("values"), condition.get("notValues")];
  for (const list of lists) checkTexts(problems, list);
  if (named.some((prefix) => key.startsWith(prefix))) {
    if (!hasName(key)) problems.refuse(at, `${JSON.stringify(key)} has no name in brackets`);
    return;
  }
  const reason = replaced.get(key.startsWith("destination.labels") ? "destination.labels" : key);
  const check = attributes.get(key);
  if (check !== undefined) for (const list of lists) check(problems, list);
  else if (reason !== undefined) problems.refuse(at, `${JSON.stringify(key)} is gone: ${reason}`);
  else problems.refuse(at, `${JSON.stringify(key)} is no attribute`);
}

function hasName(key: string): boolean {
  const open = key.indexOf("[");
  return key.endsWith("]") && open > 0 && open < key.length - 2;
}
