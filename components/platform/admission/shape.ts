import type { FieldsOf } from "../arguments/shape";
import type { AdmissionExceptionArgs, AdmissionPoliciesArgs } from "./args";

export const ADMISSION_EXCEPTION_SHAPE: FieldsOf<AdmissionExceptionArgs> = {
  namespace: { required: "string" },
  policies: { list: "string" },
  reason: { required: "string" },
  until: { required: "string" },
};

export const ADMISSION_POLICIES_SHAPE: FieldsOf<AdmissionPoliciesArgs> = {
  namespace: "string",
  mode: "string",
  exceptions: { list: { fields: ADMISSION_EXCEPTION_SHAPE } },
  agreed: { list: "string" },
  exemptUsers: { list: "string" },
};
