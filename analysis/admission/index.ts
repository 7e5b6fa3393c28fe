export { admissionProblems } from "./validate";
export { meshConfigProblems } from "./mesh-config";
export type { AdmissionProblem } from "./problem";
