export { admissionProblems } from "./validate";
export type { AdmissionProblem } from "./problem";
