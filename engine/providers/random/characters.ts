import { z } from "zod";

import type { RequestProblem } from "../problems";
import { keepers } from "./keepers";
import { below, shuffled, systemSource } from "./source";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const count = z.int().min(0).default(0);

/** The inputs of `RandomPassword` and `RandomString`. `number` is the old name of `numeric`; the two always agree. */
export const charactersSchema = z
  .object({
    ...keepers,
    // Long enough for any secret, short enough to be generated at once.
    length: z.int().min(1).max(65536),
    lower: z.boolean().default(true),
    minLower: count,
    minNumeric: count,
    minSpecial: count,
    minUpper: count,
    number: z.boolean().optional(),
    numeric: z.boolean().optional(),
    overrideSpecial: z.string().optional(),
    special: z.boolean().default(true),
    upper: z.boolean().default(true),
  })
  .transform((given) => {
    const numeric = given.numeric ?? given.number ?? true;
    return { ...given, number: numeric, numeric };
  });
type Characters = z.output<typeof charactersSchema>;

/** What no string can satisfy. */
export function impossibleCharacters(settings: Characters): RequestProblem[] {
  const minimum = settings.minLower + settings.minNumeric + settings.minSpecial + settings.minUpper;
  if (minimum > settings.length) {
    return [
      {
        id: "engine/invalid-property",
        property: "length",
        message: "is less than the minimums of the character classes together",
        got: String(settings.length),
        expected: `at least ${minimum}`,
        fix: "Raise length, or lower minLower, minNumeric, minSpecial or minUpper",
      },
    ];
  }
  if (minimum < settings.length && alphabet(settings).length === 0) {
    return [
      {
        id: "engine/invalid-property",
        property: "length",
        message: "there is no character class left to fill it with",
        got: "lower, numeric, special and upper all false",
        expected: "at least one of them true",
        fix: "Set one of lower, numeric, special and upper to true",
      },
    ];
  }
  return [];
}

/** A string that has the minimum of every class, the rest of all classes that are wanted, in random order. */
export function randomCharacters(settings: Characters): string {
  const required = [
    ...several(characters(LOWER), settings.minLower),
    ...several(characters(UPPER), settings.minUpper),
    ...several(characters(DIGITS), settings.minNumeric),
    ...several(specials(settings), settings.minSpecial),
  ];
  const rest = several(alphabet(settings), settings.length - required.length);
  return shuffled([...required, ...rest], systemSource).join("");
}

function several(from: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => from[below(from.length, systemSource)] ?? "");
}

function alphabet(settings: Characters): string[] {
  return [
    ...(settings.upper ? characters(UPPER) : []),
    ...(settings.lower ? characters(LOWER) : []),
    ...(settings.numeric ? characters(DIGITS) : []),
    ...(settings.special ? specials(settings) : []),
  ];
}

function specials({ overrideSpecial }: Characters): string[] {
  return characters(overrideSpecial === undefined || overrideSpecial === "" ? SPECIAL : overrideSpecial);
}

/** By code point, so that a character outside the basic plane is not torn apart. */
function characters(text: string): string[] {
  return Array.from(text);
}
