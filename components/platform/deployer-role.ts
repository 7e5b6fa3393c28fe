import { gatewayApiCrds, istioCrds } from "../resources/crds";
import { cniRbac } from "./cni/rbac";
import { cniSettings } from "./cni/settings";
import { controlPlaneRbac, signingRules } from "./control-plane/rbac";
import { controlPlaneSettings } from "./control-plane/settings";
import { gatewayObjects } from "./gateway/objects";
import { gatewaySettings } from "./gateway/settings";
import { partRbac } from "./telemetry-stack/rbac";
import { DEFAULT_TELEMETRY_NAMESPACE } from "./telemetry-stack/settings";
import type { ClusterRoleObject } from "./kubernetes-objects";

/** What a deployment does to the objects that it makes. */
const MANAGE = ["get", "list", "watch", "create", "update", "patch", "delete"];
const READ = ["get", "list", "watch"];

/** What a deployment needs beyond the usual. */
export interface DeployerRoleOptions {
  /** The signer of the cluster that signs identities: istiod is given the right to have it sign. @default none */
  readonly kubernetesSigner?: string;
}

interface Permission {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The kinds that our components and the workloads beside them are made of. */
const MANAGED: readonly (readonly [group: string, ...resources: string[]])[] = [
  ["", "configmaps", "namespaces", "resourcequotas", "secrets", "serviceaccounts", "services"],
  ["apps", "daemonsets", "deployments", "statefulsets"],
  ["autoscaling", "horizontalpodautoscalers"],
  ["discovery.k8s.io", "endpointslices"],
  ["networking.k8s.io", "networkpolicies"],
  ["policy", "poddisruptionbudgets"],
  ["rbac.authorization.k8s.io", "clusterrolebindings", "clusterroles", "rolebindings", "roles"],
  ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
  ["admissionregistration.k8s.io", "validatingadmissionpolicies", "validatingadmissionpolicybindings"],
  ["apiextensions.k8s.io", "customresourcedefinitions"],
  ["cert-manager.io", "certificates"],
  ["monitoring.coreos.com", "podmonitors", "prometheusrules", "servicemonitors"],
];

/**
 * What the Kubernetes provider looks at while it waits for a Deployment or a Service to become ready. It starts to wait
 * only once it has listed all of them, so without one it would wait for ever.
 */
const WATCHED: readonly (readonly [group: string, ...resources: string[]])[] = [
  ["", "endpoints", "events", "persistentvolumeclaims", "pods"],
  ["apps", "replicasets"],
];

/**
 * The least that an account needs to deploy a mesh with these components, whether by `pulumi up` or by
 * `kubectl apply --server-side`.
 *
 * Beside the objects themselves it holds every permission that istiod, the agents and the gateways are given: Kubernetes lets nobody
 * hand out a permission that they do not have. The verbs `escalate` and `bind` would be the shorter way, and are those
 * by which such an account could make itself anything.
 *
 * Where a signer of the cluster signs identities, `kubernetesSigner` adds what istiod is given for it; the file does not
 * have it, for whoever may approve requests to a signer may have it sign anything. On OpenShift it takes two more, for the agents on the nodes: `use` of the SecurityContextConstraint `privileged`, and
 * NetworkAttachmentDefinitions in the namespace `default`.
 *
 * `docs/deployer-role.yaml` is this role.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export function deployerRole({ kubernetesSigner }: DeployerRoleOptions = {}): ClusterRoleObject {
  const manage = (
    [group, ...resources]: readonly [string, ...string[]],
    verbs: readonly string[],
  ): Permission => ({
    apiGroups: [group],
    resources,
    verbs,
  });
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "meshwright-deployer" },
    rules: [
      ...merge([
        ...MANAGED.map((kinds) => manage(kinds, MANAGE)),
        ...meshKinds().map((kinds) => manage(kinds, MANAGE)),
        ...WATCHED.map((kinds) => manage(kinds, READ)),
        ...handedOut(),
      ]),
      ...(kubernetesSigner === undefined ? [] : signingRules(kubernetesSigner)),
    ],
  };
}

function meshKinds(): [string, ...string[]][] {
  return [...istioCrds.crds, ...gatewayApiCrds.crds].map(({ group, names }) => [group, names.plural]);
}

/** The permissions in the roles that we make; whoever makes the role must have them. */
function handedOut(): Permission[] {
  const rbac = controlPlaneRbac(controlPlaneSettings({}));
  const agent = cniRbac(cniSettings({ ambient: true }));
  const roles = [
    ...Object.values(rbac),
    ...Object.values(agent),
    gatewayObjects(gatewaySettings({})).role,
    ...partRbac("kiali", "kiali", DEFAULT_TELEMETRY_NAMESPACE),
    ...partRbac("prometheus", "prometheus", DEFAULT_TELEMETRY_NAMESPACE),
  ];
  const rules = roles.flatMap((object) => ("rules" in object ? ((object.rules ?? []) as Permission[]) : []));
  // Single objects are of kinds that we manage: whoever deploys may do that to all of them.
  return rules.filter((rule) => !("resourceNames" in rule));
}

/** One rule for each API group and list of verbs, sorted, so that the file is as short as the permissions allow. */
function merge(
  permissions: readonly Permission[],
): { apiGroups: string[]; resources: string[]; verbs: string[] }[] {
  const verbsOf = new Map<string, Set<string>>();
  for (const { apiGroups, resources, verbs } of permissions) {
    for (const group of apiGroups) {
      for (const resource of resources) {
        const key = `${group}\n${resource}`;
        const known = verbsOf.get(key) ?? new Set();
        for (const verb of verbs) known.add(verb);
        verbsOf.set(key, known);
      }
    }
  }
  const rules = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }>();
  for (const [key, verbs] of [...verbsOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group = "", resource = ""] = key.split("\n");
    const sorted = [...verbs].sort();
    const rule = `${group}\n${sorted.join()}`;
    const known = rules.get(rule);
    if (known === undefined) rules.set(rule, { apiGroups: [group], resources: [resource], verbs: sorted });
    else known.resources.push(resource);
  }
  return [...rules.values()];
}
