import { RE2JS } from "re2js";
import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { isBlank, isKnown, numberOf, textOf, textsOf } from "./fields";
import { isLabelKey, isLabelValue, isPort } from "./names";
import type { Problems } from "./problem";

/** Checks of single values that several kinds have in common. */

const LARGEST_COUNT = 2 ** 31 - 1;
const LONGEST_REGEX = 1024;

export function checkDuration(problems: Problems, value: Value): void {
  const duration = milliseconds(value);
  const text = value.text();
  if (duration === undefined && typeof text === "string")
    problems.refuse(value.path, `${JSON.stringify(text)} is no duration`);
  if (typeof duration === "number" && (duration < 1 || !Number.isInteger(Math.round(duration * 1e6) / 1e6)))
    problems.refuse(value.path, "a duration is 1ms at least, in whole milliseconds");
}

/** A duration of any length. */
export function checkReadableDuration(problems: Problems, value: Value): void {
  if (milliseconds(value) === undefined) checkDuration(problems, value);
}

export function checkPort(problems: Problems, value: Value, needed = true): void {
  if (value.isUnknown || (!needed && !value.isPresent)) return;
  const number = numberOf(value) ?? 0;
  if (number === 0 && !needed) return;
  if (!isPort(number)) problems.refuse(value.path, `${number} is no port number`);
}

/** A share of a hundred whose smallest step is a ten-thousandth. */
export function checkFraction(problems: Problems, percentage: Value): void {
  const value = numberOf(percentage.get("value"));
  if (value !== undefined && (value < 0 || value > 100 || (value > 0 && value < 0.0001)))
    problems.refuse(percentage.path, `${value} is no percentage`);
}

export function checkPercentage(problems: Problems, percentage: Value): void {
  const value = numberOf(percentage.get("value"));
  if (value !== undefined && (value < 0 || value > 100))
    problems.refuse(percentage.path, `${value} is no percentage`);
}

export function checkWholePercentage(problems: Problems, value: Value): void {
  const percent = numberOf(value);
  if (percent !== undefined && (percent < 0 || percent > 100))
    problems.refuse(value.path, `${percent} is no percentage`);
}

/** A number in 32 bits, with its sign; istiod cannot read an object with a larger one. */
export function checkInteger(problems: Problems, value: Value): void {
  const number = numberOf(value) ?? 0;
  if (number > LARGEST_COUNT || number < -LARGEST_COUNT - 1)
    problems.refuse(value.path, `${number} does not fit 32 bits`);
}

/** A count in 32 bits; istiod cannot read an object with a larger one. */
export function checkNotNegative(problems: Problems, value: Value): void {
  const number = numberOf(value) ?? 0;
  if (number < 0) problems.refuse(value.path, `${number} is less than 0`);
  if (number > LARGEST_COUNT) problems.refuse(value.path, `${number} is more than ${LARGEST_COUNT}`);
}

/** Labels that pods are chosen by. */
export function checkLabels(problems: Problems, labels: Value): void {
  for (const [key, value] of labels.entries()) {
    if (!isLabelKey(key)) problems.refuse(value.path, `${JSON.stringify(key)} is no key of a label`);
    if (!isLabelValue(textOf(value)))
      problems.refuse(value.path, `${JSON.stringify(textOf(value))} is no value of a label`);
  }
}

/** A list whose texts say something. */
export function checkTexts(problems: Problems, list: Value): void {
  for (const [text, item] of textsOf(list)) if (text === "") problems.refuse(item.path, "a value is empty");
}

export function checkRegex(problems: Problems, value: Value): void {
  const text = value.text();
  if (typeof text !== "string") return;
  if (text === "") problems.refuse(value.path, "the regular expression is empty");
  else checkRegexText(problems, value);
}

/** As {@link checkRegex}, where an empty one is the business of somebody else. */
export function checkRegexText(problems: Problems, value: Value): void {
  const text = textOf(value);
  if (Buffer.byteLength(text) > LONGEST_REGEX)
    problems.refuse(value.path, `a regular expression has ${LONGEST_REGEX} letters at most`);
  else if (!isRegex(text))
    problems.refuse(value.path, `${JSON.stringify(text)} is no regular expression of RE2`);
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
export function checkStringMatch(problems: Problems, match: Value): void {
  if (match.get("prefix").text() === "") problems.refuse(match.get("prefix").path, "the prefix is empty");
  checkRegex(problems, match.get("regex"));
}

/** An object that must say at least one of some things. */
export function checkSaysSomething(
  problems: Problems,
  value: Value,
  fields: readonly string[],
  message: string,
): void {
  if (isKnown(value) && !fields.some((field) => value.has(field))) problems.refuse(value.path, message);
}

/** A name that is there and is not empty. */
export function checkNamed(problems: Problems, object: Value, field: string, message: string): void {
  if (isKnown(object) && isBlank(object.get(field))) problems.refuse(object.path, message);
}
