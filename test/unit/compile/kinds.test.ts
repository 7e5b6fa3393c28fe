import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { validateObject } from "../../../analysis/schema";
import { compileMesh, type MeshManifest } from "../../../components/compile";
import type { AnyMesh } from "../../../components/intent";
import { bookinfo, everything } from "./meshes";

/** As it would be read from a file. */
function plain(manifest: MeshManifest): KubernetesObject {
  return JSON.parse(JSON.stringify(manifest)) as KubernetesObject;
}

function specs(mesh: AnyMesh, kind: MeshManifest["kind"]): Readonly<Record<string, unknown>> {
  const found = compileMesh(mesh).filter((each) => each.kind === kind);
  return Object.fromEntries(
    found.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]),
  );
}

describe("compiled objects", () => {
  for (const [name, mesh] of Object.entries({ bookinfo, everything })) {
    it(`of ${name} meet their schemas and CEL rules`, () => {
      for (const manifest of compileMesh(mesh())) {
        assert.deepEqual(
          validateObject(plain(manifest))?.problems,
          [],
          `${manifest.kind} ${manifest.metadata.name}`,
        );
      }
    });
  }

  it("say in a DestinationRule which workloads a subset is", () => {
    assert.deepEqual(specs(bookinfo(), "DestinationRule"), {
      "bookinfo/reviews": {
        host: "reviews.bookinfo.svc.cluster.local",
        subsets: [
          { name: "v1", labels: { version: "v1" } },
          { name: "v2", labels: { version: "v2" } },
          { name: "v3", labels: { version: "v3" } },
        ],
      },
    });
  });

  it("begin TLS in a DestinationRule only for the ports that declare it, and check the server's name", () => {
    assert.deepEqual(specs(everything(), "DestinationRule")["istio-system/maps"], {
      host: "maps.example.org",
      trafficPolicy: {
        portLevelSettings: [
          {
            port: { number: 80 },
            tls: {
              mode: "SIMPLE",
              sni: "maps.example.org",
              subjectAltNames: ["maps.example.org"],
              caCertificates: "system",
            },
          },
        ],
      },
    });
  });

  it("make hosts outside known in ServiceEntries", () => {
    assert.deepEqual(specs(everything(), "ServiceEntry"), {
      "istio-system/cdn": {
        hosts: ["*.cdn.example.net"],
        location: "MESH_EXTERNAL",
        ports: [{ name: "https", number: 443, protocol: "HTTPS" }],
        resolution: "NONE",
      },
      "istio-system/legacy": {
        hosts: ["legacy.example.org"],
        addresses: ["10.1.0.0/16"],
        location: "MESH_EXTERNAL",
        ports: [{ name: "db", number: 5432, protocol: "TCP" }],
        resolution: "STATIC",
        endpoints: [{ address: "10.1.2.3" }, { address: "10.1.2.4" }],
      },
      "istio-system/maps": {
        hosts: ["maps.example.org"],
        location: "MESH_EXTERNAL",
        ports: [
          { name: "http", number: 80, protocol: "HTTP", targetPort: 443 },
          { name: "https", number: 443, protocol: "HTTPS" },
        ],
        resolution: "DNS",
      },
      "istio-system/stripe": {
        hosts: ["api.stripe.com"],
        location: "MESH_EXTERNAL",
        ports: [{ name: "https", number: 443, protocol: "HTTPS" }],
        resolution: "DNS",
      },
    });
  });

  it("end TLS in a Gateway and redirect plain HTTP to it", () => {
    const hosts = ["bookinfo.example.com"];
    assert.deepEqual(specs(bookinfo(), "Gateway"), {
      "istio-system/ingress": {
        selector: { istio: "ingressgateway" },
        servers: [
          { port: { number: 80, name: "http", protocol: "HTTP" }, hosts, tls: { httpsRedirect: true } },
          {
            port: { number: 443, name: "https", protocol: "HTTPS" },
            hosts,
            tls: { mode: "SIMPLE", credentialName: "bookinfo-cert", minProtocolVersion: "TLSV1_2" },
          },
        ],
      },
    });
  });

  it("ask callers of a mutual gateway for a certificate, and listen for plain HTTP only where told", () => {
    assert.deepEqual(specs(everything(), "Gateway"), {
      "edge/edge": {
        selector: { istio: "edge" },
        servers: [
          {
            port: { number: 443, name: "https", protocol: "HTTPS" },
            hosts: ["*.shop.example.com", "shop.example.com"],
            tls: { mode: "MUTUAL", credentialName: "shop-cert", minProtocolVersion: "TLSV1_3" },
          },
        ],
      },
      "istio-system/local": {
        selector: { istio: "local" },
        servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["dev.example.com"] }],
      },
    });
  });
});
