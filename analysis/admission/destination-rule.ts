import { checkLabels } from "./checks";
import { textOf, textsOf } from "./fields";
import { isLabel, isWildcardDomain } from "./names";
import type { AdmissionCheck } from "./problem";
import { checkExportTo, checkSelector } from "./shared";
import { checkTrafficPolicy } from "./traffic-policy";

export const checkDestinationRule: AdmissionCheck = (problems, { spec, namespace }) => {
  const host = spec.get("host");
  if (!host.isUnknown && !isWildcardDomain(textOf(host)))
    problems.refuse("spec.host", `${JSON.stringify(textOf(host))} is no host`);
  checkTrafficPolicy(problems, spec.get("trafficPolicy"), namespace);
  const names = new Set<string>();
  for (const subset of spec.get("subsets").items()) {
    if (subset.isUnknown) continue;
    const name = subset.get("name");
    const text = textOf(name);
    if (!name.isUnknown && !isLabel(text))
      problems.refuse(name.path, `${JSON.stringify(text)} is no name of a subset`);
    if (text !== "" && names.has(text))
      problems.refuse(name.path, `there are two subsets ${JSON.stringify(text)}`);
    names.add(text);
    checkLabels(problems, subset.get("labels"));
    checkTrafficPolicy(problems, subset.get("trafficPolicy"), namespace);
  }
  const exportTo = spec.get("exportTo");
  checkExportTo(problems, exportTo, namespace);
  checkSelector(problems, spec.get("workloadSelector"), "matchLabels");
  if (!spec.has("workloadSelector")) return;
  for (const [text, item] of textsOf(exportTo)) {
    if (text !== "." && text !== namespace)
      problems.refuse(item.path, "a rule with a workloadSelector is for its own namespace only");
  }
};
