import type { ProxyConfigIntent } from "../intent/proxy-intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { PROXY_CONFIG_OF_SCOPE, proxyConfigAtGateway, proxyConfigOfService } from "./names";
import type { ProxyConfigManifest } from "./types";

/** One ProxyConfig for each scope. */
export function compileProxyConfigs(context: Context): Compiled<ProxyConfigManifest>[] {
  return context.intent.proxyConfigs.map((each) => {
    const { source, name, namespace, matchLabels } = placeOf(context, each);
    const { concurrency, environmentVariables, imageType } = each;
    return {
      source,
      manifest: {
        apiVersion: "networking.istio.io/v1beta1",
        kind: "ProxyConfig",
        metadata: context.metadata(name, namespace),
        spec: {
          ...(matchLabels && { selector: { matchLabels } }),
          ...(concurrency !== undefined && { concurrency }),
          ...(environmentVariables && { environmentVariables }),
          ...(imageType !== undefined && { image: { imageType } }),
        },
      },
    };
  });
}

function placeOf(
  context: Context,
  { scope }: ProxyConfigIntent,
): Pick<Compiled, "source"> & {
  readonly name: string;
  readonly namespace: string;
  readonly matchLabels?: Readonly<Record<string, string>>;
} {
  switch (scope.kind) {
    case "mesh":
      return { source: scope, name: PROXY_CONFIG_OF_SCOPE, namespace: context.rootNamespace };
    case "namespace":
      return { source: scope, name: PROXY_CONFIG_OF_SCOPE, namespace: scope.namespace };
    case "service": {
      const service = context.service(scope.service);
      const { namespace, labels } = service;
      return { source: scope, name: proxyConfigOfService(service), namespace, matchLabels: labels };
    }
    case "gateway": {
      const gateway = context.gateway(scope.gateway);
      const { namespace, selector } = gateway;
      return { source: scope, name: proxyConfigAtGateway(gateway), namespace, matchLabels: selector };
    }
  }
}
