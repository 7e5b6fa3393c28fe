import type { FieldsOf } from "../arguments/shape";
import type { RevisionTagArgs } from "./args";

export const REVISION_TAG_SHAPE = {
  tag: { required: "string" },
  revision: "string",
  namespace: "string",
} satisfies FieldsOf<RevisionTagArgs>;
