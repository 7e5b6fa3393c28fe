import type { Manifest } from "../../compile/manifest";
import { GATEWAY_API_GROUP } from "../../resources/crds";
import { fieldsOf, listOf } from "../manifest-fields";

/** One use of a certificate by a gateway. */
export interface CredentialUse {
  readonly credentialName: string;
  /** Where the gateway's pods are, and therefore the secret. */
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** Callers must show a certificate, and nothing but the credential says below which authority. */
  readonly asksForCertificate: boolean;
  /** The object, as a problem names it. */
  readonly gateway: string;
}

/** Proxies that Gateway objects of Istio may choose. */
interface Proxies {
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
}

/** The option of a listener that makes it ask callers for a certificate. */
const TERMINATE_MODE = "gateway.istio.io/tls-terminate-mode";

function textsOf(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === "string");
}

/** Every use of a certificate by Gateway objects of Istio, and by Gateways and ListenerSets of the Gateway API. */
export function credentialUses(manifests: readonly Manifest[], proxies: readonly Proxies[]): CredentialUse[] {
  return manifests.flatMap((manifest) => {
    const { apiVersion, kind } = manifest;
    if (apiVersion.startsWith("networking.istio.io/") && kind === "Gateway")
      return usesOfIstio(manifest, proxies);
    if (apiVersion.startsWith(`${GATEWAY_API_GROUP}/`) && (kind === "Gateway" || kind === "ListenerSet"))
      return usesOfGatewayApi(manifest);
    return [];
  });
}

function described({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function asks(mode: unknown): boolean {
  return mode === "MUTUAL" || mode === "OPTIONAL_MUTUAL";
}

function usesOfIstio(manifest: Manifest, proxies: readonly Proxies[]): CredentialUse[] {
  const { selector, servers } = fieldsOf(manifest.spec);
  const chosen = proxies.filter(({ labels }) => {
    const wanted = Object.entries(fieldsOf(selector));
    return wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value);
  });
  // Proxies that something else runs are beside the Gateway object, where it was compiled for them.
  const own = manifest.metadata.namespace ?? "";
  const namespaces = chosen.length === 0 ? [own] : [...new Set(chosen.map(({ namespace }) => namespace))];
  return listOf(servers).flatMap((server) => {
    const { hosts, tls } = fieldsOf(server);
    const { credentialName, credentialNames, caCertCredentialName, mode } = fieldsOf(tls);
    return textsOf([credentialName, ...listOf(credentialNames)])
      .filter((name) => !name.includes("://"))
      .flatMap((name) =>
        namespaces.map((namespace) => ({
          credentialName: name,
          namespace,
          // `namespace/host` says in addition whose routes may have it.
          hosts: textsOf(listOf(hosts)).map((host) => host.slice(host.indexOf("/") + 1)),
          asksForCertificate: asks(mode) && caCertCredentialName === undefined,
          gateway: described(manifest),
        })),
      );
  });
}

function usesOfGatewayApi(manifest: Manifest): CredentialUse[] {
  return listOf(fieldsOf(manifest.spec)["listeners"]).flatMap((listener) => {
    const { hostname, tls } = fieldsOf(listener);
    const { certificateRefs, options } = fieldsOf(tls);
    return listOf(certificateRefs).flatMap((reference) => {
      const { group = "", kind = "Secret", name, namespace } = fieldsOf(reference);
      if (group !== "" || kind !== "Secret" || typeof name !== "string") return [];
      return [
        {
          credentialName: name,
          namespace: typeof namespace === "string" ? namespace : (manifest.metadata.namespace ?? ""),
          hosts: [typeof hostname === "string" ? hostname : "*"],
          asksForCertificate: asks(fieldsOf(options)[TERMINATE_MODE]),
          gateway: described(manifest),
        },
      ];
    });
  });
}
