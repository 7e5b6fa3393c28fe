import { UNKNOWN } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { injectorValues } from "./injection";
import type { MeshObject } from "./mesh-object";

/** The image that an injector's ConfigMap gives to proxies, complete; undefined where it does not say. */
export function injectedImage(configMap: MeshObject): string | undefined {
  const global = injectorValues(configMap).get("global");
  const image = known(global.get("proxy").get("image").text());
  if (image === undefined || image === "") return undefined;
  if (image.includes("/")) return image;
  const hub = known(global.get("hub").text());
  const tag = known(global.get("tag").text()) ?? known(global.get("tag").number())?.toString();
  return hub === undefined || tag === undefined ? undefined : `${hub}/${image}:${tag}`;
}

/** The revision that a ConfigMap `istio-sidecar-injector` or `istio-sidecar-injector-<revision>` belongs to. */
export function revisionOfInjectorConfig(configMap: MeshObject): string | undefined {
  if (configMap.name === UNKNOWN) return undefined;
  const [, suffix] = /^istio-sidecar-injector(?:-(.+))?$/.exec(configMap.name) ?? [undefined, undefined];
  if (!configMap.name.startsWith("istio-sidecar-injector")) return undefined;
  return suffix ?? "default";
}

/** The image of the proxy container among a pod's containers, without those that the injector fills in. */
export function proxyImageOf(containers: readonly Value[]): Value | undefined {
  const proxy = containers.find((container) => container.get("name").text() === "istio-proxy");
  const image = proxy?.get("image");
  return image?.text() === "auto" ? undefined : image;
}

/** `…/proxyv2:1.31.1-distroless` is a build of `…/proxyv2:1.31.1`. */
export function isBuildOf(image: string, base: string): boolean {
  return image === base || ["distroless", "debug"].some((variant) => image === `${base}-${variant}`);
}
