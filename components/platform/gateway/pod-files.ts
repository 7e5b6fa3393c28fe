import type { GatewaySettings } from "./settings";

/** A volume of a gateway's pod and where its proxy finds it. */
interface PodFiles {
  readonly volume: { readonly name: string; readonly [source: string]: unknown };
  readonly mount: { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean };
}

/**
 * Files that a gateway's proxy reads where they exist, beside those that the injector mounts: the mesh configuration,
 * and the certificates that Gateway objects name by path (`serverCertificate`, `caCertificates`) instead of by secret.
 * They are all optional, so that a pod starts without them.
 */
export function gatewayFiles({ direction, rev }: Pick<GatewaySettings, "direction" | "rev">): PodFiles[] {
  // The folders and secrets have one name for all gateways of a direction, because Gateway objects spell the paths out.
  const certificates = [`${direction}gateway-certs`, `${direction}gateway-ca-certs`];
  return [
    {
      volume: {
        name: "config-volume",
        configMap: { name: rev === "default" ? "istio" : `istio-${rev}`, optional: true },
      },
      mount: { name: "config-volume", mountPath: "/etc/istio/config" },
    },
    ...certificates.map((name) => ({
      volume: { name, secret: { secretName: `istio-${name}`, optional: true } },
      mount: { name, mountPath: `/etc/istio/${name}`, readOnly: true },
    })),
  ];
}
