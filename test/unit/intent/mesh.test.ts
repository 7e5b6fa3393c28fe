import assert from "node:assert/strict";
import { defineMesh, path } from "../../../components/intent";
import { bookinfo } from "./bookinfo";

describe("a mesh", () => {
  it("has objects for what the catalogue declares, and they are plain, frozen and without cycles", () => {
    const shop = bookinfo();
    assert.deepEqual(JSON.parse(JSON.stringify(shop.services.reviews)), {
      kind: "service",
      name: "reviews",
      namespace: "bookinfo",
      ports: { http: { kind: "port", service: "reviews", name: "http", number: 9080, protocol: "http" } },
      subsets: {
        v1: { kind: "subset", service: "reviews", name: "v1" },
        v2: { kind: "subset", service: "reviews", name: "v2" },
        v3: { kind: "subset", service: "reviews", name: "v3" },
      },
    });
    assert.deepEqual(shop.external.stripe, { kind: "external", name: "stripe", host: "api.stripe.com" });
    for (const each of [
      shop,
      shop.services,
      shop.services.reviews,
      shop.services.reviews.subsets,
      shop.external.stripe,
    ]) {
      assert.ok(Object.isFrozen(each));
    }
  });

  it("serialises as what it means, with every default filled in", () => {
    const shop = defineMesh("m", {
      services: { web: { namespace: "n", ports: { http: { number: 80, protocol: "http" } } } },
    });
    shop.gateway(["www.example.com"]).expose("www.example.com", shop.services.web);
    assert.deepEqual(JSON.parse(JSON.stringify(shop)), {
      name: "m",
      mtls: "strict",
      defaultDeny: "mesh",
      services: [
        {
          key: "web",
          name: "web",
          namespace: "n",
          serviceAccount: "web",
          labels: { app: "web" },
          ports: [{ name: "http", number: 80, targetPort: 80, protocol: "http" }],
          subsets: [],
        },
      ],
      externals: [],
      routes: [],
      externalRoutes: [],
      egressRoutes: [],
      delegates: [],
      rateLimits: [],
      globalRateLimits: [],
      rateLimitService: {
        domain: "m",
        service: "ratelimit",
        namespace: "rate-limit",
        port: 8081,
        labels: { app: "ratelimit" },
        timeout: "20ms",
        failureMode: "allow",
        status: 429,
        headers: false,
      },
      egressGateway: {
        namespace: "istio-system",
        service: "istio-egressgateway",
        selector: { istio: "egressgateway" },
      },
      trafficPolicies: [],
      gateways: [
        {
          name: "ingress",
          namespace: "istio-system",
          selector: { istio: "ingressgateway" },
          serviceAccount: "istio-ingressgateway-service-account",
          hosts: ["www.example.com"],
          tls: { credentialName: "ingress-cert", mode: "simple", minProtocolVersion: "TLSV1_2" },
          httpsRedirect: true,
          exposures: [
            {
              host: "www.example.com",
              routes: [
                { matches: [], to: [{ to: { kind: "service", service: "web", port: "http" }, weight: 100 }] },
              ],
            },
          ],
        },
      ],
      providers: [],
      telemetry: [],
      proxyConfigs: [],
      sidecars: [],
      networkPolicies: "off",
      dryRun: false,
      rules: [],
      extAuthz: [],
      authentications: [],
      mtlsOf: [],
      slos: [],
    });
  });

  it("reads a host by itself as HTTPS on port 443, resolved by DNS", () => {
    const mesh = defineMesh("m", { services: {}, external: { stripe: "api.stripe.com" } });
    assert.deepEqual(mesh.intent().externals, [
      {
        key: "stripe",
        host: "api.stripe.com",
        ports: [{ name: "https", number: 443, targetPort: 443, protocol: "https" }],
        resolution: "dns",
        location: "external",
        addresses: [],
        endpoints: [],
        subsets: [],
      },
    ]);
  });

  it("means to route to port 443 where the proxy begins TLS, and to check the server's certificate", () => {
    const maps = bookinfo()
      .intent()
      .externals.find(({ key }) => key === "maps");
    assert.deepEqual(maps?.ports, [
      {
        name: "http",
        number: 80,
        targetPort: 443,
        protocol: "http",
        tls: {
          mode: "simple",
          sni: "maps.example.org",
          subjectAltNames: ["maps.example.org"],
          caCertificates: "system",
        },
      },
    ]);
  });

  it("builds routes word by word, each word leaving the former as it was", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    const wines = shop.when(path.prefix("/wines"));
    const slow = wines.with({ timeout: "5s" });
    const both = slow.or(path.prefix("/beers")).with({ retries: { attempts: 1 } });
    assert.deepEqual(wines.to(reviews).options, {});
    assert.deepEqual(slow.to(reviews).options, { timeout: "5s" });
    assert.deepEqual(both.to(reviews).options, { timeout: "5s", retries: { attempts: 1 } });
    assert.equal(slow.to(reviews).matches.length, 1);
    assert.equal(both.to(reviews).matches.length, 2);
  });

  it("takes the port of the same name where a destination opens several", () => {
    const ports = {
      http: { number: 80, protocol: "http" },
      admin: { number: 81, protocol: "http" },
    } as const;
    const shop = defineMesh("m", {
      services: { a: { namespace: "n", ports }, b: { namespace: "n", ports } },
    });
    const { a, b } = shop.services;
    shop.route(a, [shop.otherwise().canary(a, shop.share(b, 10))], { port: "admin" });
    assert.deepEqual(
      shop.intent().routes[0]?.routes[0]?.to.map(({ to }) => to.port),
      ["admin", "admin"],
    );
  });

  it("is read again after each verb: what is said later counts", () => {
    const shop = bookinfo();
    assert.deepEqual(shop.intent().rules, []);
    shop.allow({ from: shop.services.reviews, to: shop.services.ratings });
    assert.equal(shop.intent().rules.length, 1);
    shop.route(shop.services.reviews, []);
    assert.deepEqual(
      shop.validate().map(({ id }) => id),
      ["intent/routes"],
    );
  });
});
