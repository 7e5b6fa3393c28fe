import { existsSync } from "node:fs";
import { join } from "node:path";

import type { InputProblem } from "../../intent/problem";
import { choiceProblems, inBrief, printed } from "../problems";
import { InstallSource, type InstallSourceArgs } from "./args";
import { type ChartEntry, type ChartTable } from "./table";

/** Where charts come from is given, and nothing is made from charts. */
export function chartWithoutHelm({ source }: InstallSourceArgs): InputProblem {
  return {
    id: "platform/chart-without-helm",
    path: "chart",
    message: "means nothing where no chart is installed",
    got: `a value, with source ${printed(source ?? InstallSource.Native)}`,
    expected: 'source "helm"',
    fix: 'Remove `chart`, or set `source` to "helm"',
  };
}

/**
 * Problems of `source` and `chart`, and of arguments that the charts have no value for.
 *
 * @param charts names of the charts that would be installed
 */
export function sourceProblems<Settings, Args extends InstallSourceArgs>(
  args: Args,
  table: ChartTable<Settings, Args>,
  charts: readonly string[],
): InputProblem[] {
  const problems = choiceProblems("source", args.source, Object.values(InstallSource));
  if (args.source !== InstallSource.Helm) {
    return args.chart === undefined ? problems : [...problems, chartWithoutHelm(args)];
  }
  const refused = Object.entries<ChartEntry<Settings, Args>>(table).flatMap(([argument, entry]) =>
    "refused" in entry && args[argument as keyof Args] !== undefined
      ? [
          {
            id: "platform/not-in-chart",
            path: argument,
            message: `has no counterpart in the official charts: ${entry.refused}`,
            got: inBrief(args[argument as keyof Args]),
            expected: 'no value here, with source "helm"',
            fix: 'Remove it, or use source "native"',
          },
        ]
      : [],
  );
  return [...problems, ...refused, ...locationProblems(args, charts)];
}

function locationProblems({ chart = {} }: InstallSourceArgs, charts: readonly string[]): InputProblem[] {
  const { path, repository, version } = chart;
  const problems: InputProblem[] = [];
  if (repository !== undefined && !/^(https?|oci):\/\/[^\s/]/.test(repository)) {
    problems.push({
      id: "platform/bad-repository",
      path: "chart.repository",
      message: "is not the address of a chart repository",
      got: printed(repository),
      expected: "an address that begins with https:// or oci://",
      fix: "Give the whole address, or `chart.path` for a folder on disk",
    });
  }
  if (path === undefined) return problems;
  for (const [argument, value] of Object.entries({ repository, version })) {
    if (value === undefined) continue;
    problems.push({
      id: "platform/two-charts",
      path: `chart.${argument}`,
      message: "is set beside `chart.path`, and a folder on disk holds one version of each chart",
      got: printed(value),
      expected: `\`chart.path\` or \`chart.${argument}\``,
      fix: "Remove one of the two",
    });
  }
  for (const name of charts) {
    if (existsSync(join(path, name, "Chart.yaml"))) continue;
    problems.push({
      id: "platform/no-chart",
      path: "chart.path",
      message: `does not hold the chart ${printed(name)}`,
      got: printed(path),
      expected: `a folder with \`${name}/Chart.yaml\` in it`,
      fix: `Unpack the chart there, for example with \`helm pull --untar\`, or correct the path`,
    });
  }
  return problems;
}
