import { isHost } from "../../intent/dns";
import type { ExternalIntent, TlsOriginationIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { DestinationRuleManifest } from "../types";
import type { BackendTLSPolicyManifest } from "../types/gateway-api";
import { VERSION } from "./names";

/** Most names that a policy can check a certificate for. */
const MOST_NAMES = 5;

/**
 * TLS that proxies begin for the ports of a host outside of the mesh, beside its ServiceEntry.
 *
 * What a policy cannot say, authorities in a file of the proxy or a certificate of the caller, stays in the external's
 * DestinationRule, with all else that it says: istiod would take but one of the two for a host.
 *
 * @param rules the DestinationRules of the external
 * @returns `undefined` where the rules stay
 */
export function compileBackendTlsPolicies(
  context: Context,
  external: ExternalIntent,
  rules: readonly Compiled<DestinationRuleManifest>[],
): readonly Compiled<BackendTLSPolicyManifest>[] | undefined {
  if (rules.length !== 1 || !rules.every(({ manifest }) => saysTlsAlone(manifest))) return undefined;
  const validations = external.ports.flatMap(({ name, tls }) =>
    tls === undefined ? [] : [{ port: name, validation: validationOf(tls) }],
  );
  const policies = validations.flatMap(({ port, validation }): Compiled<BackendTLSPolicyManifest>[] =>
    validation === undefined
      ? []
      : [
          {
            source: { kind: "external", external: external.key },
            manifest: {
              apiVersion: VERSION,
              kind: "BackendTLSPolicy",
              metadata: context.metadata(`${external.key}.${port}`, context.rootNamespace),
              spec: {
                targetRefs: [
                  {
                    group: "networking.istio.io",
                    kind: "ServiceEntry",
                    name: external.key,
                    sectionName: port,
                  },
                ],
                validation,
              },
            },
          },
        ],
  );
  return policies.length === validations.length ? policies : undefined;
}

/** Whether a rule has nothing but the TLS of ports. */
function saysTlsAlone({ spec: { host: _, trafficPolicy, ...rest } }: DestinationRuleManifest): boolean {
  const { portLevelSettings = [], ...other } = trafficPolicy ?? {};
  return (
    Object.keys(rest).length === 0 &&
    Object.keys(other).length === 0 &&
    portLevelSettings.every((settings) =>
      Object.keys(settings).every((key) => key === "port" || key === "tls"),
    )
  );
}

function validationOf({
  mode,
  sni,
  subjectAltNames = [],
  caCertificates,
  ...rest
}: TlsOriginationIntent): BackendTLSPolicyManifest["spec"]["validation"] | undefined {
  const said =
    mode === "simple" &&
    caCertificates === "system" &&
    Object.values(rest).every((value) => value === undefined) &&
    subjectAltNames.every(isHost) &&
    subjectAltNames.length > 0 &&
    subjectAltNames.length <= MOST_NAMES;
  if (!said || sni === undefined || !isHost(sni)) return undefined;
  return {
    hostname: sni,
    subjectAltNames: subjectAltNames.map((hostname) => ({ type: "Hostname", hostname })),
    wellKnownCACertificates: "System",
  };
}
