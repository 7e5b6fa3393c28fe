import { attribute, defineMesh, jwt, outsider, path } from "meshwright/intent";

export const HOST = "pay.example.com";
export const ISSUER = "https://login.example.com";

const ports = { http: { number: 80, protocol: "http", targetPort: 9898 } } as const;

/** What takes money. Nothing is believed that is not proved: by a certificate, by a token, or by both. */
export const pay = defineMesh("payments", {
  services: {
    api: { namespace: "payments", ports },
    ledger: { namespace: "payments", ports: { grpc: { number: 9999, protocol: "grpc" } } },
    vault: { namespace: "vault", ports },
    refunds: { namespace: "backoffice", ports },
  },
  external: {
    // Where istiod fetches the keys that tokens are checked with; and the bank, whose certificate is verified.
    login: "login.example.com",
    bank: {
      host: "api.bank.example",
      ports: { http: { number: 80, protocol: "http", tls: {} } },
      via: "egress",
    },
  },
  // Istio's default is to allow what no policy mentions. Ours is to refuse it, in the proxies and in the network.
  security: { mtls: "strict", defaultDeny: "mesh", networkPolicies: "ingress" },
  faults: "refused",
  scope: {},
});
const { api, ledger, vault, refunds } = pay.services;

const customers = jwt({
  issuer: ISSUER,
  jwksUri: `${ISSUER}/.well-known/jwks.json`,
  audiences: ["payments"],
  claimToHeaders: { "x-customer": "sub" },
});

// Tokens are demanded twice: at the edge, so that strangers stop there, and at the service, which trusts no gateway.
const edge = pay.gateway("edge", {
  hosts: [HOST],
  tls: { credentialName: "pay-cert", minProtocolVersion: "TLSV1_3" },
});
edge.expose(HOST, [pay.when(path.prefix("/v1/payments")).with({ timeout: "10s" }).to(api)]);
pay.authenticate({ at: edge, with: customers });
pay.authenticate({ at: api, with: customers });

pay.allow({
  from: edge,
  to: api,
  methods: ["GET", "POST"],
  paths: ["/v1/payments", "/v1/payments/*"],
  tokens: customers,
  when: [attribute.claim("scope").is("payments:write", "payments:read")],
});

// Who may do what, inside: by identity, method and path. Only the ledger opens the vault, only for reading.
pay.allow({ from: api, to: ledger, paths: ["/payments.Ledger/Append", "/payments.Ledger/Balance"] });
pay.allow({ from: ledger, to: vault, methods: ["GET"], paths: ["/keys/*"] });
pay.allow({ from: refunds, to: ledger, paths: ["/payments.Ledger/Reverse"] });
// A scheduler outside of this mesh's catalogue, known by its account alone.
pay.allow({
  from: outsider({ namespace: "batch", serviceAccount: "settlement" }),
  to: refunds,
  methods: ["POST"],
  paths: ["/settle"],
});
// Refusals win over every permission, also over those of tomorrow.
pay.deny({ to: vault, notMethods: ["GET"] });
pay.deny({ to: api, from: "anyone", paths: ["/debug/*", "/metrics"] });

pay.telemetry({ accessLogging: { providers: [pay.providers.envoy] } });
