import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { describeWorkload, labelsOf, type Workload } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

const APP = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
const VERSION = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

export const telemetryLabelsAndDefaults: Rule = {
  id: "telemetry-labels-and-defaults",
  group: "telemetry",
  title: "Metrics say which service and version",
  description:
    "A workload carries no labels that name its service and version, so its metrics and traces appear under the name of its Deployment; or the mesh logs no requests or traces none at all.",
  severity: "low",
  level: "advisory",
  scope: "stack",
  anchors: [],
  fix: "Set the labels app and version on the pod template, or their forms app.kubernetes.io/name and app.kubernetes.io/version",
  docs: "https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements",
  *check(model) {
    for (const workload of model.workloads.all) yield* checkLabels(model, workload);
    yield* checkDefaults(model);
  },
};

function* checkLabels(model: MeshModel, workload: Workload): Iterable<Verdict> {
  if (!workload.isPod || workload.role !== undefined) return;
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  if (enrolment !== "sidecar" && enrolment !== "ambient") return;
  const { known: labels, open } = labelsOf(workload);
  const missing = [
    ...(APP.some((name) => labels.has(name)) ? [] : ["app"]),
    ...(VERSION.some((name) => labels.has(name)) ? [] : ["version"]),
  ];
  const path = workload.template.get("metadata").path || "metadata";
  if (missing.length === 0) return;
  if (open) yield workload.object.wait(`${path}.labels`);
  else
    yield workload.object.report(
      path,
      `${describeWorkload(workload)} has no label ${missing.map((name) => `"${name}"`).join(" and ")} (nor app.kubernetes.io/${missing[0] === "app" ? "name" : "version"}), which metrics and traces are told apart by`,
    );
}

function* checkDefaults(model: MeshModel): Iterable<Verdict> {
  const { config } = model;
  const object: MeshObject | undefined = config.object;
  if (object === undefined || config.raw.isUnknown) return;
  const wide = model.policies(kinds.telemetry).wideIn(config.rootNamespace);
  const has = (section: string): boolean =>
    wide.some(
      (each) => each.object.spec.get(section).items().length > 0 || each.object.spec.get(section).isUnknown,
    );
  const file = config.raw.get("accessLogFile");
  const hasLogs =
    has("accessLogging") ||
    config.raw.get("defaultProviders").get("accessLogging").items().length > 0 ||
    (file.isPresent && file.text() !== "") ||
    config.raw.get("enableEnvoyAccessLogService").boolean() === true;
  if (!hasLogs)
    yield object.report(
      "data.mesh",
      "no Telemetry of the root namespace and no default of the mesh logs requests",
      {
        fix: "Create a Telemetry in the root namespace with accessLogging, errors only perhaps",
      },
    );
  const tracing = config.raw.get("defaultConfig").get("tracing");
  const hasTraces =
    has("tracing") ||
    tracing.entries().length > 0 ||
    config.raw.get("defaultProviders").get("tracing").items().length > 0;
  if (!hasTraces)
    yield object.report(
      "data.mesh",
      "no Telemetry of the root namespace and no default of the mesh traces requests",
      {
        fix: "Create a Telemetry in the root namespace with tracing and a provider",
      },
    );
}
