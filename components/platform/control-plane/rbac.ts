import { commonLabels } from "../labels";
import type {
  ClusterRoleBindingObject,
  ClusterRoleObject,
  RoleBindingObject,
  RoleObject,
  ServiceAccountObject,
} from "../kubernetes-objects";
import { askedOfIstiod } from "./asked-of-istiod";
import { controlPlaneNames } from "./names";
import type { ControlPlaneSettings } from "./settings";

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "update", "patch", "delete"];
const REPORT_STATUS = ["update", "patch"];
const ADMISSION = "admissionregistration.k8s.io";
const GATEWAY_API = "gateway.networking.k8s.io";
const GATEWAY_API_EXPERIMENTAL = "gateway.networking.x-k8s.io";
const INFERENCE = "inference.networking.k8s.io";
const CERTIFICATES = "certificates.k8s.io";
const CORE = "";

const ISTIO_GROUPS = [
  "config.istio.io",
  "security.istio.io",
  "networking.istio.io",
  "authentication.istio.io",
  "rbac.istio.io",
  "telemetry.istio.io",
  "extensions.istio.io",
];

/** Rules are short here and long in Kubernetes: one group, some resources, some verbs. */
function may(verbs: readonly string[], apiGroup: string | readonly string[], ...resources: string[]): Rule {
  return {
    apiGroups: typeof apiGroup === "string" ? [apiGroup] : [...apiGroup],
    resources,
    verbs: [...verbs],
  };
}

const CALLER_CHECKS = [
  may(["create"], "authentication.k8s.io", "tokenreviews"),
  may(["create"], "authorization.k8s.io", "subjectaccessreviews"),
];

const ISTIOD_RULES: readonly Rule[] = [
  // It writes the certificate that API servers must trust into its own webhooks.
  may([...READ, "update", "patch"], ADMISSION, "mutatingwebhookconfigurations"),
  may([...READ, "update"], ADMISSION, "validatingwebhookconfigurations"),

  may(READ, ISTIO_GROUPS, "*"),
  // Virtual machines register themselves through it.
  may(WRITE, "networking.istio.io", "workloadentries"),
  may(WRITE, "networking.istio.io", "workloadentries/status", "serviceentries/status"),
  may(WRITE, "security.istio.io", "authorizationpolicies/status"),
  may(WRITE, CORE, "services/status"),
  may(READ, "apiextensions.k8s.io", "customresourcedefinitions"),

  may(READ, CORE, "pods", "nodes", "services", "namespaces", "endpoints"),
  may(READ, "discovery.k8s.io", "endpointslices"),
  may(READ, "networking.k8s.io", "ingresses", "ingressclasses"),
  may(["*"], "networking.k8s.io", "ingresses/status"),
  // The mesh's root certificate goes into a ConfigMap of every namespace.
  may([...READ, "create", "update"], CORE, "configmaps"),
  ...CALLER_CHECKS,

  may(READ, [GATEWAY_API, GATEWAY_API_EXPERIMENTAL], "*"),
  may(REPORT_STATUS, GATEWAY_API_EXPERIMENTAL, "xbackendtrafficpolicies/status"),
  may(
    REPORT_STATUS,
    GATEWAY_API,
    ...[
      "backendtlspolicies",
      "gatewayclasses",
      "gateways",
      "grpcroutes",
      "httproutes",
      "listenersets",
      "referencegrants",
      "tcproutes",
      "tlsroutes",
      "udproutes",
    ].map((resource) => `${resource}/status`),
  ),
  may(["create", "update", "patch", "delete"], GATEWAY_API, "gatewayclasses"),
  may(READ, INFERENCE, "inferencepools"),
  may(REPORT_STATUS, INFERENCE, "inferencepools/status"),

  // Credentials of gateways, in whichever namespace they are.
  may(READ, CORE, "secrets"),
];

/** What istiod needs to run the gateways that Gateway API objects ask for. */
const GATEWAY_CONTROLLER_RULES: readonly Rule[] = [
  may(WRITE, "apps", "deployments"),
  may(WRITE, "autoscaling", "horizontalpodautoscalers"),
  may(WRITE, "policy", "poddisruptionbudgets"),
  may(WRITE, CORE, "services"),
  may(WRITE, CORE, "serviceaccounts"),
];

/** What the control plane of another cluster may read here. */
const READER_RULES: readonly Rule[] = [
  may(READ, ISTIO_GROUPS, "*"),
  may(
    READ,
    CORE,
    "endpoints",
    "pods",
    "services",
    "nodes",
    "replicationcontrollers",
    "namespaces",
    "secrets",
    "configmaps",
  ),
  may(READ, "networking.istio.io", "workloadentries"),
  may(READ, ["networking.x-k8s.io", GATEWAY_API], "gateways"),
  may(READ, "apiextensions.k8s.io", "customresourcedefinitions"),
  may(READ, "discovery.k8s.io", "endpointslices"),
  may(READ, "apps", "replicasets"),
  ...CALLER_CHECKS,
];

/** What an istiod in another cluster writes here beside: the root certificate of each namespace, and its webhooks. */
const REMOTE_ISTIOD_RULES: readonly Rule[] = [
  may([...READ, "create", "update"], CORE, "configmaps"),
  may([...READ, "update", "patch"], ADMISSION, "mutatingwebhookconfigurations"),
  may([...READ, "update"], ADMISSION, "validatingwebhookconfigurations"),
];

/** What istiod may do in its own namespace only. */
const NAMESPACED_RULES: readonly Rule[] = [
  // Creating one as a dry run tells whether the validation webhook answers.
  may(["create"], "networking.istio.io", "gateways"),
  // Its own signing key, where no `cacerts` is given.
  may(["create", "get", "watch", "list", "update", "delete"], CORE, "secrets"),
  may(["delete"], CORE, "configmaps"),
  // Leader election.
  may(["get", "update", "patch", "create"], "coordination.k8s.io", "leases"),
];

/** Kinds of mesh objects that the analysis writes its findings to. */
const ANALYSED = [
  "authorizationpolicies",
  "destinationrules",
  "envoyfilters",
  "gateways",
  "peerauthentications",
  "proxyconfigs",
  "requestauthentications",
  "serviceentries",
  "sidecars",
  "telemetries",
  "virtualservices",
  "wasmplugins",
  "workloadentries",
  "workloadgroups",
];

/** What istiod needs more, or does not need, for what its environment asks of it. */
function rulesAskedFor(settings: ControlPlaneSettings): {
  readonly istiod: readonly Rule[];
  readonly multiCluster: readonly Rule[];
  readonly gatewayController: boolean;
} {
  const asked = askedOfIstiod(settings.env);
  return {
    istiod: [
      ...(asked.analysis
        ? [
            may(REPORT_STATUS, ISTIO_GROUPS, ...ANALYSED.map((kind) => `${kind}/status`)),
            // The group that ingresses came from; some clusters still have it.
            may(READ, "extensions", "ingresses"),
            may(["*"], "extensions", "ingresses/status"),
          ]
        : []),
      ...(asked.clusterTrustBundles
        ? [
            may([...READ, "create", "update", "delete"], CERTIFICATES, "clustertrustbundles"),
            { ...may(["attest"], CERTIFICATES, "signers"), resourceNames: ["istio.io/istiod-ca"] },
          ]
        : []),
      ...(asked.untaint ? [may(["patch"], CORE, "nodes")] : []),
      ...(settings.authority.signer === undefined ? [] : signingRules(settings.authority.signer)),
    ],
    multiCluster: [
      may([...READ, "create", "delete"], asked.multiClusterGroup, "serviceexports"),
      may(READ, asked.multiClusterGroup, "serviceimports"),
    ],
    gatewayController: asked.gatewayDeployments,
  };
}

/** What istiod needs to have certificates signed: it asks in the name of workloads, and approves what it has checked. */
export function signingRules(signer: string): Rule[] {
  return [
    may(
      ["create", "get", "watch", "update", "delete"],
      CERTIFICATES,
      "certificatesigningrequests",
      "certificatesigningrequests/approval",
      "certificatesigningrequests/status",
    ),
    { ...may(["approve"], CERTIFICATES, "signers"), resourceNames: [signer] },
  ];
}

/** Accounts, roles and bindings of a control plane, by the suffix of their resource name. */
export interface ControlPlaneRbac {
  readonly "reader-service-account"?: ServiceAccountObject;
  readonly "reader-cluster-role": ClusterRoleObject;
  readonly "reader-cluster-role-binding": ClusterRoleBindingObject;
  // istiod's own; absent where it neither runs nor reads mesh objects.
  readonly "service-account"?: ServiceAccountObject;
  readonly "cluster-role"?: ClusterRoleObject;
  readonly "cluster-role-binding"?: ClusterRoleBindingObject;
  readonly "gateway-controller-cluster-role"?: ClusterRoleObject;
  readonly "gateway-controller-cluster-role-binding"?: ClusterRoleBindingObject;
  readonly role?: RoleObject;
  readonly "role-binding"?: RoleBindingObject;
}

/** The accounts, roles and bindings of a control plane. */
export function controlPlaneRbac(settings: ControlPlaneSettings): ControlPlaneRbac {
  const { namespace, imagePullSecrets } = settings;
  const names = controlPlaneNames(settings);
  const istiodLabels = { app: "istiod", ...commonLabels("istiod") };
  const readerLabels = { app: "istio-reader", ...commonLabels("istio-reader") };
  const pullSecrets =
    imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) };

  const account = (name: string, labels: Record<string, string>): ServiceAccountObject => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels },
    ...pullSecrets,
  });
  const clusterRole = (
    name: string,
    labels: Record<string, string>,
    rules: readonly Rule[],
  ): ClusterRoleObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name, labels },
    rules: [...rules],
  });
  const clusterRoleBinding = (
    name: string,
    labels: Record<string, string>,
    serviceAccount: string,
  ): ClusterRoleBindingObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name, labels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace }],
  });

  const asked = rulesAskedFor(settings);
  const reader = {
    ...(settings.readerServiceAccount
      ? { "reader-service-account": account(names.readerServiceAccount, readerLabels) }
      : {}),
    "reader-cluster-role": clusterRole(names.readerClusterRole, readerLabels, [
      ...READER_RULES,
      ...asked.multiCluster,
      ...(settings.remote === undefined ? [] : REMOTE_ISTIOD_RULES),
    ]),
    "reader-cluster-role-binding": clusterRoleBinding(
      names.readerClusterRole,
      readerLabels,
      names.readerServiceAccount,
    ),
  };
  if (settings.remote?.configCluster === false) return reader;
  return {
    "service-account": account(names.istiod, istiodLabels),
    ...reader,
    "cluster-role": clusterRole(names.clusterRole, istiodLabels, [
      ...ISTIOD_RULES,
      ...asked.multiCluster,
      ...asked.istiod,
    ]),
    "cluster-role-binding": clusterRoleBinding(names.clusterRole, istiodLabels, names.istiod),
    ...(asked.gatewayController
      ? {
          "gateway-controller-cluster-role": clusterRole(
            names.gatewayController,
            istiodLabels,
            GATEWAY_CONTROLLER_RULES,
          ),
          "gateway-controller-cluster-role-binding": clusterRoleBinding(
            names.gatewayController,
            istiodLabels,
            names.istiod,
          ),
        }
      : {}),
    role: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: names.istiod, namespace, labels: istiodLabels },
      rules: [...NAMESPACED_RULES],
    },
    "role-binding": {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: names.istiod, namespace, labels: istiodLabels },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: names.istiod },
      subjects: [{ kind: "ServiceAccount", name: names.istiod, namespace }],
    },
  };
}
