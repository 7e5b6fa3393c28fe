import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { describeLabels, readLabels } from "../model/labels";
import { bySelector, findOverlaps, namesOf, type Selecting } from "../model/overlap";
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
      .filter(({ spec }) => !spec.get("targetRef").isPresent && spec.get("targetRefs").items().length === 0);
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
    for (const [namespace, them] of selective) yield* checkSelective(model, namespace, them);
  },
};

function* checkSelective(model: MeshModel, namespace: string, them: readonly Selecting[]): Iterable<Verdict> {
  const path = "spec.selector.matchLabels";
  const reported = new Set<Selecting>();
  for (const { what, them: rivals } of findOverlaps(model, them)) {
    for (const rival of rivals) {
      if (reported.has(rival)) continue;
      reported.add(rival);
      yield rival.object.report(
        path,
        `${what} has ${rivals.length} Telemetries: ${namesOf(rivals)}; one of them takes effect, and which is not defined`,
        { anchors: ["IST0159"] },
      );
    }
  }
  for (const { object, selector } of them) {
    if (selector.open) {
      yield object.wait(path);
      continue;
    }
    const { workloads, open } = model.workloads.select(namespace, selector.known);
    if (workloads.length > 0) continue;
    if (open) yield object.wait(path);
    else
      yield object.report(
        path,
        `no workload of namespace "${namespace}" has ${describeLabels(selector.known)}`,
        {
          anchors: ["IST0101"],
          ...(model.workloads.inNamespace(namespace).length > 0 ? {} : { level: "advisory" }),
        },
      );
  }
}
