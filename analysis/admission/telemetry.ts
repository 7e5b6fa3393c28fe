import { parse } from "@bufbuild/cel";
import type { Value } from "../reader";
import { checkNamed } from "./checks";
import { isBlank, isFilled, isKnown, numberOf, textOf } from "./fields";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkSelector, checkTargets } from "./shared";

export const checkTelemetry: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  for (const section of ["accessLogging", "tracing", "metrics"])
    for (const entry of spec.get(section).items())
      for (const provider of entry.get("providers").items())
        yield* checkNamed(provider, "name", "a provider has no name");
  const tracing = spec.get("tracing");
  if (tracing.items().length > 1)
    yield warn(tracing.path, "one entry of tracing is followed; there are more");
  for (const entry of tracing.items()) yield* checkTracing(entry);
  for (const entry of spec.get("metrics").items())
    for (const override of entry.get("overrides").items()) yield* checkOverride(override);
  for (const entry of spec.get("accessLogging").items()) yield* checkFilter(entry.get("filter"));
};

/** What a tag is taken from, and the field that says it. */
const tagSources = [
  ["literal", "value"],
  ["header", "name"],
  ["environment", "name"],
] as const;

function* checkTracing(entry: Value): Iterable<AdmissionProblem> {
  if (entry.get("providers").items().length > 1)
    yield warn(entry.get("providers").path, "one provider of tracing is followed; there are more");
  const share = entry.get("randomSamplingPercentage");
  const percent = numberOf(share);
  if (percent !== undefined && (percent < 0 || percent > 100))
    yield refuse(share.path, `${percent} is no percentage`);
  for (const [name, tag] of entry.get("customTags").entries()) {
    if (name === "") yield refuse(tag.path, "a tag has no name");
    for (const [source, field] of tagSources)
      yield* checkNamed(tag.get(source), field, `the tag's ${source} has no ${field}`);
  }
}

function* checkOverride(override: Value): Iterable<AdmissionProblem> {
  for (const [name, tag] of override.get("tagOverrides").entries()) {
    if (name === "") yield warn(tag.path, "a tag has no name");
    if (!isKnown(tag) || tag.get("operation").isUnknown) continue;
    const operation = textOf(tag.get("operation")) || "UPSERT";
    if (operation === "UPSERT" && isBlank(tag.get("value"))) yield refuse(tag.path, "UPSERT needs a value");
    if (operation === "REMOVE" && isFilled(tag.get("value")))
      yield refuse(tag.get("value").path, "REMOVE takes no value");
  }
  const custom = override.get("match").get("customMetric");
  if (custom.text() === "") yield refuse(custom.path, "customMetric is empty");
}

function* checkFilter(filter: Value): Iterable<AdmissionProblem> {
  const expression = filter.get("expression");
  if (!isKnown(filter) || expression.isUnknown) return;
  try {
    parse(textOf(expression));
  } catch {
    yield refuse(expression.path, `${JSON.stringify(textOf(expression))} is no expression of CEL`);
  }
}
