import type { SchemaNode } from "./node";
import { fieldPath, isWithin, itemPath } from "./path";
import type { Findings } from "./structure";
import { isFields, isOpaque, show } from "./value";

/** Whether every rule holds for certain: true of nearly all that is written, and told without paths. */
export function meetsRules(value: unknown, node: SchemaNode): boolean {
  if (!node.hasRules || value === null || value === undefined) return true;
  if (isOpaque(value)) return false;
  for (const rule of node.rules)
    if (!rule.isTransition && rule.judge(value, node).holds !== true) return false;
  if (Array.isArray(value)) {
    const { items } = node;
    return items?.hasRules !== true || value.every((item) => meetsRules(item, items));
  }
  if (!isFields(value)) return true;
  for (const [name, child] of node.ruled) if (!meetsRules(value[name], child)) return false;
  const { additional } = node;
  if (additional?.hasRules !== true) return true;
  return Object.keys(value).every(
    (name) => node.properties?.has(name) === true || meetsRules(value[name], additional),
  );
}

/**
 * Asks the CEL rules of a schema, from the top down. A value that holds something of the wrong type is not asked about:
 * its rules would only repeat the problem in harder words.
 */
export function checkRules(value: unknown, node: SchemaNode, path: string, findings: Findings): void {
  if (!node.hasRules || value === null || value === undefined) return;
  if (isOpaque(value)) {
    findings.waiting += node.rules.length;
    return;
  }
  if (node.rules.length > 0 && !findings.blocked.some((blocked) => isWithin(blocked, path))) {
    askRules(value, node, path, findings);
  }
  if (Array.isArray(value)) {
    const { items } = node;
    if (items?.hasRules === true)
      value.forEach((item, index) => checkRules(item, items, itemPath(path, index), findings));
  } else if (isFields(value)) {
    for (const name of Object.keys(value)) {
      const child = node.properties?.get(name) ?? node.additional;
      if (child?.hasRules === true) checkRules(value[name], child, fieldPath(path, name), findings);
    }
  }
}

function askRules(value: unknown, node: SchemaNode, path: string, findings: Findings): void {
  for (const rule of node.rules) {
    if (rule.isTransition) continue;
    const verdict = rule.judge(value, node);
    if (verdict.holds === "unknown") findings.waiting++;
    if (verdict.holds !== false) continue;
    findings.problems.push({
      kind: "cel",
      path: path + (rule.source.fieldPath ?? ""),
      message: verdict.message,
      got: show(value),
      rule: rule.source.rule,
    });
  }
}
