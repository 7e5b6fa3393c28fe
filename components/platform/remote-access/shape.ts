import type { FieldsOf } from "../arguments/shape";
import type { RemoteClusterAccessArgs } from "./remote-cluster-access";
import type { RemoteSecretArgs } from "./remote-secret";

export const REMOTE_CLUSTER_ACCESS_SHAPE: FieldsOf<RemoteClusterAccessArgs> = {
  clusterName: { required: "string" },
  server: { required: "Input<string>" },
  namespace: "string",
  serviceAccount: "string",
};

export const REMOTE_SECRET_SHAPE: FieldsOf<RemoteSecretArgs> = {
  clusterName: { required: "string" },
  kubeconfig: { required: "Input<string>" },
  namespace: "string",
  type: "string",
};
