import assert from "node:assert/strict";

import type { Deployment } from "../../engine";
import type { GatewayApiCrdsArgs } from "../../components/platform";
import {
  definitionProblems,
  gatewayApiCrdsProblems,
  requiredDefinitions,
} from "../../components/platform/gateway-api-crds/required";
import { gatewayApiCustomResourceDefinitions } from "../../components/resources/crds";
import { dependencyNames, named, registered, run } from "./support";
import { complete } from "../support/complete-problem";

const GROUP = "gateway.networking.k8s.io";
const SHOP = `
const shop = intent.defineMesh("bookinfo", {
  services: {
    reviews: {
      namespace: "bookinfo",
      ports: { http: { number: 9080, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
  },
});
const { reviews } = shop.services;
shop.route(reviews, [shop.otherwise().canary(reviews.subsets.v1, shop.share(reviews.subsets.v2, 10))]);
shop.gateway(["bookinfo.example.com"]).expose("bookinfo.example.com", reviews);
`;

/** Paths and ids. */
function brief(args: GatewayApiCrdsArgs): string[] {
  return complete(gatewayApiCrdsProblems(args)).map(({ path, message, id }) => `${path}: ${message} [${id}]`);
}

describe("a mesh written for the Gateway API", function () {
  this.timeout(120_000);
  let deployment: Deployment;

  before(async () => {
    deployment = await run(`${SHOP}
      new platform.ServiceMesh("mesh", { mesh: shop, api: "gateway-api", namespaces: { bookinfo: {} } });
      new platform.GatewayApiCrds("theirs", { ownership: "adopt", bundleVersion: "v1.6.0", kinds: ["HTTPRoute", "GatewayClass"] });
    `);
  });

  it("installs the definitions, which stay, before the control plane that reads them and the objects that need them", () => {
    const definitions = registered(deployment).filter(({ name }) => name.startsWith("mesh-gateway-api-"));
    assert.deepEqual(
      definitions.map(({ name }) => name.slice("mesh-gateway-api-".length)).sort(),
      gatewayApiCustomResourceDefinitions()
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    for (const each of definitions) assert.equal(each.retainOnDelete, true, each.name);
    for (const later of ["mesh-control-plane", "mesh-resources"]) {
      assert.ok(
        dependencyNames(named(deployment, later)).includes(`mesh-gateway-api-httproutes.${GROUP}`),
        later,
      );
    }
  });

  it("registers no GatewayClass, which istiod makes", () => {
    assert.deepEqual(
      registered(deployment).filter(({ type }) => type.endsWith(":GatewayClass")),
      [],
    );
  });

  it("registers a route after the Services of subsets, and the gateway after its routes and its proxies", () => {
    const before = (name: string): string[] =>
      dependencyNames(named(deployment, name)).filter((each) => each.startsWith("mesh-resources-"));
    const versions = ["v1", "v2"].map((version) => `mesh-resources-service-bookinfo-reviews-${version}`);
    assert.deepEqual(before("mesh-resources-http-route-bookinfo-reviews.http"), versions);
    const exposed = "mesh-resources-http-route-istio-system-ingress.bookinfo.example.com";
    assert.deepEqual(before(exposed), [
      "mesh-resources-reference-grant-bookinfo-from-istio-system.reviews-v1",
      "mesh-resources-reference-grant-bookinfo-from-istio-system.reviews-v2",
      ...versions,
    ]);
    const gateway = "mesh-resources-kubernetes-gateway-istio-system-ingress";
    const first = before(gateway);
    assert.ok(
      first.includes(exposed) &&
        first.includes("mesh-resources-http-route-istio-system-ingress.https-redirect"),
    );
    assert.ok(first.some((name) => name.includes("authorization-policy")));
    assert.ok(
      dependencyNames(named(deployment, "mesh-resources")).includes("mesh-istio-ingressgateway-deployment"),
    );
    // The proxies that are there already serve it.
    assert.match(
      JSON.stringify(named(deployment, gateway).inputs),
      /"istio-ingressgateway\.istio-system\.svc\.cluster\.local"/,
    );
  });

  it("does not wait for pods behind the Service of a subset, which may come later", () => {
    const service = named(deployment, "mesh-resources-service-bookinfo-reviews-v1");
    assert.equal(service.type, "kubernetes:core/v1:Service");
    assert.match(JSON.stringify(service.inputs), /"pulumi.com\/skipAwait":"true"/);
  });

  it("reads definitions that it adopts, those that are needed, and registers none", () => {
    const theirs = registered(deployment).filter(({ name }) => name.startsWith("theirs-"));
    assert.deepEqual(
      theirs.map(({ name, read }) => [name, read]),
      [
        [`theirs-gatewayclasses.${GROUP}`, true],
        [`theirs-httproutes.${GROUP}`, true],
      ],
    );
  });
});

describe("the definitions of the Gateway API", () => {
  it("are held to what Istio needs by the release that is said, for the kinds that the mesh uses", () => {
    const adopt = { ownership: "adopt" } as const;
    assert.deepEqual(brief({ ...adopt, bundleVersion: "v1.6.0" }), []);
    assert.deepEqual(brief({ ...adopt, bundleVersion: "1.4.1", kinds: ["HTTPRoute", "GRPCRoute"] }), []);
    assert.deepEqual(brief({ ...adopt, bundleVersion: "v1.4.0" }), [
      "bundleVersion: istiod would look past every TCPRoute [platform/gateway-api-version]",
      "bundleVersion: istiod would look past every TLSRoute [platform/gateway-api-version]",
    ]);
    assert.deepEqual(brief({ ...adopt, bundleVersion: "v1.4.0", istioVersion: "1.30.3" }), [
      "bundleVersion: istiod would look past every TLSRoute [platform/gateway-api-version]",
    ]);
  });

  it("take no release that is none, no release where they are installed, and no kind that Istio does not read", () => {
    assert.deepEqual(brief({ ownership: "adopt", bundleVersion: "latest" }), [
      "bundleVersion: is not a release of the Gateway API [platform/gateway-api-version]",
    ]);
    assert.deepEqual(brief({ bundleVersion: "v1.6.0" }), [
      "bundleVersion: says what the cluster has, but the definitions are installed [platform/gateway-api-version]",
    ]);
    assert.equal(gatewayApiCrdsProblems({ kinds: ["UDPRoute"] })[0]?.path, "kinds[0]");
  });

  it("are held to what Istio needs by what the cluster has", () => {
    const [tls] = requiredDefinitions({ kinds: ["TLSRoute"] });
    assert.ok(tls);
    const release = (version: string) => ({ [`${GROUP}/bundle-version`]: version });
    assert.deepEqual(
      definitionProblems(tls, { annotations: release("v1.5.0"), served: ["v1", "v1alpha2"] }),
      [],
    );
    assert.deepEqual(definitionProblems(tls, { annotations: release("v1.4.1"), served: ["v1alpha2"] }), [
      {
        id: "platform/gateway-api-version",
        path: `tlsroutes.${GROUP}`,
        message: "does not serve the version of TLSRoute that istiod reads",
        got: "v1alpha2",
        expected: "v1",
        fix: "Raise the cluster's Gateway API to v1.6.0 or later",
      },
      {
        id: "platform/gateway-api-version",
        path: `tlsroutes.${GROUP}`,
        message: "istiod would look past every TLSRoute",
        got: '"v1.4.1"',
        expected: "release v1.5.0 or later",
        fix: "Raise the cluster's Gateway API to v1.6.0 or later, or let it be installed",
      },
    ]);
    assert.equal(
      definitionProblems(tls, { served: ["v1"] })[0]?.got,
      `no annotation ${GROUP}/bundle-version`,
    );
  });
});
