import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { Rule } from "../rule";

export const egressRegistryOnly: Rule = {
  id: "egress-registry-only",
  group: "egress",
  title: "Workloads call what is declared",
  description:
    "The mesh or a Sidecar lets workloads call any host, so nobody knows, routes or limits what leaves the cluster.",
  severity: "medium",
  level: "advisory",
  levels: { strict: "mandatory" },
  scope: "stack",
  anchors: ["KIA1007"],
  fix: "Set outboundTrafficPolicy.mode to REGISTRY_ONLY, and declare each outside host as a ServiceEntry",
  docs: "https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/",
  *check(model) {
    const { config } = model;
    const mode = config.raw.get("outboundTrafficPolicy").get("mode");
    if (config.object !== undefined) {
      const text = mode.text();
      if (config.raw.isUnknown || text === UNKNOWN) yield config.object.wait("data.mesh");
      else if (text !== "REGISTRY_ONLY")
        yield config.object.report(
          "data.mesh",
          text === undefined
            ? "the mesh configuration sets no outboundTrafficPolicy.mode, which means ALLOW_ANY: workloads may call any host outside"
            : `outboundTrafficPolicy.mode is ${text}: workloads may call any host outside`,
          { anchors: [] },
        );
    }
    for (const sidecar of model.ofKind(kinds.sidecar)) {
      const policy = sidecar.spec.get("outboundTrafficPolicy");
      const value = policy.get("mode");
      const text = value.text();
      if (text === UNKNOWN) yield sidecar.wait(value.path);
      else if (text === "ALLOW_ANY")
        yield sidecar.report(value.path, "the workloads of this Sidecar may call any host outside", {
          anchors: [],
        });
      else if (policy.isPresent && text === undefined)
        yield sidecar.report(
          policy.path,
          "outboundTrafficPolicy has no mode, so what it allows has to be looked up",
          {
            anchors: ["KIA1007"],
            level: "advisory",
            fix: "Write mode: REGISTRY_ONLY",
          },
        );
    }
  },
};
