import type { KindSlips } from "./kind-slips";

const parentRefs = [{ name: "public", sectionName: "https" }];
const backendRefs = [{ name: "reviews", port: 9080 }];
const group = "gateway.networking.k8s.io";
const apiVersion = `${group}/v1`;
const listener = {
  name: "https",
  port: 443,
  protocol: "HTTPS",
  tls: { certificateRefs: [{ name: "cert" }] },
};
const layer4: Pick<KindSlips, "apiVersion" | "right" | "wrong"> = {
  apiVersion,
  right: { parentRefs, rules: [{ backendRefs }] },
  wrong: {
    "no rules": { parentRefs },
    "two rules": { rules: [{ backendRefs }, { backendRefs }] },
    "a rule to nobody": { rules: [{ backendRefs: [] }] },
    "a service without a port": { rules: [{ backendRefs: [{ name: "reviews" }] }] },
  },
};

/** The kinds of the Gateway API. */
export const gatewayApi: readonly KindSlips[] = [
  { kind: "TCPRoute", ...layer4 },
  { kind: "UDPRoute", ...layer4 },
  {
    kind: "TLSRoute",
    apiVersion,
    right: { parentRefs, hostnames: ["*.example.com"], rules: [{ backendRefs }] },
    wrong: {
      "no host names": { rules: [{ backendRefs }] },
      "an address for a host name": { hostnames: ["10.0.0.1"], rules: [{ backendRefs }] },
    },
  },
  {
    kind: "HTTPRoute",
    apiVersion,
    right: {
      parentRefs,
      hostnames: ["shop.example.com"],
      rules: [
        {
          matches: [
            { path: { type: "PathPrefix", value: "/v2" }, headers: [{ name: "x-user", value: "a" }] },
          ],
          filters: [
            { type: "URLRewrite", urlRewrite: { path: { type: "ReplaceFullPath", replaceFullPath: "/" } } },
          ],
          backendRefs: [{ ...backendRefs[0], weight: 90 }],
          timeouts: { request: "10s", backendRequest: "5s" },
        },
      ],
    },
    odd: { "no rules": { parentRefs } },
    wrong: {
      "a path without a slash": { rules: [{ matches: [{ path: { type: "Exact", value: "v2" } }] }] },
      "a filter without its settings": { rules: [{ filters: [{ type: "RequestRedirect" }] }] },
      "a backend slower than the request": { rules: [{ timeouts: { request: "1s", backendRequest: "2s" } }] },
      "a redirect and a backend": {
        rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { port: 1 } }], backendRefs }],
      },
    },
  },
  {
    kind: "GRPCRoute",
    apiVersion,
    right: {
      parentRefs,
      rules: [{ matches: [{ method: { service: "shop.Reviews", method: "Get" } }], backendRefs }],
    },
    wrong: {
      "a method of nothing": { rules: [{ matches: [{ method: { type: "Exact" } }] }] },
      "a service with a slash": { rules: [{ matches: [{ method: { service: "shop/Reviews" } }] }] },
    },
  },
  {
    kind: "Gateway",
    apiVersion,
    right: { gatewayClassName: "istio", listeners: [listener] },
    wrong: {
      "no listeners": { gatewayClassName: "istio", listeners: [] },
      "two listeners of one name": { gatewayClassName: "istio", listeners: [listener, listener] },
      "HTTP with TLS": { gatewayClassName: "istio", listeners: [{ ...listener, protocol: "HTTP" }] },
    },
  },
  {
    kind: "ListenerSet",
    apiVersion,
    right: { parentRef: { name: "public" }, listeners: [listener] },
    wrong: {
      "no parent": { listeners: [listener] },
      "port 0": { parentRef: { name: "public" }, listeners: [{ ...listener, port: 0 }] },
    },
  },
  {
    kind: "GatewayClass",
    apiVersion,
    right: { controllerName: "example.com/controller" },
    wrong: {
      "a controller without a path": { controllerName: "example.com" },
      "a description of 65 characters": { controllerName: "a.example/b", description: "x".repeat(65) },
    },
  },
  {
    kind: "ReferenceGrant",
    apiVersion,
    right: { from: [{ group, kind: "HTTPRoute", namespace: "shop" }], to: [{ group: "", kind: "Service" }] },
    wrong: {
      "nobody to grant to": { from: [], to: [{ group: "", kind: "Service" }] },
      "a grant without a namespace": {
        from: [{ group, kind: "HTTPRoute" }],
        to: [{ group: "", kind: "Service" }],
      },
    },
  },
  {
    kind: "BackendTLSPolicy",
    apiVersion,
    right: {
      targetRefs: [{ group: "", kind: "Service", name: "reviews" }],
      validation: { hostname: "reviews.example.com", wellKnownCACertificates: "System" },
    },
    wrong: {
      "nothing to trust": {
        targetRefs: [{ group: "", kind: "Service", name: "reviews" }],
        validation: { hostname: "reviews.example.com" },
      },
      "one target twice": {
        targetRefs: [
          { group: "", kind: "Service", name: "reviews" },
          { group: "", kind: "Service", name: "reviews" },
        ],
        validation: { hostname: "reviews.example.com", wellKnownCACertificates: "System" },
      },
    },
  },
];

/** Right, but for a version that the standard channel of the Gateway API carries and does not serve. */
export const notServed: readonly KindSlips[] = [
  { ...layer4, kind: "TCPRoute", apiVersion: `${group}/v1alpha2`, wrong: {} },
  { ...layer4, kind: "UDPRoute", apiVersion: `${group}/v1alpha2`, wrong: {} },
];
