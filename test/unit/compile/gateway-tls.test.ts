import assert from "node:assert/strict";
import { compileMesh } from "../../../components/compile";
import { defineMesh, type GatewayTlsSpec } from "../../../components/intent";
import type { MeshError } from "../../../components/intent/problem";

function meshWith(tls: unknown) {
  const mesh = defineMesh("m", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
  });
  mesh.gateway("edge", { hosts: ["shop.example.com"], tls: tls as GatewayTlsSpec });
  return mesh;
}

/** The Gateway object of a gateway with this TLS. */
function gateway(tls: GatewayTlsSpec) {
  const found = compileMesh(meshWith(tls)).find(({ kind }) => kind === "Gateway") ?? assert.fail();
  const { servers } = found.spec as { readonly servers: readonly { readonly tls: object }[] };
  return { annotations: found.metadata.annotations, tls: servers.at(-1)?.tls };
}

/** What is wrong with it, as `path [id]`. */
const problems = (tls: unknown): string[] =>
  meshWith(tls)
    .validate()
    .map(({ path, id }) => `${path} [${id}]`);

const SPKI = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("the TLS of a gateway", () => {
  it("is what it says: version, suites, and whose certificates are good", () => {
    assert.deepEqual(
      gateway({
        credentialName: "cert",
        mode: "mutual",
        cipherSuites: ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
        subjectAltNames: ["partner.example.com"],
        verifyCertificateSpki: [SPKI],
        verifyCertificateHash: [HASH],
      }),
      {
        annotations: undefined,
        tls: {
          mode: "MUTUAL",
          credentialName: "cert",
          minProtocolVersion: "TLSV1_2",
          cipherSuites: ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
          subjectAltNames: ["partner.example.com"],
          verifyCertificateSpki: [SPKI],
          verifyCertificateHash: [HASH],
        },
      },
    );
    assert.deepEqual(gateway({ credentialName: "cert", mode: "optional-mutual" }).tls, {
      mode: "OPTIONAL_MUTUAL",
      credentialName: "cert",
      minProtocolVersion: "TLSV1_2",
    });
  });

  it("has weak suites only for a reason and a time, which stand in the object for whoever checks it", () => {
    const weakCipherSuites = {
      suites: ["AES128-SHA"],
      reason: "terminals of 2014, OPS-9",
      until: "2027-03-31",
    } as const;
    const { annotations, tls } = gateway({
      credentialName: "cert",
      cipherSuites: ["ECDHE-RSA-AES256-GCM-SHA384"],
      weakCipherSuites,
    });
    assert.deepEqual(annotations, {
      "except.meshwright.dev/gateway-tls-minimum": "until=2027-03-31; reason=terminals of 2014, OPS-9",
    });
    assert.deepEqual((tls as { readonly cipherSuites: readonly string[] }).cipherSuites, [
      "ECDHE-RSA-AES256-GCM-SHA384",
      "AES128-SHA",
    ]);
    const at = "gateways.edge.tls.weakCipherSuites";
    assert.deepEqual(problems({ credentialName: "cert", weakCipherSuites: { suites: ["AES128-SHA"] } }), [
      `${at}.reason [intent/gateway-tls]`,
      `${at}.until [intent/gateway-tls]`,
    ]);
    assert.deepEqual(
      problems({ credentialName: "cert", weakCipherSuites: { ...weakCipherSuites, until: "2027-02-30" } }),
      [`${at}.until [intent/gateway-tls]`],
    );
  });

  it("refuses what is weak, unknown, twice there or without effect", () => {
    const at = "gateways.edge.tls";
    const suite = "ECDHE-RSA-AES256-GCM-SHA384";
    const refused: readonly (readonly [object, readonly string[]])[] = [
      [{ cipherSuites: ["DES-CBC3-SHA"] }, [`${at}.cipherSuites[0] [intent/weak-cipher]`]],
      [{ cipherSuites: ["ROT13"] }, [`${at}.cipherSuites[0] [intent/gateway-tls]`]],
      [{ cipherSuites: [suite, suite] }, [`${at}.cipherSuites [intent/gateway-tls]`]],
      [{ cipherSuites: [suite], minProtocolVersion: "TLSV1_3" }, [`${at}.cipherSuites [intent/gateway-tls]`]],
      [{ subjectAltNames: ["partner.example.com"] }, [`${at}.subjectAltNames [intent/gateway-tls]`]],
      [
        { mode: "mutual", verifyCertificateSpki: ["short"], verifyCertificateHash: ["00:11"] },
        [
          `${at}.verifyCertificateSpki[0] [intent/gateway-tls]`,
          `${at}.verifyCertificateHash[0] [intent/gateway-tls]`,
        ],
      ],
      [{ minProtocolVersion: "TLSV1_1" }, [`${at}.minProtocolVersion [intent/gateway-tls]`]],
    ];
    for (const [tls, expected] of refused) {
      assert.deepEqual(problems({ credentialName: "cert", ...tls }), expected, JSON.stringify(tls));
    }
  });

  it("cannot all be said by the Gateway API, which is refused rather than left out", () => {
    const tls = {
      credentialName: "cert",
      mode: "optional-mutual",
      cipherSuites: ["ECDHE-RSA-AES256-GCM-SHA384"],
    };
    assert.throws(
      () => compileMesh(meshWith(tls), { api: "gateway-api" }),
      (error: MeshError) => {
        assert.deepEqual(
          error.problems.map(({ id, path }) => `${path} [${id}]`),
          [
            "gateways.edge.tls.mode [gateway-api/optional-client-certificate]",
            "gateways.edge.tls.cipherSuites [gateway-api/unsupported]",
          ],
        );
        return true;
      },
    );
  });
});
