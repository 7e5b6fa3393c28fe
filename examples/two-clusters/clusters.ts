/** The clusters of the mesh: the name of a cluster is that of its stack, and of its context in the kubeconfig. */
export const CLUSTERS = ["east", "west"] as const;
export type ClusterName = (typeof CLUSTERS)[number];

/** Where the nodes of a cluster are, by their label `topology.kubernetes.io/region`. */
export const REGIONS = { east: "eu-east-1", west: "eu-west-1" } as const satisfies Record<
  ClusterName,
  string
>;

/** Pods of one network reach each other; others are reached through its east-west gateway. */
export const networkOf = (cluster: ClusterName): string => `net-${cluster}`;
