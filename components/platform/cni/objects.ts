import type {
  ConfigMapObject,
  DaemonSetObject,
  NetworkAttachmentDefinitionObject,
  NetworkPolicyObject,
  PlatformObject,
  ResourceQuotaObject,
  ServiceAccountObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { openPorts } from "../network-policies";
import { agentAccount, criticalPodsQuota } from "../node-agents";
import { cniConfigMap } from "./config-map";
import { cniDaemonSet, METRICS_PORT, READINESS_PORT } from "./daemon-set";
import { CNI, SELECTOR } from "./names";
import { cniRbac, type CniRbac } from "./rbac";
import type { CniSettings } from "./settings";

/** What must be there before the agent starts, by the suffix of its resource name. */
export interface CniPrerequisites extends CniRbac {
  readonly "service-account": ServiceAccountObject;
  readonly config: ConfigMapObject;
  readonly "network-attachment-definition"?: NetworkAttachmentDefinitionObject;
  readonly "network-policy"?: NetworkPolicyObject;
  readonly "resource-quota"?: ResourceQuotaObject;
}

/** Every object of the CNI node agent. */
export interface CniObjects {
  readonly before: CniPrerequisites;
  readonly daemonSet: DaemonSetObject;
}

/** Builds every object of the CNI node agent. Pure: plain settings give plain objects. */
export function cniObjects(settings: CniSettings): CniObjects {
  const { namespace, rev } = settings;
  const labels = commonLabels(CNI);
  const revisioned = { "istio.io/rev": rev, ...labels };
  const account = { name: CNI, namespace, labels: { app: CNI, ...revisioned } };
  return {
    before: {
      "service-account": agentAccount(account, settings.imagePullSecrets),
      ...cniRbac(settings),
      config: cniConfigMap(settings),
      ...(settings.provider === "multus"
        ? {
            "network-attachment-definition": {
              apiVersion: "k8s.cni.cncf.io/v1",
              kind: "NetworkAttachmentDefinition",
              // Injected pods of every namespace name it so.
              metadata: { name: CNI, namespace: "default", labels },
            },
          }
        : {}),
      ...(settings.networkPolicy
        ? {
            "network-policy": openPorts(
              {
                name: rev === "default" ? CNI : `${CNI}-${rev}`,
                namespace,
                labels: { ...SELECTOR, ...revisioned },
              },
              { ...SELECTOR },
              [{ port: METRICS_PORT }],
              [{ port: READINESS_PORT }],
            ),
          }
        : {}),
      ...(settings.criticalPodsQuota === 0
        ? {}
        : {
            "resource-quota": criticalPodsQuota(
              { name: `${CNI}-resource-quota`, namespace, labels },
              settings.criticalPodsQuota,
            ),
          }),
    },
    daemonSet: cniDaemonSet(settings),
  };
}

/** The same objects in one list, in the order in which they may be applied. */
export function listCniObjects({ before, daemonSet }: CniObjects): PlatformObject[] {
  return [...Object.values(before), daemonSet];
}
