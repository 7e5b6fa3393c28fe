import { checkNotNegative } from "./checks";
import type { AdmissionCheck } from "./problem";
import { checkSelector } from "./shared";

export const checkProxyConfig: AdmissionCheck = (problems, { spec }) => {
  checkSelector(problems, spec.get("selector"), "matchLabels");
  checkNotNegative(problems, spec.get("concurrency"));
};
