export { AdmissionPolicies } from "./admission-policies";
export {
  type AdmissionExceptionArgs,
  AdmissionMode,
  type AdmissionPoliciesArgs,
  AdmissionPolicy,
} from "./args";
