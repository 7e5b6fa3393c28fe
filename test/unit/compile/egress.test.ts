import assert from "node:assert/strict";
import { compileMesh, type MeshManifest } from "../../../components/compile";
import { defineMesh, method, path } from "../../../components/intent";

function objects(defaultDeny: "mesh" | "off" = "mesh"): readonly MeshManifest[] {
  return compileMesh(
    defineMesh("shop", {
      services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
      external: {
        stripe: { host: "api.stripe.com", via: "egress" },
        maps: {
          host: "maps.example.org",
          ports: { http: { number: 80, protocol: "http", tls: {} } },
          via: "egress",
        },
        direct: "direct.example.org",
      },
      security: { defaultDeny },
    }),
  );
}

function spec(kind: MeshManifest["kind"], name: string): unknown {
  return objects().find((each) => each.kind === kind && each.metadata.name === name)?.spec;
}

const EGRESS = "istio-egressgateway.istio-system.svc.cluster.local";

describe("an external that is reached via egress", () => {
  it("has one server of the gateway for its name: mutual TLS where requests are read, else passed on", () => {
    assert.deepEqual(spec("Gateway", "egress"), {
      selector: { istio: "egressgateway" },
      servers: [
        {
          port: { number: 443, name: "https-maps", protocol: "HTTPS" },
          hosts: ["maps.example.org"],
          tls: { mode: "ISTIO_MUTUAL" },
        },
        {
          port: { number: 443, name: "tls-stripe", protocol: "TLS" },
          hosts: ["api.stripe.com"],
          tls: { mode: "PASSTHROUGH" },
        },
      ],
    });
  });

  it("is routed from callers to the gateway, and from there to the port whose TLS the gateway begins", () => {
    assert.deepEqual(spec("VirtualService", "maps"), {
      hosts: ["maps.example.org"],
      gateways: ["istio-system/egress", "mesh"],
      http: [
        {
          match: [{ gateways: ["mesh"], port: 80 }],
          route: [{ destination: { host: EGRESS, subset: "maps", port: { number: 443 } } }],
        },
        {
          match: [{ gateways: ["istio-system/egress"], port: 443 }],
          route: [{ destination: { host: "maps.example.org", port: { number: 80 } } }],
        },
      ],
    });
    const rule = spec("DestinationRule", "maps") as { trafficPolicy: { portLevelSettings: unknown } };
    assert.deepEqual(rule.trafficPolicy.portLevelSettings, [
      {
        port: { number: 80 },
        tls: {
          mode: "SIMPLE",
          sni: "maps.example.org",
          subjectAltNames: ["maps.example.org"],
          caCertificates: "system",
        },
      },
    ]);
  });

  it("has the timeouts of its routes at the callers, and all else where the host is called", () => {
    const shop = defineMesh("shop", {
      services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
      external: {
        maps: {
          host: "maps.example.org",
          ports: { http: { number: 80, protocol: "http", tls: {} } },
          via: "egress",
        },
      },
    });
    const { maps } = shop.external;
    shop.route(maps, [
      shop
        .when(path.prefix("/tiles"), method("GET"))
        .with({
          timeout: "6s",
          retries: { attempts: 2, perTryTimeout: "2s", retryOn: ["5xx"] },
          headers: { request: { set: { "x-key": "a" } } },
        })
        .to(maps),
      shop
        .otherwise()
        .with({ timeout: "1s", retries: { attempts: 0 } })
        .to(maps),
    ]);
    const { http } = compileMesh(shop).find(
      (each) => each.kind === "VirtualService" && each.metadata.name === "maps",
    )?.spec as { http: unknown };
    const tiles = { uri: { prefix: "/tiles" }, method: { exact: "GET" } };
    const caller = { destination: { host: EGRESS, subset: "maps", port: { number: 443 } } };
    const host = { destination: { host: "maps.example.org", port: { number: 80 } } };
    assert.deepEqual(http, [
      {
        match: [{ gateways: ["mesh"], ...tiles, port: 80 }],
        route: [caller],
        timeout: "6s",
        // What the host does is not retried twice.
        retries: { attempts: 2, retryOn: "connect-failure,refused-stream" },
      },
      { match: [{ gateways: ["mesh"], port: 80 }], route: [caller], timeout: "1s", retries: { attempts: 0 } },
      {
        match: [{ gateways: ["istio-system/egress"], ...tiles, port: 443 }],
        route: [host],
        retries: { attempts: 2, perTryTimeout: "2s", retryOn: "5xx" },
        headers: { request: { set: { "x-key": "a" } } },
      },
      { match: [{ gateways: ["istio-system/egress"], port: 443 }], route: [host], retries: { attempts: 0 } },
    ]);
  });

  it("keeps TLS that callers begin as it is, on both ways", () => {
    const { tls } = spec("VirtualService", "stripe") as {
      tls: { match: unknown; route: { destination: object }[] }[];
    };
    // No subset: nothing is said of how callers reach the gateway, so their TLS goes there as it is.
    assert.deepEqual(
      tls.map(({ route }) => route.map(({ destination }) => destination)),
      [[{ host: EGRESS, port: { number: 443 } }], [{ host: "api.stripe.com", port: { number: 443 } }]],
    );
    assert.deepEqual(
      tls.map(({ match }) => match),
      [
        [{ gateways: ["mesh"], port: 443, sniHosts: ["api.stripe.com"] }],
        [{ gateways: ["istio-system/egress"], port: 443, sniHosts: ["api.stripe.com"] }],
      ],
    );
    const { subsets } = spec("DestinationRule", "egress") as {
      subsets: { name: string; trafficPolicy: unknown }[];
    };
    assert.deepEqual(subsets, [
      {
        name: "maps",
        trafficPolicy: {
          portLevelSettings: [
            { port: { number: 443 }, tls: { mode: "ISTIO_MUTUAL", sni: "maps.example.org" } },
          ],
        },
      },
    ]);
  });

  it("is let through where everything else is refused, and by no policy where nothing is", () => {
    assert.deepEqual(spec("AuthorizationPolicy", "allow-at-egress"), {
      selector: { matchLabels: { istio: "egressgateway" } },
      action: "ALLOW",
      rules: [
        { to: [{ operation: { hosts: ["maps.example.org", "maps.example.org:*"] } }] },
        { when: [{ key: "connection.sni", values: ["api.stripe.com"] }] },
      ],
    });
    assert.ok(objects("off").every(({ kind }) => kind !== "AuthorizationPolicy"));
  });

  it("leaves others alone", () => {
    assert.equal(spec("VirtualService", "direct"), undefined);
    assert.notEqual(spec("ServiceEntry", "direct"), undefined);
  });
});
