import type { ResourceProvider } from "../../provider";
import { BuiltinProvider } from "../builtin";
import { randomBytesResource, randomId, randomInteger, randomUuid7, randomUuids } from "./numbers";
import { randomPet } from "./pet";
import { randomShuffle } from "./shuffle";
import { randomPassword, randomString } from "./text";

export interface RandomProviderOptions {
  /** What time it is, for time-ordered UUIDs. Default: the clock of this machine. */
  readonly clock?: () => Date;
}

/**
 * The package `random`, with values from the cryptographic generator of this machine. They stay as they are until an input
 * or a keeper changes.
 *
 * @see https://www.pulumi.com/registry/packages/random/
 */
export function randomProvider({ clock = () => new Date() }: RandomProviderOptions = {}): ResourceProvider {
  return new BuiltinProvider("random", [
    randomBytesResource,
    randomId,
    randomInteger,
    randomPassword,
    randomPet,
    randomShuffle,
    randomString,
    ...randomUuids,
    randomUuid7(clock),
  ]);
}
