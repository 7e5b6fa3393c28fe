import { kinds } from "../model/kinds";
import type { Rule } from "../rule";

/** Options of {@link resilienceNoFaultInProd}. */
export interface NoFaultOptions {
  /** Namespaces where faults may be injected; a `*` at the end stands for any ending. */
  readonly testNamespaces: readonly string[];
}

export const resilienceNoFaultInProd: Rule<NoFaultOptions> = {
  id: "resilience-no-fault-in-prod",
  group: "resilience",
  title: "No faults where people work",
  description:
    "A VirtualService injects delays or errors outside the namespaces that are for tests, so users meet faults that somebody forgot.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: "Remove the fault, move it to a namespace for tests, or except this object until the day on which the experiment ends",
  docs: "https://istio.io/latest/docs/tasks/traffic-management/fault-injection/",
  options: {
    testNamespaces: {
      type: "array",
      items: { type: "string" },
      description: "Namespaces where faults may be injected; a * at the end stands for any ending.",
      default: ["test", "test-*", "chaos", "chaos-*"],
    },
  },
  *check(model, { testNamespaces }) {
    for (const object of model.ofKind(kinds.virtualService)) {
      const { namespace } = object;
      const isTest = testNamespaces.some((each) =>
        each.endsWith("*") ? String(namespace).startsWith(each.slice(0, -1)) : each === namespace,
      );
      if (isTest) continue;
      for (const rule of object.spec.get("http").items()) {
        const fault = rule.get("fault");
        if (fault.isUnknown) yield object.wait(fault.path);
        for (const kind of ["delay", "abort"] as const) {
          const value = fault.get(kind);
          if (!value.isPresent || fault.isUnknown) continue;
          const share = value.get("percentage").get("value").number();
          if (share === 0) continue;
          const what = kind === "delay" ? "delays" : "fails";
          yield object.report(
            value.path,
            `the route ${what} ${typeof share === "number" ? `${share} % of the` : "some"} requests on purpose in namespace "${String(object.ref.namespace)}"`,
          );
        }
      }
    }
  },
};
