import { injectionTemplates, injectorConfig, injectorValues } from "../../components/platform/injection";
import { dump } from "js-yaml";

import { podDifferences, type PodDifference } from "./differences";
import { evaluate, type InjectionAnswer, type InjectionRequest } from "./evaluator";
import type { TemplateCase } from "./template-case";

/** What one case shows. */
export interface CaseComparison {
  readonly name: string;
  readonly templates: readonly string[];
  readonly differences: readonly PodDifference[];
  /** Why nothing is injected by the compared templates, or by ours: what istiod would log. */
  readonly errors?: { readonly theirs?: string; readonly ours?: string };
}

/** What all cases show together. */
export interface TemplateComparison {
  /** Names of the templates that are compared. */
  readonly templates: readonly string[];
  readonly cases: readonly CaseComparison[];
}

/** What both sides are evaluated with. */
export interface ComparisonSettings {
  /** Path of the evaluator. */
  readonly evaluator: string;
  /** Text of the values that templates read. Default: those of the default profile. */
  readonly values?: string;
  /** Text of the mesh configuration. Default: Istio's own defaults. */
  readonly meshConfig?: string;
}

type Texts = Readonly<Record<string, string>>;

/** The part of an answer that templates decide. */
function outcome({ workload, objects }: InjectionAnswer): unknown {
  if (objects !== undefined) {
    return Object.fromEntries(objects.map((object) => [String(object["kind"]), object]));
  }
  if (workload === undefined || workload["kind"] === "Pod") return workload;
  return (workload["spec"] as { readonly template: unknown }).template;
}

function compare(
  { name, templates }: TemplateCase,
  theirs: InjectionAnswer,
  ours: InjectionAnswer,
): CaseComparison {
  if (theirs.error === undefined && ours.error === undefined) {
    return { name, templates, differences: podDifferences(outcome(theirs), outcome(ours)) };
  }
  const errors = {
    ...(theirs.error === undefined ? {} : { theirs: theirs.error }),
    ...(ours.error === undefined ? {} : { ours: ours.error }),
  };
  return { name, templates, differences: [], errors };
}

/**
 * Injects every case twice, with the given templates (and ours where none is given, as a control plane would) and with
 * ours alone. Values and mesh configuration are the same on both sides, so what differs comes from the templates.
 */
export function compareTemplates(
  given: Texts,
  cases: readonly TemplateCase[],
  { evaluator, values = injectorValues(), meshConfig = "{}" }: ComparisonSettings,
): TemplateComparison {
  const templates = Object.keys(given).sort();
  const sides = [{ ...injectionTemplates, ...given }, injectionTemplates].map((side) =>
    injectorConfig({ injection: { templates: side } }),
  );
  const requests = sides.flatMap((config) =>
    cases.map(({ workload, gateway, nativeSidecars = true }): InjectionRequest => ({
      config,
      values,
      meshConfig,
      revision: "default",
      nativeSidecars,
      ...(gateway === undefined ? { workload: dump(workload) } : { gateway: dump(gateway) }),
    })),
  );
  const answers = requests.length === 0 ? [] : evaluate(evaluator, requests);
  return {
    templates,
    cases: cases.map((one, index) => compare(one, answers[index]!, answers[cases.length + index]!)),
  };
}
