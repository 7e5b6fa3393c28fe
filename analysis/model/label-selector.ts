import { UNKNOWN } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { includesAll, readLabels } from "./labels";

/**
 * Whether a Kubernetes `LabelSelector` (`matchLabels` and `matchExpressions`) picks an object with these labels; a
 * selector that is absent or empty picks all. `undefined` where the selector is not known well enough.
 */
export function selectorPicks(selector: Value, labels: ReadonlyMap<string, string>): boolean | undefined {
  if (selector.isUnknown) return undefined;
  const wanted = readLabels(selector.get("matchLabels"));
  if (!includesAll(labels, wanted.known)) return false;
  let unclear = wanted.open;
  for (const expression of selector.get("matchExpressions").items()) {
    const answer = expressionPicks(expression, labels);
    if (answer === false) return false;
    if (answer === undefined) unclear = true;
  }
  return unclear ? undefined : true;
}

function expressionPicks(expression: Value, labels: ReadonlyMap<string, string>): boolean | undefined {
  const key = known(expression.get("key").text());
  const operator = known(expression.get("operator").text());
  const list = expression.get("values");
  const values = list.items().map((item) => item.text());
  if (key === undefined || operator === undefined || list.isUnknown || values.includes(UNKNOWN))
    return undefined;
  const value = labels.get(key);
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  if (operator === "In") return value !== undefined && values.includes(value);
  return value === undefined || !values.includes(value);
}
