import { checkLabels } from "./checks";
import { textOf, textsOf } from "./fields";
import { isLabel, isWildcardDomain } from "./names";
import { refuse, type AdmissionCheck } from "./problem";
import { checkExportTo, checkSelector } from "./shared";
import { checkTrafficPolicy } from "./traffic-policy";

export const checkDestinationRule: AdmissionCheck = function* ({ spec, namespace }) {
  const host = spec.get("host");
  if (!host.isUnknown && !isWildcardDomain(textOf(host)))
    yield refuse("spec.host", `${JSON.stringify(textOf(host))} is no host`);
  yield* checkTrafficPolicy(spec.get("trafficPolicy"), namespace);
  const names = new Set<string>();
  for (const subset of spec.get("subsets").items()) {
    if (subset.isUnknown) continue;
    const name = subset.get("name");
    const text = textOf(name);
    if (!name.isUnknown && !isLabel(text))
      yield refuse(name.path, `${JSON.stringify(text)} is no name of a subset`);
    if (text !== "" && names.has(text))
      yield refuse(name.path, `there are two subsets ${JSON.stringify(text)}`);
    names.add(text);
    yield* checkLabels(subset.get("labels"));
    yield* checkTrafficPolicy(subset.get("trafficPolicy"), namespace);
  }
  const exportTo = spec.get("exportTo");
  yield* checkExportTo(exportTo, namespace);
  yield* checkSelector(spec.get("workloadSelector"), "matchLabels");
  if (!spec.get("workloadSelector").isPresent) return;
  for (const [text, item] of textsOf(exportTo)) {
    if (text !== "." && text !== namespace)
      yield refuse(item.path, "a rule with a workloadSelector is for its own namespace only");
  }
};
