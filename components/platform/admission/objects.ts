import type {
  ValidatingAdmissionPolicyBindingObject,
  ValidatingAdmissionPolicyObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import { AdmissionMode, AdmissionPolicy, type AdmissionPoliciesArgs } from "./args";
import {
  allowsNotAll,
  ambient,
  demandsMtls,
  injected,
  isCapturedWhole,
  keepsAmbient,
  keepsSidecar,
  labelsAfter,
  labelsBefore,
  list,
  namespaceLabels,
  podAnnotations,
  podLabels,
  portsDemandMtls,
  staysEnrolled,
  template,
} from "./expressions";

/** A policy and where it is in force. */
export interface AdmissionObjects {
  readonly policy: ValidatingAdmissionPolicyObject;
  readonly binding: ValidatingAdmissionPolicyBindingObject;
}

interface Definition {
  readonly resources: readonly { readonly group: string; readonly resources: string[] }[];
  readonly operations: string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** What must hold, with what to say where it does not. */
  readonly validations: readonly { readonly expression: string; readonly message: string }[];
  /** Objects that the mesh itself declares may be otherwise. */
  readonly agreeable?: true;
  /** It is about pods, which controllers make from templates that were judged. */
  readonly ofPods?: true;
}

const DEFINITIONS: Readonly<Record<AdmissionPolicy, Definition>> = {
  mtls: {
    resources: [{ group: "security.istio.io", resources: ["peerauthentications"] }],
    operations: ["CREATE", "UPDATE"],
    validations: [
      {
        expression: demandsMtls,
        message:
          "the mesh demands mutual TLS everywhere: spec.mtls.mode must be STRICT. An exception is declared in the program of the mesh, with a reason and an end",
      },
      {
        expression: portsDemandMtls,
        message:
          "the mesh demands mutual TLS everywhere: every mode in spec.portLevelMtls must be STRICT. An exception is declared in the program of the mesh, with a reason and an end",
      },
    ],
    agreeable: true,
  },
  authorization: {
    resources: [{ group: "security.istio.io", resources: ["authorizationpolicies"] }],
    operations: ["CREATE", "UPDATE"],
    validations: [
      {
        expression: allowsNotAll,
        message:
          "a rule without from, to and when allows everyone everything, whatever other policies permit: say who may call what",
      },
    ],
    agreeable: true,
  },
  capture: {
    resources: [
      { group: "", resources: ["pods", "replicationcontrollers"] },
      { group: "apps", resources: ["daemonsets", "deployments", "replicasets", "statefulsets"] },
      { group: "batch", resources: ["cronjobs", "jobs"] },
    ],
    operations: ["CREATE", "UPDATE"],
    variables: {
      template,
      labels: podLabels,
      annotations: podAnnotations,
      namespaceLabels,
      injected,
      ambient,
    },
    validations: [
      {
        expression: keepsSidecar,
        message:
          "sidecar.istio.io/inject takes the pod out of the mesh, which its namespace is in: remove it",
      },
      {
        expression: keepsAmbient,
        message:
          "istio.io/dataplane-mode takes the pod out of the mesh, which its namespace is in: remove it",
      },
      {
        expression: isCapturedWhole,
        message:
          "an annotation takes traffic past the proxy of the pod, and with it past mutual TLS and authorization: remove the annotations excludeInboundPorts, excludeOutboundPorts, excludeOutboundIPRanges, excludeInterfaces, includeInboundPorts, includeOutboundIPRanges, interceptionMode and bypass-inbound-capture",
      },
    ],
    ofPods: true,
  },
  enrolment: {
    resources: [{ group: "", resources: ["namespaces"] }],
    operations: ["UPDATE"],
    variables: { before: labelsBefore, after: labelsAfter },
    validations: [
      {
        expression: staysEnrolled,
        message:
          "the namespace is in the mesh, and its new labels would take it out: keep istio-injection, istio.io/rev or istio.io/dataplane-mode",
      },
    ],
  },
};

/** Controllers of Kubernetes: what they make comes from templates that were judged when they were sent. */
const CONTROLLERS = "system:serviceaccount:kube-system:";
const CONTROLLER_MANAGER = "system:kube-controller-manager";
/** Namespaces whose pods are no workloads of the mesh. */
const SYSTEM_NAMESPACE = "kube-system";

/** Builds every policy. Pure: plain arguments give plain objects. */
export function admissionObjects(
  args: AdmissionPoliciesArgs,
): Readonly<Record<AdmissionPolicy, AdmissionObjects>> {
  const build = (policy: AdmissionPolicy): AdmissionObjects => admissionPolicy(policy, args);
  return {
    mtls: build(AdmissionPolicy.Mtls),
    authorization: build(AdmissionPolicy.Authorization),
    capture: build(AdmissionPolicy.Capture),
    enrolment: build(AdmissionPolicy.Enrolment),
  };
}

function admissionPolicy(policy: AdmissionPolicy, args: AdmissionPoliciesArgs): AdmissionObjects {
  const { mode = AdmissionMode.Deny, namespace = DEFAULT_ROOT_NAMESPACE } = args;
  const definition = DEFINITIONS[policy];
  const metadata = { name: `meshwright-${policy}-${namespace}`, labels: commonLabels("admission-policies") };
  return {
    policy: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          matchPolicy: "Equivalent",
          resourceRules: definition.resources.map(({ group, resources }) => ({
            apiGroups: [group],
            apiVersions: ["v1"],
            operations: definition.operations,
            resources,
            scope: policy === AdmissionPolicy.Enrolment ? "Cluster" : "Namespaced",
          })),
        },
        ...matchConditions(definition, args, namespace),
        ...(definition.variables === undefined
          ? {}
          : {
              variables: Object.entries(definition.variables).map(([name, expression]) => ({
                name,
                expression,
              })),
            }),
        validations: definition.validations.map(({ expression, message }) => ({
          expression,
          message,
          reason: "Forbidden",
        })),
      },
    },
    binding: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: {
        policyName: metadata.name,
        validationActions: mode === AdmissionMode.Deny ? ["Deny", "Audit"] : ["Warn", "Audit"],
        ...exceptFor(exceptedNamespaces(policy, definition, args, namespace)),
      },
    },
  };
}

function matchConditions(
  { agreeable, ofPods }: Definition,
  { agreed = [], exemptUsers = [] }: AdmissionPoliciesArgs,
  namespace: string,
): { readonly matchConditions?: { name: string; expression: string }[] } {
  const conditions = [
    ...(agreeable === true && agreed.length > 0
      ? [
          {
            name: "not-declared-by-the-mesh",
            expression: `!((object.metadata.?namespace.orValue("") + "/" + object.metadata.?name.orValue("")) in ${list([...agreed].sort())})`,
          },
        ]
      : []),
    ...(exemptUsers.length > 0
      ? [
          {
            name: "not-an-exempt-user",
            expression: `!(request.userInfo.username in ${list([...exemptUsers].sort())})`,
          },
        ]
      : []),
    ...(ofPods === true
      ? [
          {
            name: "not-from-a-template",
            expression: [
              `!request.userInfo.username.startsWith("${CONTROLLERS}")`,
              `request.userInfo.username != "${CONTROLLER_MANAGER}"`,
              // istiod runs gateways and waypoints without sidecars, as they are proxies themselves.
              `!request.userInfo.username.startsWith("system:serviceaccount:${namespace}:istiod")`,
            ].join(" && "),
          },
        ]
      : []),
  ];
  return conditions.length === 0 ? {} : { matchConditions: conditions };
}

function exceptedNamespaces(
  policy: AdmissionPolicy,
  { ofPods }: Definition,
  { exceptions = [] }: AdmissionPoliciesArgs,
  root: string,
): string[] {
  const named = exceptions
    .filter(({ policies }) => policies === undefined || policies.includes(policy))
    .map(({ namespace }) => namespace);
  return [...new Set([...named, ...(ofPods === true ? [root, SYSTEM_NAMESPACE] : [])])].sort();
}

/** Every namespace but these; of the Namespace objects themselves, the same. */
function exceptFor(namespaces: readonly string[]): {
  readonly matchResources?: {
    readonly namespaceSelector: {
      readonly matchExpressions: { key: string; operator: string; values: string[] }[];
    };
  };
} {
  if (namespaces.length === 0) return {};
  return {
    matchResources: {
      namespaceSelector: {
        matchExpressions: [
          { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [...namespaces] },
        ],
      },
    },
  };
}
