import { dump } from "js-yaml";

import { MeshModel, UNKNOWN, type Located } from "../../analysis";
import type { Workload } from "../../analysis/model/workloads";
import { isFields } from "../../analysis/schema/value";
import type { TemplateCase } from "./template-case";

/** What the checked objects say about injection. */
export interface StackCases {
  readonly cases: readonly TemplateCase[];
  /** Workloads that are not injected. */
  readonly leftOut: number;
  /** Text of the mesh configuration, where the objects hold it. */
  readonly meshConfig?: string;
  /** Text of the values that templates read, where the objects hold them. */
  readonly values?: string;
}

/** Leaves that are known only after deployment are left out: templates do not look at them. */
function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== UNKNOWN).map(withoutUnknown);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== UNKNOWN)
      .map(([key, inner]) => [key, withoutUnknown(inner)]),
  );
}

/** Whether istiod would inject it; where nothing says so and the namespace is not here, it might. */
function isInjected(model: MeshModel, workload: Workload): boolean {
  if (!workload.isPod) return false;
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  if (enrolment !== "unset") return enrolment === "sidecar" || enrolment === "unknown";
  const { namespace } = workload;
  return typeof namespace === "symbol" || model.namespaces.get(namespace) === undefined;
}

function caseOf({ object, template }: Workload): TemplateCase {
  const names = template.get("metadata").get("annotations").get("inject.istio.io/templates").text();
  const { file } = object.located;
  const { apiVersion, kind, name, namespace, root } = object;
  const isPod = template === root;
  return {
    name: `${kind} ${object.key}${file === undefined ? "" : ` (${file})`}`,
    templates: typeof names === "string" ? names.split(",").map((name) => name.trim()) : ["sidecar"],
    // A pod template is in one place for the injector, wherever a kind has it.
    workload: withoutUnknown(
      isPod
        ? root.raw
        : { apiVersion, kind, metadata: { name, namespace }, spec: { template: template.raw } },
    ) as object,
  };
}

function dataOf(located: readonly Located[], name: RegExp, key: string): string | undefined {
  for (const { object } of located) {
    const data = object["data"];
    if (object.kind !== "ConfigMap" || !isFields(data) || !name.test(String(object.metadata.name))) continue;
    if (typeof data[key] === "string") return data[key];
  }
  return undefined;
}

/**
 * The workloads among the objects that istiod would inject, and what it would inject them with.
 *
 * @param meshConfig the mesh configuration, where it is kept elsewhere
 */
export function stackCases(located: readonly Located[], meshConfig: unknown): StackCases {
  const model = new MeshModel(located, { today: "" });
  const pods = model.workloads.all.filter(({ isPod }) => isPod);
  const injected = pods.filter((workload) => isInjected(model, workload));
  const mesh = meshConfig === undefined ? dataOf(located, /^istio(-|$)/, "mesh") : dump(meshConfig);
  const values = dataOf(located, /^istio-sidecar-injector(-|$)/, "values");
  return {
    cases: injected.map(caseOf),
    leftOut: pods.length - injected.length,
    ...(mesh === undefined ? {} : { meshConfig: mesh }),
    ...(values === undefined ? {} : { values }),
  };
}
