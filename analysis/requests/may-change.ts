import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import { readLabels } from "../model/labels";
import type { MeshObject } from "../model/mesh-object";
import { carries, type Workload } from "../model/workloads";
import type { MeshModel } from "../model";
import type { DestinationOutcome } from "./explain-request";
import type { Caller } from "./request";

/** What holds for the proxies on the way and does there whatever it likes, each once. */
export function whatMayChange(
  model: MeshModel,
  from: Caller,
  destinations: readonly DestinationOutcome[],
): readonly MeshObject[] {
  const workloads = new Set<Workload>(
    destinations.flatMap((destination) => destination.workloads.map(({ workload }) => workload)),
  );
  if (from.workload !== undefined) workloads.add(from.workload);
  const found = new Set<MeshObject>();
  for (const workload of workloads) {
    for (const filter of filtersFor(model, workload)) found.add(filter);
    for (const kind of [kinds.wasmPlugin, kinds.trafficExtension])
      for (const { object } of model.policies(kind).holdingFor(workload)) found.add(object);
  }
  return [...found];
}

/** EnvoyFilters select by a field of their own; one that cannot be told from here is taken to hold. */
function filtersFor(model: MeshModel, workload: Workload): readonly MeshObject[] {
  const { namespace, object } = workload;
  if (namespace === UNKNOWN) return [];
  const { rootNamespace } = model.config;
  const scopes = namespace === rootNamespace ? [namespace] : [namespace, rootNamespace];
  return scopes
    .flatMap((scope) => model.ofKindIn(kinds.envoyFilter, scope))
    .filter(({ spec }) => {
      const targets = spec.get("targetRefs").items();
      if (targets.length > 0) return targets.some((target) => target.get("name").text() === object.name);
      return carries(workload, readLabels(spec.get("workloadSelector").get("labels")).known);
    });
}
