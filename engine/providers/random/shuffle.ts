import { z } from "zod";

import { defineResource } from "../builtin";
import { keepers } from "./keepers";
import { seededSource, shuffled, systemSource } from "./source";

/**
 * `random.RandomShuffle`: the strings in random order, cut to `resultCount`, or repeated round by round until there are as
 * many. A `seed` gives the same order every time.
 */
export const randomShuffle = defineResource({
  type: "random:index/randomShuffle:RandomShuffle",
  schema: z.object({
    ...keepers,
    inputs: z.array(z.string()),
    resultCount: z.int().min(0).max(65536).optional(),
    seed: z.string().optional(),
  }),
  computed: ["results"],
  secrets: [],
  async generate({ inputs, resultCount, seed }) {
    const source = seed === undefined || seed === "" ? systemSource : seededSource(seed);
    const wanted = resultCount === undefined || resultCount === 0 ? inputs.length : resultCount;
    const results: string[] = [];
    while (inputs.length > 0 && results.length < wanted) results.push(...shuffled(inputs, source));
    return { id: "-", values: { results: results.slice(0, wanted) } };
  },
});
