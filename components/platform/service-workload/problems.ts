import type { ServiceIntent } from "../../intent/intent";
import type { InputProblem } from "../../intent/problem";
import { serviceIntent } from "../../intent/service-intent";
import { measuringAnnotation } from "../../intent/slo";
import { countProblems, printed } from "../problems";
import type { WorkloadSettings } from "./args";

/** The user of the proxy: what it sends passes the redirection, and so would what a workload sends as it. */
const PROXY_USER = 1337;

/** What a workload is, once its arguments are known to make sense. */
export interface PlannedWorkload {
  readonly service: ServiceIntent;
  /** One for each Deployment; without a subset for a service that has none. */
  readonly deployments: readonly {
    readonly subset?: string;
    readonly settings: WorkloadSettings & Required<Pick<WorkloadSettings, "image">>;
  }[];
}

type Args = WorkloadSettings & {
  readonly service: unknown;
  readonly subsets?: Readonly<Record<string, WorkloadSettings | undefined>>;
};

/** Reads the arguments: what is to run, or every problem at once. */
export function planWorkload({ service: reference, subsets, ...common }: Args): {
  readonly plan?: PlannedWorkload;
  readonly problems: readonly InputProblem[];
} {
  const { service, problems: wrong } = serviceIntent(reference);
  if (service === undefined) return { problems: wrong };
  const known = service.subsets.map(({ name }) => name);
  const problems: InputProblem[] = Object.keys(subsets ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => ({
      id: "platform/unknown-subset",
      path: `subsets.${name}`,
      message: "is not a subset of the service",
      got: printed(name),
      expected: known.length === 0 ? "no subsets" : known.map(printed).join(", "),
      fix: "Declare the subset in the catalogue, or correct its spelling",
    }));
  const wanted =
    subsets === undefined
      ? known.map((name): [string, WorkloadSettings] => [name, {}])
      : known.flatMap((name): [string, WorkloadSettings][] => {
          const settings = subsets[name];
          return settings === undefined ? [] : [[name, settings]];
        });
  const all: [string | undefined, WorkloadSettings][] =
    known.length === 0 ? [[undefined, common]] : wanted.map(([name, own]) => [name, { ...common, ...own }]);
  const measured = measuringAnnotation(reference);
  const deployments = all.flatMap(([subset, settings]) => {
    const path = subset === undefined || subsets?.[subset] === undefined ? "" : `subsets.${subset}.`;
    problems.push(...settingsProblems(path, settings));
    const { image } = settings;
    return image === undefined
      ? []
      : [
          {
            ...(subset === undefined ? {} : { subset }),
            settings: { ...measuredBy(measured, settings), image },
          },
        ];
  });
  // What is said once for all subsets is wrong once.
  const unique = [...new Map(problems.map((problem) => [`${problem.id} ${problem.path}`, problem])).values()];
  return unique.length > 0 ? { problems: unique } : { plan: { service, deployments }, problems: [] };
}

/** Pods carry what the promises of the mesh ask of them, unless they are told otherwise. */
function measuredBy(
  annotation: Readonly<Record<string, string>>,
  settings: WorkloadSettings,
): WorkloadSettings {
  if (Object.keys(annotation).length === 0) return settings;
  return { ...settings, podAnnotations: { ...annotation, ...settings.podAnnotations } };
}

function settingsProblems(
  path: string,
  { image, replicas, runAsUser, writable }: WorkloadSettings,
): InputProblem[] {
  const problems = countProblems(`${path}replicas`, replicas, 0);
  if (image === undefined || image === "") {
    problems.push({
      id: "platform/no-image",
      path: `${path}image`,
      message: "is missing, so nothing could run",
      got: printed(image),
      expected: "an image, for all subsets or for each",
      fix: "Set `image`",
    });
  }
  if (runAsUser === 0 || runAsUser === PROXY_USER) {
    problems.push({
      id: "platform/forbidden-user",
      path: `${path}runAsUser`,
      message:
        runAsUser === 0
          ? "is root, who can get around the proxy"
          : "is the proxy's own user, whose traffic nothing captures",
      got: printed(runAsUser),
      expected: `a user other than 0 and ${PROXY_USER}`,
      fix: "Choose another one, or leave it out",
    });
  }
  for (const folder of writable ?? []) {
    if (folder.startsWith("/") && folder !== "/") continue;
    problems.push({
      id: "platform/bad-path",
      path: `${path}writable`,
      message: "is not a folder below the root of the container",
      got: printed(folder),
      expected: 'an absolute path, such as "/tmp"',
      fix: "Give the whole path",
    });
  }
  return problems;
}
