import { RE2JS } from "re2js";
import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { isBlank, isKnown, numberOf, textOf, textsOf } from "./fields";
import { isLabelKey, isLabelValue, isPort } from "./names";
import { refuse, type AdmissionProblem } from "./problem";

/** Checks of single values that several kinds have in common. */

const LARGEST_COUNT = 2 ** 31 - 1;
const LONGEST_REGEX = 1024;

export function* checkDuration(value: Value): Iterable<AdmissionProblem> {
  const duration = milliseconds(value);
  const text = value.text();
  if (duration === undefined && typeof text === "string")
    yield refuse(value.path, `${JSON.stringify(text)} is no duration`);
  if (typeof duration === "number" && (duration < 1 || !Number.isInteger(Math.round(duration * 1e6) / 1e6)))
    yield refuse(value.path, "a duration is 1ms at least, in whole milliseconds");
}

/** A duration of any length. */
export function* checkReadableDuration(value: Value): Iterable<AdmissionProblem> {
  if (milliseconds(value) === undefined) yield* checkDuration(value);
}

export function* checkPort(value: Value, needed = true): Iterable<AdmissionProblem> {
  if (value.isUnknown || (!needed && !value.isPresent)) return;
  const number = numberOf(value) ?? 0;
  if (number === 0 && !needed) return;
  if (!isPort(number)) yield refuse(value.path, `${number} is no port number`);
}

/** A share of a hundred whose smallest step is a ten-thousandth. */
export function* checkFraction(percentage: Value): Iterable<AdmissionProblem> {
  const value = numberOf(percentage.get("value"));
  if (value !== undefined && (value < 0 || value > 100 || (value > 0 && value < 0.0001)))
    yield refuse(percentage.path, `${value} is no percentage`);
}

export function* checkPercentage(percentage: Value): Iterable<AdmissionProblem> {
  const value = numberOf(percentage.get("value"));
  if (value !== undefined && (value < 0 || value > 100))
    yield refuse(percentage.path, `${value} is no percentage`);
}

export function* checkWholePercentage(value: Value): Iterable<AdmissionProblem> {
  const percent = numberOf(value);
  if (percent !== undefined && (percent < 0 || percent > 100))
    yield refuse(value.path, `${percent} is no percentage`);
}

/** A number in 32 bits, with its sign; istiod cannot read an object with a larger one. */
export function* checkInteger(value: Value): Iterable<AdmissionProblem> {
  const number = numberOf(value) ?? 0;
  if (number > LARGEST_COUNT || number < -LARGEST_COUNT - 1)
    yield refuse(value.path, `${number} does not fit 32 bits`);
}

/** A count in 32 bits; istiod cannot read an object with a larger one. */
export function* checkNotNegative(value: Value): Iterable<AdmissionProblem> {
  const number = numberOf(value) ?? 0;
  if (number < 0) yield refuse(value.path, `${number} is less than 0`);
  if (number > LARGEST_COUNT) yield refuse(value.path, `${number} is more than ${LARGEST_COUNT}`);
}

/** Labels that pods are chosen by. */
export function* checkLabels(labels: Value): Iterable<AdmissionProblem> {
  for (const [key, value] of labels.entries()) {
    if (!isLabelKey(key)) yield refuse(value.path, `${JSON.stringify(key)} is no key of a label`);
    if (!isLabelValue(textOf(value)))
      yield refuse(value.path, `${JSON.stringify(textOf(value))} is no value of a label`);
  }
}

/** A list whose texts say something. */
export function* checkTexts(list: Value): Iterable<AdmissionProblem> {
  for (const [text, item] of textsOf(list)) if (text === "") yield refuse(item.path, "a value is empty");
}

export function* checkRegex(value: Value): Iterable<AdmissionProblem> {
  const text = value.text();
  if (typeof text !== "string") return;
  if (text === "") yield refuse(value.path, "the regular expression is empty");
  else yield* checkRegexText(value);
}

/** As {@link checkRegex}, where an empty one is the business of somebody else. */
export function* checkRegexText(value: Value): Iterable<AdmissionProblem> {
  const text = textOf(value);
  if (Buffer.byteLength(text) > LONGEST_REGEX)
    yield refuse(value.path, `a regular expression has ${LONGEST_REGEX} letters at most`);
  else if (!isRegex(text))
    yield refuse(value.path, `${JSON.stringify(text)} is no regular expression of RE2`);
}

export function isRegex(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

/** A match by exact text, prefix or regular expression: neither of the latter is empty. */
export function* checkStringMatch(match: Value): Iterable<AdmissionProblem> {
  if (match.get("prefix").text() === "") yield refuse(match.get("prefix").path, "the prefix is empty");
  yield* checkRegex(match.get("regex"));
}

/** An object that must say at least one of some things. */
export function* checkSaysSomething(
  value: Value,
  fields: readonly string[],
  message: string,
): Iterable<AdmissionProblem> {
  if (isKnown(value) && fields.every((field) => !value.get(field).isPresent))
    yield refuse(value.path, message);
}

/** A name that is there and is not empty. */
export function* checkNamed(object: Value, field: string, message: string): Iterable<AdmissionProblem> {
  if (isKnown(object) && isBlank(object.get(field))) yield refuse(object.path, message);
}
