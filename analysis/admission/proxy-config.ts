import { checkNotNegative } from "./checks";
import type { AdmissionCheck } from "./problem";
import { checkSelector } from "./shared";

export const checkProxyConfig: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkNotNegative(spec.get("concurrency"));
};
