import { pascal } from "../type-names";

/** Enumerations that people write often get short names of their own. */
const SHORT_ENUMS: Readonly<Record<string, string>> = {
  "istio.mesh.v1alpha1.MeshConfig.AccessLogEncoding": "AccessLogEncoding",
  "istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy.Mode": "OutboundTrafficMode",
  "istio.mesh.v1alpha1.MeshConfig.ProxyPathNormalization.NormalizationType": "PathNormalization",
  "istio.mesh.v1alpha1.MeshConfig.TLSConfig.TLSProtocol": "TlsVersion",
};

/** The path of a message within its package: `MeshConfig.ExtensionProvider`. */
export function messagePath(fullName: string): string {
  return fullName.replace(/^(?:[a-z]\w*\.)+/, "");
}

function base(fullName: string): string {
  const joined = messagePath(fullName).replaceAll(".", "");
  // One prefix for all of them: `ProxyConfig`, `Tracing` and the like are also names of kinds and of other arguments.
  return /^Mesh(Config|Networks)/.test(joined) ? joined : `MeshConfig${joined}`;
}

/** `istio.mesh.v1alpha1.ProxyConfig` gives `MeshConfigProxyConfigArgs`. */
export function argsName(message: string): string {
  return `${base(message)}Args`;
}

/** `istio.mesh.v1alpha1.MeshConfig.InboundTrafficPolicy.Mode` gives `MeshConfigInboundTrafficPolicyMode`. */
export function enumName(enumeration: string): string {
  return SHORT_ENUMS[enumeration] ?? base(enumeration);
}

/** `ALLOW_ANY` gives `AllowAny`, `TLSV1_2` gives `Tlsv12`. */
export function memberName(value: string): string {
  return pascal(value.toLowerCase());
}
