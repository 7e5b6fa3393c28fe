import type { MeshModel } from "../model";
import { customaryOpens, isCustomaryGateway, isOpen, type GatewayView } from "../model/gateways";
import { kinds } from "../model/kinds";
import { describeLabels } from "../model/labels";
import { roleOfClass } from "../model/kubernetes-gateways";
import { describeWorkload } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { nearest } from "../text";

export const gatewayWorkloadPorts: Rule = {
  id: "gateway-workload-ports",
  group: "gateway",
  title: "A gateway has pods, and a way in",
  description:
    "The selector of a Gateway picks no pods, its class is nobody's, or no Service of its pods opens the port of a server: nobody can reach it.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101", "IST0162", "KIA0302", "KIA1504"],
  fix: "Correct the selector, and open the port on the Service of the gateway's pods",
  docs: "https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway",
  *check(model) {
    // A set that deploys gateways misses one that is not there.
    const isSettled = [...model.gateways.values()].some(({ pods }) => pods.workloads.length > 0);
    for (const gateway of model.gateways.values()) yield* judge(model, gateway, isSettled);
    for (const gateway of model.ofKind(kinds.kubernetesGateway)) {
      const value = gateway.spec.get("gatewayClassName");
      const name = known(value.text());
      if (value.isUnknown) yield gateway.wait(value.path);
      if (name === undefined || roleOfClass(name, []) !== undefined || name === "istio-remote") continue;
      const classes = model.ofKind(kinds.gatewayClass);
      if (classes.some((each) => each.name === name)) continue;
      const near = nearest(name, ["istio", "istio-waypoint", "istio-east-west", "istio-remote"]);
      yield gateway.report(
        value.path,
        `no GatewayClass "${name}" exists in this set${near === undefined ? "" : `; did you mean "${near}"?`}`,
        {
          anchors: ["KIA1504"],
          fix: 'Use class "istio", "istio-waypoint" or "istio-east-west", or add the class to this set',
          // Another controller brings its own class.
          ...(near === undefined ? { level: "advisory" } : {}),
        },
      );
    }
  },
};

function* judge(model: MeshModel, gateway: GatewayView, isSettled: boolean): Iterable<Verdict> {
  const { object, selector, pods } = gateway;
  if (selector.known.size === 0 && !selector.open) return;
  if (pods.workloads.length === 0) {
    if (isOpen(gateway)) yield object.wait("spec.selector");
    else if (isCustomaryGateway(gateway)) yield* checkCustomaryPorts(gateway);
    else
      yield object.report(
        "spec.selector",
        `no pod has ${describeLabels(selector.known)}, so nothing runs this Gateway`,
        {
          anchors: ["IST0101", "KIA0302"],
          ...(isSettled ? {} : { level: "advisory" }),
        },
      );
    return;
  }
  const services = pods.workloads.flatMap((workload) => model.services.selecting(workload));
  if (services.some(({ object: service }) => service.spec.get("ports").isUnknown)) {
    yield object.wait("spec.servers");
    return;
  }
  const open = new Set(
    services.flatMap(({ ports }) =>
      ports.flatMap(({ number, target, transport }) => (transport === "TCP" ? [number, target] : [])),
    ),
  );
  for (const server of object.spec.get("servers").items())
    yield* checkPort(gateway, server.get("port").get("number"), open, services.length > 0);
}

/** A gateway of Istio's own installation, elsewhere: what it opens there is custom, not certain. */
function* checkCustomaryPorts(gateway: GatewayView): Iterable<Verdict> {
  for (const server of gateway.object.spec.get("servers").items()) {
    const value = server.get("port").get("number");
    const port = known(value.number());
    if (port === undefined || customaryOpens(gateway, port) !== false) continue;
    yield gateway.object.report(
      value.path,
      `Istio's own ingress gateway does not open port ${port} unless its installation adds it`,
      { anchors: ["IST0162"], level: "advisory" },
    );
  }
}

function* checkPort(
  { object, pods }: GatewayView,
  value: Value,
  open: ReadonlySet<number | string | undefined>,
  hasService: boolean,
): Iterable<Verdict> {
  const port = known(value.number());
  const [pod] = pods.workloads;
  if (value.isUnknown) yield object.wait(value.path);
  if (port === undefined || port === 0 || open.has(port) || pod === undefined) return;
  // A gateway that is made from a Gateway of the Gateway API has a Service that istiod makes from its listeners.
  if (pod.role !== undefined) return;
  yield object.report(
    value.path,
    hasService
      ? `no Service of ${describeWorkload(pod)} opens port ${port}`
      : `no Service of this set selects ${describeWorkload(pod)}, so nobody opens port ${port}`,
    { anchors: ["IST0162"], ...(hasService ? {} : { level: "advisory" }) },
  );
}
