import { dump } from "js-yaml";
import type * as pulumi from "@pulumi/pulumi";

import type { ConfigMapObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { CniRepair } from "./args";
import { CNI, CONFIG } from "./names";
import type { CniSettings } from "./settings";

const MODE = "istio.io/dataplane-mode";

/** Which pods are ambient: those that say so, and those of a namespace that says so and that do not opt out. */
const AMBIENT_PODS = [
  { podSelector: { matchLabels: { [MODE]: "ambient" } } },
  {
    namespaceSelector: { matchLabels: { [MODE]: "ambient" } },
    podSelector: { matchExpressions: [{ key: MODE, operator: "NotIn", values: ["none"] }] },
  },
];

/**
 * The settings of the agent, which it reads as environment variables.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/cni/
 */
export function cniConfigMap(settings: CniSettings): ConfigMapObject {
  const { ambient, chained, confFileName, repair } = settings;
  const data: Readonly<Record<string, pulumi.Input<string>>> = {
    CURRENT_AGENT_VERSION: settings.tag,
    AMBIENT_ENABLED: String(ambient),
    AMBIENT_ENABLEMENT_SELECTOR: dump(AMBIENT_PODS),
    AMBIENT_DNS_CAPTURE: "true",
    AMBIENT_IPV6: "true",
    AMBIENT_RECONCILE_POD_RULES_ON_STARTUP: "true",
    ENABLE_AMBIENT_DETECTION_RETRY: "false",
    ...(confFileName === undefined ? {} : { CNI_CONF_NAME: confFileName }),
    ISTIO_OWNED_CNI_CONFIG: "false",
    CHAINED_CNI_PLUGIN: String(chained),
    EXCLUDE_NAMESPACES: settings.excludeNamespaces.join(","),
    REPAIR_ENABLED: String(repair !== CniRepair.Off),
    REPAIR_LABEL_PODS: String(repair === CniRepair.Label),
    REPAIR_DELETE_PODS: String(repair === CniRepair.Delete),
    REPAIR_REPAIR_PODS: String(repair === CniRepair.Repair),
    // The container that waits, in every injected pod, for the capture to work.
    REPAIR_INIT_CONTAINER_NAME: "istio-validation",
    REPAIR_BROKEN_POD_LABEL_KEY: "cni.istio.io/uninitialized",
    REPAIR_BROKEN_POD_LABEL_VALUE: "true",
    NATIVE_NFTABLES: "false",
    ...settings.env,
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: CONFIG,
      namespace: settings.namespace,
      labels: { app: CNI, "istio.io/rev": settings.rev, ...commonLabels(CNI) },
    },
    data,
  };
}
