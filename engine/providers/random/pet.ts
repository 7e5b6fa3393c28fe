import { z } from "zod";

import { defineResource } from "../builtin";
import { keepers } from "./keepers";
import { pick, systemSource } from "./source";
import { ADJECTIVES, ADVERBS, ANIMALS } from "./words";

/** `random.RandomPet`: an animal, before it an adjective, before that adverbs, `length` words in all. Its id is the name. */
export const randomPet = defineResource({
  type: "random:index/randomPet:RandomPet",
  schema: z.object({
    ...keepers,
    length: z.int().min(1).max(64).default(2),
    prefix: z.string().optional(),
    separator: z.string().default("-"),
  }),
  computed: [],
  secrets: [],
  async generate({ length, prefix, separator }) {
    const adverbs = Array.from({ length: Math.max(0, length - 2) }, () => pick(ADVERBS, systemSource));
    const adjective = length > 1 ? [pick(ADJECTIVES, systemSource)] : [];
    const words = [...(prefix ? [prefix] : []), ...adverbs, ...adjective, pick(ANIMALS, systemSource)];
    return { id: words.join(separator), values: {} };
  },
});
