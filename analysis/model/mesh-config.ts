import { load } from "js-yaml";
import { known, Value } from "../reader";
import { DEFAULT_CLUSTER_DOMAIN } from "./hosts";
import { kinds } from "./kinds";
import type { MeshObject } from "./mesh-object";

/** What rules need of Istio's mesh-wide configuration, with Istio's defaults where it says nothing. */
export interface MeshConfig {
  /** The ConfigMap it was read from, if the set holds one. */
  readonly object?: MeshObject;
  /** Selector-less policies of this namespace hold for the whole mesh. */
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  readonly outboundTrafficPolicy: "ALLOW_ANY" | "REGISTRY_ONLY";
  readonly defaultServiceExportTo: readonly string[];
  readonly defaultVirtualServiceExportTo: readonly string[];
  readonly defaultDestinationRuleExportTo: readonly string[];
  /** The whole configuration, for what has no field here. */
  readonly raw: Value;
}

const DEFAULT_ROOT_NAMESPACE = "istio-system";

/**
 * Reads the configuration from the `istio` ConfigMap (or `istio-<revision>`), whose key `mesh` holds it as YAML.
 *
 * @param given the configuration as an object, where the caller has it from elsewhere; it wins
 */
export function readMeshConfig(
  objects: ReadonlyMap<string, readonly MeshObject[]>,
  given?: unknown,
): MeshConfig {
  const object = findConfigMap(objects.get(kinds.configMap) ?? []);
  const raw = new Value(given ?? parse(object?.root.get("data").get("mesh")), "");
  const list = (field: string): readonly string[] => {
    const elements = raw
      .get(field)
      .items()
      .flatMap((item) => known(item.text()) ?? []);
    return elements.length === 0 ? ["*"] : elements;
  };
  const home = object === undefined ? undefined : known(object.namespace);
  return {
    ...(object === undefined ? {} : { object }),
    rootNamespace: known(raw.get("rootNamespace").text()) || home || DEFAULT_ROOT_NAMESPACE,
    trustDomain: known(raw.get("trustDomain").text()) || DEFAULT_CLUSTER_DOMAIN,
    clusterDomain: findClusterDomain(objects.get(kinds.deployment) ?? []) ?? DEFAULT_CLUSTER_DOMAIN,
    outboundTrafficPolicy:
      raw.get("outboundTrafficPolicy").get("mode").text() === "REGISTRY_ONLY" ? "REGISTRY_ONLY" : "ALLOW_ANY",
    defaultServiceExportTo: list("defaultServiceExportTo"),
    defaultVirtualServiceExportTo: list("defaultVirtualServiceExportTo"),
    defaultDestinationRuleExportTo: list("defaultDestinationRuleExportTo"),
    raw,
  };
}

/** Every mesh configuration of the set: a revision has its own. */
export function allMeshConfigs(
  configMaps: readonly MeshObject[],
): readonly { readonly object: MeshObject; readonly raw: Value }[] {
  return configMaps.flatMap((object) =>
    isMeshConfigMap(object)
      ? [{ object, raw: new Value(parse(object.root.get("data").get("mesh")), "") }]
      : [],
  );
}

/** The networks of the mesh, from the same ConfigMap. */
export function readMeshNetworks(
  { object }: MeshConfig,
  given?: unknown,
): { readonly networks: Value; readonly object?: MeshObject } {
  if (given !== undefined) return { networks: new Value(given, "") };
  if (object === undefined) return { networks: new Value(undefined, "") };
  return { networks: new Value(parse(object.root.get("data").get("meshNetworks")), ""), object };
}

function isMeshConfigMap(map: MeshObject): boolean {
  return typeof map.name === "string" && /^istio(-|$)/.test(map.name) && map.root.get("data").has("mesh");
}

function findConfigMap(configMaps: readonly MeshObject[]): MeshObject | undefined {
  const candidates = configMaps.filter(isMeshConfigMap);
  return candidates.find((map) => map.name === "istio") ?? candidates[0];
}

function parse(mesh: Value | undefined): unknown {
  const text = mesh?.text();
  return typeof text === "string" ? parseMeshYaml(text) : text;
}

/** The configuration in the text of a ConfigMap, undefined where it does not parse. */
export function parseMeshYaml(text: string): unknown {
  try {
    return load(text);
  } catch {
    // A ConfigMap that does not parse says nothing; reporting it is not the reader's business.
    return undefined;
  }
}

/** istiod is told the cluster domain by `--domain X` or `--domain=X`. */
function findClusterDomain(deployments: readonly MeshObject[]): string | undefined {
  for (const deployment of deployments) {
    if (typeof deployment.name !== "string" || !/^istiod(-|$)/.test(deployment.name)) continue;
    for (const container of deployment.spec.get("template").get("spec").get("containers").items()) {
      const args = container
        .get("args")
        .items()
        .map((item) => known(item.text()) ?? "");
      const at = args.findIndex((arg) => arg === "--domain" || arg.startsWith("--domain="));
      const domain = args[at] === "--domain" ? args[at + 1] : args[at]?.slice("--domain=".length);
      if (domain !== undefined && domain !== "") return domain;
    }
  }
  return undefined;
}
