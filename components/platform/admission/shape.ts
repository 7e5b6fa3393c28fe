import type { FieldsOf } from "../arguments/shape";
import type { AdmissionExceptionArgs, AdmissionPoliciesArgs } from "./args";

export const ADMISSION_EXCEPTION_SHAPE = {
  namespace: { required: "string" },
  policies: { list: "string" },
  reason: { required: "string" },
  until: { required: "string" },
} satisfies FieldsOf<AdmissionExceptionArgs>;

export const ADMISSION_POLICIES_SHAPE = {
  namespace: "string",
  mode: "string",
  exceptions: { list: { fields: ADMISSION_EXCEPTION_SHAPE } },
  agreed: { list: "string" },
  exemptUsers: { list: "string" },
} satisfies FieldsOf<AdmissionPoliciesArgs>;
