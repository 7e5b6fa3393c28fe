import type { Value } from "../reader";
import { checkDuration, checkWholePercentage } from "./checks";
import { isKnown, numberOf } from "./fields";
import type { Problems } from "./problem";

export function checkOutlierDetection(problems: Problems, outlier: Value): void {
  if (!isKnown(outlier)) return;
  for (const field of ["baseEjectionTime", "interval"]) checkDuration(problems, outlier.get(field));
  for (const field of ["maxEjectionPercent", "minHealthPercent"])
    checkWholePercentage(problems, outlier.get(field));
  const failures = outlier.get("consecutiveLocalOriginFailures");
  const split = outlier.get("splitExternalLocalOriginErrors");
  if ((numberOf(failures) ?? 0) > 0 && !split.isUnknown && split.boolean() !== true)
    problems.refuse(failures.path, "it means something with splitExternalLocalOriginErrors: true only");
}
