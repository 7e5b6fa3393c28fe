import type { Value } from "../reader";
import { checkDuration, checkWholePercentage } from "./checks";
import { isKnown, numberOf } from "./fields";
import { refuse, type AdmissionProblem } from "./problem";

export function* checkOutlierDetection(outlier: Value): Iterable<AdmissionProblem> {
  if (!isKnown(outlier)) return;
  for (const field of ["baseEjectionTime", "interval"]) yield* checkDuration(outlier.get(field));
  for (const field of ["maxEjectionPercent", "minHealthPercent"])
    yield* checkWholePercentage(outlier.get(field));
  const failures = outlier.get("consecutiveLocalOriginFailures");
  const split = outlier.get("splitExternalLocalOriginErrors");
  if ((numberOf(failures) ?? 0) > 0 && !split.isUnknown && split.boolean() !== true)
    yield refuse(failures.path, "it means something with splitExternalLocalOriginErrors: true only");
}
