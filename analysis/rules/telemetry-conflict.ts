import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { readLabels } from "../model/labels";
import { bySelector, checkSelects, findRivals, namesOf, type Selecting } from "../model/overlap";
import type { Rule, Verdict } from "../rule";

export const telemetryConflict: Rule = {
  id: "telemetry-conflict",
  group: "telemetry",
  title: "One Telemetry speaks for a workload",
  description:
    "Two Telemetries hold for one namespace or one workload, so which of them takes effect is not defined, or one selects no workload at all.",
  severity: "medium",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101", "IST0159", "IST0160"],
  fix: "Keep one Telemetry without selector for a namespace, and one for each selected workload",
  docs: "https://istio.io/latest/docs/reference/config/telemetry/",
  *check(model) {
    const attached = model
      .ofKind(kinds.telemetry)
      .filter(({ spec }) => !spec.has("targetRef") && spec.get("targetRefs").items().length === 0);
    const { wide, selective } = bySelector(attached, (object) =>
      readLabels(object.spec.get("selector").get("matchLabels")),
    );
    for (const [namespace, them] of wide) {
      if (them.length < 2) continue;
      for (const { object } of them)
        yield object.report(
          "metadata.namespace",
          `namespace "${namespace}" has ${them.length} Telemetries without selector: ${namesOf(them)}; one of them takes effect, and which is not defined`,
          { anchors: ["IST0160"] },
        );
    }
    for (const them of selective.values()) yield* checkSelective(model, them);
  },
};

function* checkSelective(model: MeshModel, group: readonly Selecting[]): Iterable<Verdict> {
  const path = "spec.selector.matchLabels";
  for (const { object, what, them } of findRivals(model, group))
    yield object.report(
      path,
      `${what} has ${them.length} Telemetries: ${namesOf(them)}; one of them takes effect, and which is not defined`,
      { anchors: ["IST0159"] },
    );
  for (const each of group) yield* checkSelects(model, each, path, ["IST0101"]);
}
