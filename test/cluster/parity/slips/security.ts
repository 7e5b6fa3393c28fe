import type { KindSlips } from "./kind-slips";
import { many, selector, targetRef, wrongSelectors, wrongTargets } from "./selection";

const jwt = (rule: object) => ({ jwtRules: [{ issuer: "https://issuer.example.com", ...rule }] });

/** Who may call whom. */
export const security: readonly KindSlips[] = [
  {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    right: {
      selector,
      action: "DENY",
      rules: [
        {
          from: [{ source: { notPrincipals: ["cluster.local/ns/shop/sa/web"], ipBlocks: ["10.0.0.0/8"] } }],
          to: [{ operation: { methods: ["GET"], paths: ["/admin/*"], notPorts: ["8080"] } }],
          when: [{ key: "request.headers[x-debug]", values: ["1"] }],
        },
      ],
    },
    odd: {
      "an action of its own with a provider": { action: "CUSTOM", provider: { name: "opa" } },
      "an address that is none": { rules: [{ from: [{ source: { ipBlocks: ["everyone"] } }] }] },
      "no rules at all": {},
      "rules that are null": { action: "ALLOW", rules: null },
    },
    wrong: {
      ...wrongSelectors,
      ...wrongTargets,
      "an action in small letters": { action: "deny" },
      "a condition without a key": { rules: [{ when: [{ values: ["1"] }] }] },
      "a source that is a list": { rules: [{ from: [{ source: [{ namespaces: ["shop"] }] }] }] },
      "17 service accounts": {
        rules: [{ from: [{ source: { serviceAccounts: many(17, (index) => `sa-${index}`) } }] }],
      },
      "513 rules": { rules: many(513, () => ({})) },
      "ports that are numbers": { rules: [{ to: [{ operation: { ports: [8080] } }] }] },
    },
  },
  {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    right: { selector, mtls: { mode: "STRICT" }, portLevelMtls: { "8080": { mode: "PERMISSIVE" } } },
    odd: { "nothing at all": {}, "a mode that is null": { mtls: { mode: null } } },
    wrong: {
      ...wrongSelectors,
      "a mode in small letters": { mtls: { mode: "strict" } },
      "a mode without mtls": { mode: "STRICT" },
      "mtls in a text": { mtls: "STRICT" },
      "no port": { selector, portLevelMtls: {} },
      "a port by name": { selector, portLevelMtls: { http: { mode: "STRICT" } } },
      "ports in a list": { selector, portLevelMtls: [{ mode: "STRICT" }] },
      "a port with a mode in a text": { selector, portLevelMtls: { "8080": "STRICT" } },
      "a target": { targetRefs: [targetRef], mtls: { mode: "STRICT" } },
    },
  },
  {
    apiVersion: "security.istio.io/v1",
    kind: "RequestAuthentication",
    right: {
      selector,
      ...jwt({
        jwksUri: "https://issuer.example.com/keys",
        audiences: ["shop"],
        fromHeaders: [{ name: "x-token", prefix: "Bearer " }],
        outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
      }),
    },
    odd: {
      "keys that are no JSON": jwt({ jwks: "not JSON" }),
      "keys at a host that is none": jwt({ jwksUri: "https:///keys" }),
      "keys in two spellings of nothing": jwt({ jwks: null, jwks_uri: null }),
    },
    wrong: {
      ...wrongSelectors,
      ...wrongTargets,
      "an empty issuer": { jwtRules: [{ issuer: "" }] },
      "an empty audience": jwt({ audiences: [""] }),
      "a header without a name": jwt({ fromHeaders: [{ prefix: "Bearer " }] }),
      "a header with a space": jwt({ outputClaimToHeaders: [{ header: "x sub", claim: "sub" }] }),
      "a timeout in words": jwt({ timeout: "soon" }),
      "a claim without a header": jwt({ outputClaimToHeaders: [{ claim: "sub" }] }),
      "a place of keys that is no URL": jwt({ jwksUri: "issuer.example.com/keys" }),
      "a place of keys of 2049 characters": jwt({ jwksUri: `https://a.example/${"k".repeat(2031)}` }),
      "65 claims": jwt({ spaceDelimitedClaims: many(65, (index) => `claim${index}`) }),
    },
  },
];
