import assert from "node:assert/strict";
import { load } from "js-yaml";
import { toYamlStream } from "../../../engine/manifests/yaml";
import { type Call, evaluate, policiesOf } from "../../security/evaluator";
import { EDGE } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example of OAuth2 Proxy", () => {
  const stack = exampleStack("oauth2-proxy");
  const facts = { rootNamespace: "istio-system", trustDomain: "cluster.local" };
  const edge = { namespace: "istio-system", labels: { istio: "ingressgateway" }, port: 8443 };
  const admin = { namespace: "shop", labels: { app: "admin" }, port: 8080 };
  const gateway = `spiffe://cluster.local/ns/istio-system/sa/${EDGE.split(".")[0]}`;
  const judged = (call: Call, answer: boolean) => {
    const policies = policiesOf(toYamlStream(stack().objects({ kind: "AuthorizationPolicy" }) as never, []));
    return evaluate(policies, call, { ...facts, authorizer: () => answer });
  };

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
    const { data } = stack().object({ kind: "ConfigMap", name: "istio" }) as unknown as {
      data: { mesh: string };
    };
    const { extensionProviders } = load(data.mesh) as {
      extensionProviders: { name: string; envoyExtAuthzHttp?: { service: string; port: number } }[];
    };
    const provider = extensionProviders.find(({ name }) => name === "oauth2-proxy")?.envoyExtAuthzHttp;
    assert.equal(provider?.service, "oauth2-proxy.login.svc.cluster.local");
    assert.equal(provider.port, 4180);
    const asks: Call = {
      to: { namespace: "login", labels: { app: "oauth2-proxy" }, port: 4180 },
      spiffe: gateway,
      http: { method: "GET", path: "/" },
    };
    assert.equal(judged(asks, true).allowed, true);
  });

  it("keeps the secrets of the login out of its objects", () => {
    assert.ok(!JSON.stringify(stack().objects()).includes("not-issued-yet"));
  });
});
