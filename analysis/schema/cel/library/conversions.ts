import {
  celEnv,
  celFunc,
  CelScalar,
  isCelError,
  objectType,
  parse,
  plan,
  type CelValue,
} from "@bufbuild/cel";
import { DURATION_TEXT } from "../../formats";

const { INT, STRING } = CelScalar;
const DURATION = objectType("google.protobuf.Duration");

const makeDuration = plan(celEnv({ variables: { text: STRING } }), parse("duration(text)"));

function toInteger(text: string): bigint {
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace("+", "")) : undefined;
  if (value === undefined || BigInt.asIntN(64, value) !== value) {
    throw new Error(`${JSON.stringify(text)} is not an integer`);
  }
  return value;
}

function toDuration(text: string): CelValue<typeof DURATION> {
  if (!DURATION_TEXT.test(text)) throw new Error(`${JSON.stringify(text)} is not a duration`);
  const duration = makeDuration({ text });
  if (isCelError(duration)) throw duration;
  return duration as CelValue<typeof DURATION>;
}

/** Conversions that take an empty text, hexadecimal digits or spaces in JavaScript, and do not in an API server. */
export const conversions = [
  celFunc("int", [STRING], INT, toInteger),
  celFunc("duration", [STRING], DURATION, toDuration),
];
