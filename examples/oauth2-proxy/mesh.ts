import { attribute, defineMesh, jwt, path } from "meshwright/intent";

export const HOST = "shop.example.com";

const http = { http: { number: 80, protocol: "http", targetPort: 8080 } } as const;

/** A shop that its staff uses from anywhere: who they are, an identity provider says. */
export const shop = defineMesh("shop", {
  services: {
    web: { namespace: "shop", ports: http },
    admin: { namespace: "shop", ports: http },
    "oauth2-proxy": {
      namespace: "login",
      ports: { http: { number: 4180, protocol: "http" } },
      labels: { app: "oauth2-proxy" },
    },
  },
  // OAuth2 Proxy asks it who somebody is; a mesh that reaches declared hosts only must know it.
  external: { provider: "login.example.com" },
});
const { web, admin, "oauth2-proxy": proxy } = shop.services;

const edge = shop.gateway("ingress", { hosts: [HOST], tls: { credentialName: "shop-cert" } });

// OAuth2 Proxy answers on its own paths, for the way through the login page and back.
edge.expose(HOST, [
  shop.when(path.prefix("/oauth2")).with({ timeout: "10s" }).to(proxy),
  shop.when(path.prefix("/admin")).with({ timeout: "10s" }).to(admin),
  shop.otherwise().with({ timeout: "10s" }).to(web),
]);

// Every other request is shown to it first: it knows the session by its cookie, and answers with a redirect or a token.
const login = shop.extAuthz("oauth2-proxy", {
  service: proxy,
  protocol: "http",
  includeRequestHeadersInCheck: ["authorization", "cookie"],
  headersToUpstreamOnAllow: ["authorization", "path", "x-auth-request-email", "x-auth-request-user"],
  headersToDownstreamOnDeny: ["content-type", "set-cookie"],
});
shop.custom({ provider: login, to: edge, hosts: [HOST], notPaths: ["/oauth2/*"] });

// The token that it puts in is checked where it counts, by a proxy that trusts nobody's word for it.
const staff = jwt({
  issuer: "https://login.example.com",
  jwksUri: "https://login.example.com/.well-known/jwks.json",
  audiences: ["shop"],
  claimToHeaders: { "x-user": "email" },
});
shop.authenticate({ at: admin, with: staff });
shop.allow({ from: edge, to: admin, tokens: staff, when: [attribute.claim("groups").is("operators")] });

shop.telemetry({ accessLogging: { providers: [shop.providers.envoy] } });
