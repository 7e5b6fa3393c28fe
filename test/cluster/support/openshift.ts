import assert from "node:assert/strict";
import type { Cluster } from "../harness/cluster";
import { DEPLOYER, DEPLOYER_NAMESPACE } from "./deployer";

const GROUP = "k8s.cni.cncf.io";
const PLURAL = "network-attachment-definitions";
const RBAC = "rbac.authorization.k8s.io";
const NAME = "meshwright-test-openshift";

/** What the documentation of the deployer's role asks for beside it, and the kinds of OpenShift that a mesh meets there. */
const OBJECTS: readonly object[] = [
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: {
        kind: "NetworkAttachmentDefinition",
        plural: PLURAL,
        singular: "network-attachment-definition",
      },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: { config: { type: "string" } } } },
            },
          },
        },
      ],
    },
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRole",
    metadata: { name: NAME },
    rules: [
      {
        apiGroups: ["security.openshift.io"],
        resources: ["securitycontextconstraints"],
        resourceNames: ["privileged"],
        verbs: ["use"],
      },
      {
        apiGroups: [GROUP],
        resources: [PLURAL],
        verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
      },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: NAME },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: NAME },
    subjects: [{ kind: "ServiceAccount", name: DEPLOYER, namespace: DEPLOYER_NAMESPACE }],
  },
];

/** Makes a cluster take what is meant for OpenShift. */
export async function likeOpenShift({ kubectl }: Cluster): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: OBJECTS });
  const { code, stderr } = await kubectl(["apply", "--server-side", "-f", "-"], { input });
  assert.equal(code, 0, stderr);
  const crd = `crd/${PLURAL}.${GROUP}`;
  const served = await kubectl(["wait", "--for=condition=Established", "--timeout=60s", crd]);
  assert.equal(served.code, 0, served.stderr);
}
