export { RemoteClusterAccess, type RemoteClusterAccessArgs } from "./remote-cluster-access";
export { RemoteSecret, type RemoteSecretArgs, RemoteSecretType } from "./remote-secret";
