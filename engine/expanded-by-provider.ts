/** Resources that Pulumi's provider turns into objects, with a cluster and often a network; and why, for notes on them. */
const EXPANDED: readonly (readonly [RegExp, string])[] = [
  [/^kubernetes:helm\.sh\/v\d+:Release$/, "a Helm release is installed by Pulumi's provider"],
  [/^kubernetes:helm\.sh\/v\d+:Chart$/, "a Helm chart is expanded by Pulumi's provider"],
  [/^kubernetes:yaml(\/v\d+)?:Config(File|Group)$/, "these YAML files are read by Pulumi's provider"],
  [/^kubernetes:kustomize(\/v\d+)?:Directory$/, "a kustomization is expanded by Pulumi's provider"],
];

/** Why a resource of this type has no objects of its own offline; `undefined` where it has. */
export function expandedByProvider(type: string): string | undefined {
  return EXPANDED.find(([pattern]) => pattern.test(type))?.[1];
}
