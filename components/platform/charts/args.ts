/** Where the objects of a component come from. */
export const InstallSource = {
  /** This package: typed objects, each of them in the preview and before the policies. */
  Native: "native",
  /** The official Helm charts, with values that follow from the same arguments. */
  Helm: "helm",
} as const;
export type InstallSource = (typeof InstallSource)[keyof typeof InstallSource];

/** Which chart is installed. */
export interface ChartArgs {
  /**
   * Address of a chart repository (`https://…`), or of the folder of an OCI registry that holds the charts by their
   * names (`oci://…`). @default "https://istio-release.storage.googleapis.com/charts"
   */
  repository?: string;
  /** Folder on disk that holds the charts by their names, unpacked: `base`, `istiod`, `cni`, `ztunnel`, `gateway`. @default none */
  path?: string;
  /** Version of the chart. Not together with `path`. @default the Istio release */
  version?: string;
}

/** The arguments that decide between our objects and the official charts. */
export interface InstallSourceArgs {
  /**
   * Where the objects come from. A chart is expanded by Pulumi's provider, with a network and a cluster: its objects
   * are not among those that `meshwright synth` writes and checks.
   *
   * Both ways give their objects the same names and selectors, so a running mesh can move from one to the other without
   * new pods being missed or old ones deleted. It takes two updates: one with `retainOnDelete: true` in the options of
   * the component, so that its objects are only forgotten and never deleted, then one with the other source, through a
   * provider with `upsertExistingObjects`, so that they are taken over where they are, and `enablePatchForce`, because the
   * two ways write some fields differently. What only one of the two ways has (a Role of another name, for example) stays
   * behind and may be deleted by hand.
   * @default "native"
   */
  source?: InstallSource;
  /** Which chart, with source "helm". @default the official one of the Istio release */
  chart?: ChartArgs;
}
