import { formatDuration } from "../intent/duration";
import type { ExtAuthzIntent, MeshIntent } from "../intent/intent";
import { portOf } from "./context";
import { serviceHost } from "./names";

/** An entry of `extensionProviders` of Istio's mesh configuration, which is where policies find an authorizer. */
export type ExtensionProvider = { readonly name: string } & Readonly<Record<string, unknown>>;

/**
 * The external authorizers that the mesh configuration must hold, as `extensionProviders` takes them.
 *
 * @param clusterDomain the DNS domain of the cluster's services
 */
export function extAuthzProviders(
  { extAuthz, services }: Pick<MeshIntent, "extAuthz" | "services">,
  clusterDomain = "cluster.local",
): ExtensionProvider[] {
  return extAuthz.map((provider) => ({
    name: provider.name,
    [provider.protocol === "grpc" ? "envoyExtAuthzGrpc" : "envoyExtAuthzHttp"]: settings(
      services,
      clusterDomain,
      provider,
    ),
  }));
}

function settings(
  services: MeshIntent["services"],
  clusterDomain: string,
  provider: ExtAuthzIntent,
): Readonly<Record<string, unknown>> {
  const { failOpen, clearRouteCache, statusOnError, includeRequestBodyInCheck: body, http } = provider;
  const service = services.find(({ key }) => key === provider.service);
  if (service === undefined) throw new RangeError(`the mesh refers to service ${provider.service}`);
  const { pathPrefix, includeAdditionalHeadersInCheck = {}, ...lists } = http ?? {};
  return {
    service: serviceHost(service, clusterDomain),
    port: portOf(service, provider.port).number,
    timeout: seconds(provider.timeout),
    ...(failOpen && { failOpen }),
    ...(clearRouteCache && { clearRouteCache }),
    ...(statusOnError !== undefined && { statusOnError: String(statusOnError) }),
    ...(pathPrefix !== undefined && { pathPrefix }),
    ...(body && {
      includeRequestBodyInCheck: {
        maxRequestBytes: body.maxRequestBytes,
        ...(body.allowPartialMessage && { allowPartialMessage: true }),
      },
    }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(Object.keys(includeAdditionalHeadersInCheck).length > 0 && { includeAdditionalHeadersInCheck }),
  };
}

/** Mesh configuration knows seconds alone. */
function seconds(milliseconds: number): string {
  const text = formatDuration(milliseconds);
  return text.endsWith("ms") ? `${milliseconds / 1_000}s` : text;
}
