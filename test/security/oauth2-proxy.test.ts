import assert from "node:assert/strict";
import { compileMesh, extAuthzProviders } from "../../components/compile";
import { toYamlStream } from "../../engine/manifests/yaml";
import { shop } from "../../examples/oauth2-proxy/mesh";
import { type Call, evaluate, policiesOf } from "./evaluator";

describe("the example of OAuth2 Proxy", () => {
  const objects = compileMesh(shop).map((each) => JSON.parse(JSON.stringify(each)) as never);
  const policies = policiesOf(toYamlStream(objects, []));
  const facts = { rootNamespace: "istio-system", trustDomain: "cluster.local" };
  const edge = { namespace: "istio-system", labels: { istio: "ingressgateway" }, port: 8443 };
  const admin = { namespace: "shop", labels: { app: "admin" }, port: 8080 };
  const gateway = "spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account";
  const judged = (call: Call, answer: boolean) =>
    evaluate(policies, call, { ...facts, authorizer: () => answer });

  it("shows requests at the edge to the authorizer, but for its own pages", () => {
    const request = (path: string): Call => ({
      to: edge,
      http: { method: "GET", path, host: "shop.example.com" },
    });
    assert.deepEqual(judged(request("/admin"), false), {
      allowed: false,
      by: "CUSTOM istio-system/custom-at-ingress.oauth2-proxy",
    });
    assert.equal(judged(request("/admin"), true).allowed, true);
    assert.equal(judged(request("/oauth2/start"), false).allowed, true);
  });

  it("lets only operators with a token of the issuer into admin, and only through the edge", () => {
    const operator = { iss: "https://login.example.com", sub: "ann", groups: ["operators"] };
    const request = (claims?: Record<string, unknown>, spiffe = gateway): Call => ({
      to: admin,
      spiffe,
      http: { method: "GET", path: "/admin", ...(claims && { claims }) },
    });
    assert.equal(judged(request(operator), true).allowed, true);
    assert.equal(judged(request(), true).allowed, false);
    assert.equal(judged(request({ ...operator, iss: "https://elsewhere.example" }), true).allowed, false);
    assert.equal(judged(request(operator, "spiffe://cluster.local/ns/shop/sa/web"), true).allowed, false);
  });

  it("is named in the mesh configuration, and let in from the edge", () => {
    const [provider] = extAuthzProviders(shop.intent());
    assert.equal(provider?.name, "oauth2-proxy");
    const settings = provider?.["envoyExtAuthzHttp"] as Record<string, unknown>;
    assert.equal(settings["service"], "oauth2-proxy.login.svc.cluster.local");
    assert.equal(settings["port"], 4180);
    const asks: Call = {
      to: { namespace: "login", labels: { app: "oauth2-proxy" }, port: 4180 },
      spiffe: gateway,
      http: { method: "GET", path: "/" },
    };
    assert.equal(evaluate(policies, asks, facts).allowed, true);
  });
});
