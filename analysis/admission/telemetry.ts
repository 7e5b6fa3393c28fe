import type { Value } from "../reader";
import { loadCel } from "../schema/cel/lazy";
import { checkNamed } from "./checks";
import { isBlank, isFilled, isKnown, numberOf, textOf } from "./fields";
import type { AdmissionCheck, Problems } from "./problem";
import { checkSelector, checkTargets } from "./shared";

export const checkTelemetry: AdmissionCheck = (problems, { spec }) => {
  checkSelector(problems, spec.get("selector"), "matchLabels");
  checkTargets(problems, spec);
  for (const section of ["accessLogging", "tracing", "metrics"])
    for (const entry of spec.get(section).items())
      for (const provider of entry.get("providers").items())
        checkNamed(problems, provider, "name", "a provider has no name");
  const tracing = spec.get("tracing");
  if (tracing.items().length > 1)
    problems.warn(tracing.path, "one entry of tracing is followed; there are more");
  for (const entry of tracing.items()) checkTracing(problems, entry);
  for (const entry of spec.get("metrics").items())
    for (const override of entry.get("overrides").items()) checkOverride(problems, override);
  for (const entry of spec.get("accessLogging").items()) checkFilter(problems, entry.get("filter"));
};

/** What a tag is taken from, and the field that says it. */
const tagSources = [
  ["literal", "value"],
  ["header", "name"],
  ["environment", "name"],
] as const;

function checkTracing(problems: Problems, entry: Value): void {
  if (entry.get("providers").items().length > 1)
    problems.warn(entry.get("providers").path, "one provider of tracing is followed; there are more");
  const share = entry.get("randomSamplingPercentage");
  const percent = numberOf(share);
  if (percent !== undefined && (percent < 0 || percent > 100))
    problems.refuse(share.path, `${percent} is no percentage`);
  for (const [name, tag] of entry.get("customTags").entries()) {
    if (name === "") problems.refuse(tag.path, "a tag has no name");
    for (const [source, field] of tagSources)
      checkNamed(problems, tag.get(source), field, `the tag's ${source} has no ${field}`);
  }
}

function checkOverride(problems: Problems, override: Value): void {
  for (const [name, tag] of override.get("tagOverrides").entries()) {
    if (name === "") problems.warn(tag.path, "a tag has no name");
    if (!isKnown(tag) || tag.get("operation").isUnknown) continue;
    const operation = textOf(tag.get("operation")) || "UPSERT";
    if (operation === "UPSERT" && isBlank(tag.get("value")))
      problems.refuse(tag.path, "UPSERT needs a value");
    if (operation === "REMOVE" && isFilled(tag.get("value")))
      problems.refuse(tag.get("value").path, "REMOVE takes no value");
  }
  const custom = override.get("match").get("customMetric");
  if (custom.text() === "") problems.refuse(custom.path, "customMetric is empty");
}

function checkFilter(problems: Problems, filter: Value): void {
  const expression = filter.get("expression");
  if (!isKnown(filter) || expression.isUnknown) return;
  if (!loadCel().parses(textOf(expression)))
    problems.refuse(expression.path, `${JSON.stringify(textOf(expression))} is no expression of CEL`);
}
