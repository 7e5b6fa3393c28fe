import type { ServicePort, ServiceView } from "../model/services";
import { containersOf, describeWorkload, push, type Workload } from "../model/workloads";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";
import { enumerate } from "../text";

export const trafficServicePorts: Rule = {
  id: "traffic-service-ports",
  group: "traffic",
  title: "Services agree on the ports of a workload",
  description:
    "Two Services give one workload port different protocols or different numbers, so which configuration the proxy serves there is not defined; or a Service sends to a port that the containers do not open.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0116", "IST0137", "KIA0701"],
  fix: "Give each Service port of the workload one protocol and a target port of its own, which a container declares",
  docs: "https://istio.io/latest/docs/ops/deployment/application-requirements/",
  *check(model) {
    for (const workload of model.workloads.all) {
      if (!workload.isPod || workload.role !== undefined) continue;
      const services = model.services.selecting(workload);
      if (services.length === 0) continue;
      const enrolment = model.namespaces.enrolmentOfWorkload(workload);
      if (enrolment === "sidecar" || enrolment === "ambient") {
        yield* checkTransports(workload, services);
        yield* checkTargets(workload, services);
      }
      for (const service of services) yield* checkContainerPorts(workload, service);
    }
  },
};

function entriesOf(services: readonly ServiceView[]): readonly (readonly [ServiceView, ServicePort])[] {
  return services.flatMap((service) => service.ports.map((port) => [service, port] as const));
}

function* checkTransports(workload: Workload, services: readonly ServiceView[]): Iterable<Verdict> {
  const byPort = new Map<number, (readonly [ServiceView, ServicePort])[]>();
  for (const entry of entriesOf(services)) {
    const { number } = entry[1];
    if (number !== undefined) push(byPort, number, entry);
  }
  for (const [port, entries] of byPort) {
    const transports = new Set(entries.map(([, { transport }]) => transport));
    if (transports.size < 2 || new Set(entries.map(([{ object }]) => object.key)).size < 2) continue;
    const who = entries.map(([{ object }, { transport }]) => `"${object.key}" ${transport}`);
    yield workload.object.report(
      "metadata.name",
      `the Services of ${describeWorkload(workload)} give port ${port} different protocols: ${enumerate(who.sort())}`,
      { anchors: ["IST0116"] },
    );
  }
}

function* checkTargets(workload: Workload, services: readonly ServiceView[]): Iterable<Verdict> {
  const byTarget = new Map<number | string, (readonly [ServiceView, ServicePort])[]>();
  for (const entry of entriesOf(services)) {
    const { target } = entry[1];
    if (target !== undefined) push(byTarget, target, entry);
  }
  for (const [target, entries] of byTarget) {
    if (new Set(entries.map(([, { number }]) => number)).size < 2) continue;
    const who = entries.map(([{ object }, { number }]) => `"${object.key}" port ${number ?? "?"}`);
    yield workload.object.report(
      "metadata.name",
      `several Service ports lead to port ${target} of ${describeWorkload(workload)}: ${enumerate(who.sort())}; the proxy serves the settings of one of them`,
      { anchors: ["IST0137"] },
    );
  }
}

/** A port need not be declared to be open, so only a container that declares ports is taken at its word. */
function* checkContainerPorts(workload: Workload, service: ServiceView): Iterable<Verdict> {
  const containers = containersOf(workload, true);
  const lists = containers.map((container) => container.get("ports"));
  if (
    lists.some(
      (list) =>
        list.isUnknown || list.items().some((port) => port.isUnknown || port.get("containerPort").isUnknown),
    )
  )
    return;
  const declared = lists.flatMap((list) => list.items());
  if (declared.length === 0) return;
  const numbers = new Set(declared.map((port) => known(port.get("containerPort").number())));
  const names = new Set(declared.map((port) => known(port.get("name").text())));
  for (const { target, value } of service.ports) {
    if (target === undefined || (typeof target === "number" ? numbers.has(target) : names.has(target)))
      continue;
    const isNamed = typeof target === "string";
    yield service.object.report(
      value.path,
      `port ${String(value.get("port").raw)} leads to port ${isNamed ? `"${target}"` : target} of ${describeWorkload(workload)}, which ${isNamed ? "no container of it has" : "its containers do not declare"}`,
      { anchors: ["KIA0701"], ...(isNamed ? {} : { level: "advisory" }) },
    );
    return;
  }
}
