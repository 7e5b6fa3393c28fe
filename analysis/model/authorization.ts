import ipaddr from "ipaddr.js";
import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import type { MeshObject } from "./mesh-object";

/** What an AuthorizationPolicy does with the requests that match it. */
export function actionOf(policy: MeshObject): string | Unknown {
  const action = policy.spec.get("action").text();
  return action === UNKNOWN ? UNKNOWN : (action ?? "ALLOW");
}

/** A place in an ALLOW policy that lets everyone in, and why it does. */
export interface Opening {
  readonly path: string;
  readonly why: string;
}

/** The parts of an ALLOW policy that let every caller in, and the places that cannot be judged yet. */
export interface Openness {
  readonly openings: readonly Opening[];
  readonly waits: readonly string[];
  /** Some rule matches every request there is: no source, no operation and no condition limits it. */
  readonly allowsEverything: boolean;
}

/** A policy without rules allows nothing; a rule without fields allows everything. */
export function opennessOf(policy: MeshObject): Openness {
  const openings: Opening[] = [];
  const waits: string[] = [];
  let allowsEverything = false;
  const rules = policy.spec.get("rules");
  if (rules.isUnknown) waits.push(rules.path);
  for (const rule of rules.items()) {
    if (rule.isUnknown) {
      waits.push(rule.path);
      continue;
    }
    if (isUnlimited(rule)) {
      allowsEverything = true;
      openings.push({ path: rule.path, why: "is empty and matches every request" });
      continue;
    }
    // A condition narrows the callers too, by a claim for example.
    if (rule.get("when").isUnknown || rule.get("when").items().length > 0) continue;
    for (const from of rule.get("from").items()) judgeSource(from.get("source"), openings, waits);
  }
  return { openings, waits, allowsEverything };
}

function isUnlimited(rule: Value): boolean {
  return ["from", "to", "when"].every((field) => {
    const value = rule.get(field);
    return !value.isUnknown && value.items().length === 0;
  });
}

/** The fields of a source, which must all match, with the test for a value that anyone meets. */
const anyone: readonly (readonly [field: string, matches: (value: string) => boolean])[] = [
  ["principals", (value) => /^\*+$/.test(value)],
  ["requestPrincipals", () => false],
  ["namespaces", (value) => /^\*+$/.test(value)],
  ["serviceAccounts", () => false],
  ["ipBlocks", isEveryAddress],
  ["remoteIpBlocks", isEveryAddress],
];

/**
 * A source is open when nothing in it narrows: one value that anyone meets makes its field meaningless, and only a
 * field that is not meaningless narrows.
 */
function judgeSource(source: Value, openings: Opening[], waits: string[]): void {
  if (source.isUnknown) {
    waits.push(source.path);
    return;
  }
  const found: Opening[] = [];
  for (const [field, matches] of anyone) {
    const list = source.get(field);
    if (list.isUnknown) {
      waits.push(list.path);
      return;
    }
    const values = list.items();
    if (values.length === 0) continue;
    const open = values.find((value) => {
      const text = value.text();
      return typeof text === "string" && matches(text);
    });
    if (open === undefined) {
      if (values.some((value) => value.isUnknown)) waits.push(list.path);
      return;
    }
    found.push({
      path: open.path,
      why: `names ${field} ${JSON.stringify(open.raw)}, which ${meaning(field)}`,
    });
  }
  const narrowed = source
    .entries()
    .some(([field, value]) => field.startsWith("not") && value.items().length > 0);
  if (!narrowed) openings.push(...found);
}

function meaning(field: string): string {
  if (field === "principals") return "is every caller with a certificate of the mesh";
  return field === "namespaces" ? "is every namespace" : "is every address";
}

function isEveryAddress(block: string): boolean {
  if (!block.includes("/")) return false;
  try {
    return ipaddr.parseCIDR(block)[1] === 0;
  } catch {
    return false;
  }
}
