import type { FieldsOf } from "../arguments/shape";
import type { RemoteClusterAccessArgs } from "./remote-cluster-access";
import type { RemoteSecretArgs } from "./remote-secret";

export const REMOTE_CLUSTER_ACCESS_SHAPE = {
  clusterName: { required: "string" },
  server: { required: "Input<string>" },
  namespace: "string",
  serviceAccount: "string",
} satisfies FieldsOf<RemoteClusterAccessArgs>;

export const REMOTE_SECRET_SHAPE = {
  clusterName: { required: "string" },
  kubeconfig: { required: "Input<string>" },
  namespace: "string",
  type: "string",
} satisfies FieldsOf<RemoteSecretArgs>;
