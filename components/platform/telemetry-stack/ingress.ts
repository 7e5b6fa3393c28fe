import type { Manifest, ObjectMeta } from "../../compile/manifest";
import { hasLogin } from "./problems";
import type { PartSettings, TelemetryStackSettings } from "./settings";

/** The name of what is made for the gateway. */
const NAME = "telemetry";

/**
 * What opens the stack to the outside: a gateway with TLS for its hosts, a route to each part, and who may pass. Parts
 * with a login of their own are open to everybody; the others ask for a token of the issuer.
 */
export function ingressManifests(settings: TelemetryStackSettings): Manifest[] {
  const { ingress, clusterDomain } = settings;
  const exposed = [...settings.run.values()].filter(({ given }) => given.host !== undefined);
  if (ingress === undefined || exposed.length === 0) return [];
  const { namespace, credentialName } = ingress;
  const selector = ingress.selector ?? { istio: "ingressgateway" };
  const hosts = exposed.map(({ given }) => given.host ?? "").sort();
  const meta = (name: string): ObjectMeta => ({
    name,
    namespace,
    labels: { "app.kubernetes.io/managed-by": "meshwright", "app.kubernetes.io/part-of": "telemetry" },
  });
  const open = exposed.filter(({ part }) => hasLogin(part, settings));
  const guarded = exposed.filter(({ part }) => !hasLogin(part, settings));
  const tokens =
    guarded.length === 0 || ingress.issuer === undefined ? [] : [requestAuthentication(settings, meta)];
  return [
    ...tokens,
    {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: meta(`allow-at-${NAME}`),
      spec: {
        selector: { matchLabels: selector },
        action: "ALLOW",
        rules: [
          ...(open.length === 0 ? [] : [{ to: [{ operation: { hosts: hostPatterns(open) } }] }]),
          ...(guarded.length === 0
            ? []
            : [
                {
                  from: [{ source: { requestPrincipals: [`${ingress.issuer ?? ""}/*`] } }],
                  to: [{ operation: { hosts: hostPatterns(guarded) } }],
                },
              ]),
        ],
      },
    },
    ...exposed.map((part) => ({
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: meta(`${NAME}-${part.name}`),
      spec: {
        hosts: [part.given.host],
        gateways: [`${namespace}/${NAME}`],
        http: [
          {
            route: [
              {
                destination: {
                  host: `${part.name}.${part.namespace}.svc.${clusterDomain}`,
                  port: { number: part.ports[0]?.port },
                },
              },
            ],
            timeout: "60s",
          },
        ],
      },
    })),
    {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: meta(NAME),
      spec: {
        selector,
        servers: [
          {
            port: { number: 443, name: `https-${NAME}`, protocol: "HTTPS" },
            hosts,
            tls: { mode: "SIMPLE", credentialName, minProtocolVersion: "TLSV1_2" },
          },
        ],
      },
    },
  ];
}

/** A caller may write the port behind the host. */
function hostPatterns(parts: readonly PartSettings[]): string[] {
  return parts.flatMap(({ given }) => [given.host ?? "", `${given.host ?? ""}:*`]);
}

function requestAuthentication(
  { ingress }: TelemetryStackSettings,
  meta: (name: string) => ObjectMeta,
): Manifest {
  const { issuer, jwksUri, audiences } = ingress ?? {};
  return {
    apiVersion: "security.istio.io/v1",
    kind: "RequestAuthentication",
    metadata: meta(NAME),
    spec: {
      selector: { matchLabels: ingress?.selector ?? { istio: "ingressgateway" } },
      jwtRules: [
        {
          issuer,
          ...(jwksUri === undefined ? {} : { jwksUri }),
          ...(audiences === undefined ? {} : { audiences: [...audiences] }),
        },
      ],
    },
  };
}
