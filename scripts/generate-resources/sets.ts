import { join } from "node:path";

/** The root of the repository. */
export const root = join(__dirname, "..", "..");

/** One release of a Go module whose custom resources we carry. */
export interface SetSource {
  readonly module: string;
  readonly version: string;
  /** A YAML file inside the module, or a folder of them. */
  readonly file: string;
}

/** A set that types and classes are generated from. */
export interface PinnedSet extends SetSource {
  /** Folder below `components/compile/types` and `components/resources/generated`; Istio's own kinds are at the top. */
  readonly folder: string;
}

/** What the package carries. A new release changes the version here and the import in `components/resources/crds`. */
export const pinnedSets: readonly PinnedSet[] = [
  {
    module: "istio.io/api",
    version: "v1.31.1",
    file: "kubernetes/customresourcedefinitions.gen.yaml",
    folder: "",
  },
  {
    module: "sigs.k8s.io/gateway-api",
    version: "v1.6.0",
    file: "config/crd/standard",
    folder: "gateway-api",
  },
];

/** Older releases that can be installed: their resources are stored, and types are the newest one's. */
export const olderSets: readonly SetSource[] = [
  { module: "istio.io/api", version: "v1.30.3", file: "kubernetes/customresourcedefinitions.gen.yaml" },
];

const shortNames: Readonly<Record<string, string>> = { "istio.io/api": "istio" };

/** The file that a set is stored in: `istio-1.31.1.json`. */
export function storedFile(source: SetSource): string {
  const name = shortNames[source.module] ?? source.module.split("/").at(-1) ?? source.module;
  return join(root, "components/resources/crds", `${name}-${source.version.replace(/^v/, "")}.json`);
}
