import * as path from "node:path";

import type { Located } from "../../analysis";
import { readTemplates } from "../../components/platform/injection";
import { MeshError } from "../../components/intent/problem";
import type { CommandContext } from "../commands/context";
import { ExitCode } from "../exit-code";
import { compareTemplates } from "./compare-templates";
import { prepareEvaluator } from "./evaluator";
import { renderComparisonJson, renderComparisonText } from "./render-comparison";
import { stackCases } from "./stack-cases";
import { usualCases } from "./usual-cases";

const FORMATS = ["text", "json"] as const;
type ComparisonFormat = (typeof FORMATS)[number];

/**
 * The format, where a comparison can be reported in it: it has no findings, which the others are made of.
 *
 * @throws MeshError for the others
 */
export function comparisonFormat(asked: string): ComparisonFormat {
  const format = FORMATS.find((one) => one === asked);
  if (format !== undefined) return format;
  throw new MeshError("the templates cannot be compared", [
    {
      id: "cli/no-findings-to-format",
      path: "--format",
      message: "is a format for findings, and a comparison of templates has none",
      got: asked,
      expected: FORMATS.join(" or "),
      fix: "Choose one of these, or leave `--templates` out",
    },
  ]);
}

export interface TemplateCheck {
  /** Where the templates are. */
  readonly from: string;
  /** Whose workloads are injected, beside the usual cases. */
  readonly objects: readonly Located[];
  readonly meshConfig: unknown;
  readonly format: ComparisonFormat;
}

/**
 * Reports how pods that the given templates inject differ from those that ours inject. A difference is no fault; a
 * template that injects nothing, because istiod cannot evaluate it, is.
 *
 * @throws MeshError when the templates cannot be read, and when there is no Go to evaluate them
 */
export function checkTemplates(check: TemplateCheck, { io, terminal, exit }: CommandContext): void {
  const {
    templates,
    values: theirValues,
    problems,
  } = readTemplates(path.resolve(io.cwd, check.from), "--templates");
  if (problems.length > 0) throw new MeshError("the templates cannot be compared", problems);
  const evaluator = prepareEvaluator(io.env, () =>
    terminal.progress("Building the program that evaluates templates, once"),
  );
  if (evaluator.path === undefined) throw noEvaluator(evaluator.reason);

  const stack = stackCases(check.objects, check.meshConfig);
  const cases = [
    ...usualCases.filter((one) => one.templates.some((name) => name in templates)),
    ...stack.cases,
  ];
  if (stack.leftOut > 0) {
    terminal.note(
      `${stack.leftOut === 1 ? "1 workload is" : `${stack.leftOut} workloads are`} not injected, and left out`,
    );
  }
  const values = stack.values ?? theirValues;
  terminal.progress(`Injecting ${cases.length} cases twice`);
  const comparison = compareTemplates(templates, cases, {
    evaluator: evaluator.path,
    ...(values === undefined ? {} : { values }),
    ...(stack.meshConfig === undefined ? {} : { meshConfig: stack.meshConfig }),
  });
  terminal.out(
    check.format === "json"
      ? renderComparisonJson(comparison)
      : renderComparisonText(comparison, terminal.colors),
  );
  if (comparison.cases.some(({ errors }) => errors?.theirs !== undefined)) exit(ExitCode.findings);
}

function noEvaluator(reason: string): MeshError {
  return new MeshError("the templates cannot be compared", [
    {
      id: "cli/no-template-evaluator",
      path: "--templates",
      message: `the program that evaluates templates cannot be built: ${reason}`,
      got: "no such program",
      expected: "Go 1.25 or later on PATH, and a Go module proxy that can be reached the first time",
      fix: "Install Go (https://go.dev/dl), and run the command again; nothing else of this package needs it",
    },
  ]);
}
