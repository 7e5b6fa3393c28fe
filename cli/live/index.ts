export { readCluster, type ClusterChoice } from "./read-cluster";
