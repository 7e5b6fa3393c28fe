import { z } from "zod";

/** Values that have nothing to do with what is generated, except that a change in them generates afresh. */
export const keepers = {
  keepers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
};
