import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { compileMesh } from "../../components/compile";
import { defineMesh } from "../../components/intent";
import {
  type CredentialArgs,
  type GatewayCertificateArgs,
  GatewayCertificate,
  ServiceMesh,
} from "../../components/platform";
import { isCertified } from "../../components/platform/gateway-certificate/hosts";
import { gatewayCertificateProblems } from "../../components/platform/gateway-certificate/problems";
import { credentialUses } from "../../components/platform/service-mesh/credential-uses";
import { MeshError, type Problem } from "../../components/intent/problem";
import { Secret, type Deployment, type PropertyValue } from "../../engine";
import { dependencyNames, named, run } from "./support";
import { complete } from "../support/complete-problem";

const DAY = 24 * 60 * 60 * 1000;

function revealed(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? revealed(value.reveal()) : value;
}

/** The entries of a secret, decoded; every one must be secret in the program's state. */
function entries(deployment: Deployment, name: string): Record<string, string> {
  const data = named(deployment, name).inputs["data"];
  const values = revealed(data) as Record<string, PropertyValue>;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      assert.ok(data instanceof Secret || value instanceof Secret, `${key} is a secret`);
      return [key, Buffer.from(String(revealed(value)), "base64").toString("utf8")];
    }),
  );
}

function certificates(pem: string): X509Certificate[] {
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return texts.map((text) => new X509Certificate(text));
}

function lifetimeInDays({ validFrom, validTo }: X509Certificate): number {
  return Math.round((Date.parse(validTo) - Date.parse(validFrom)) / DAY);
}

/** What `openssl verify` says of a server's certificate, as a caller that has the root alone. */
function verified(chain: string, root: string, host: string): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "gateway-certificate-"));
  try {
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const chainFile = file("chain.pem", chain);
    const args = ["verify", "-CAfile", file("root.pem", root), "-untrusted", chainFile];
    const { status, stdout, stderr } = spawnSync(
      "openssl",
      [...args, "-purpose", "sslserver", "-x509_strict", "-verify_hostname", host, chainFile],
      { encoding: "utf8" },
    );
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ids(problems: readonly Problem[]): string[] {
  return problems.map(({ path, id }) => `${path} [${id}]`).sort();
}

/** The problems with which a component refuses its arguments. */
function refused(make: () => unknown): readonly Problem[] {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    return complete(error.problems);
  }
  return assert.fail("nothing was refused");
}

/** A mesh whose gateway `edge` serves hosts with `edge-cert`. */
function shop(hosts: readonly string[], mode: "simple" | "mutual" = "simple") {
  const mesh = defineMesh("shop", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
  });
  mesh.gateway("edge", { hosts, tls: { credentialName: "edge-cert", mode } });
  return mesh;
}

const MESH = `
  const shop = intent.defineMesh("shop", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
  });
  shop.gateway("edge", { hosts: ["shop.example.com", "*.shop.example.com"], tls: { credentialName: "edge-cert" } });
  shop.gateway("api", {
    hosts: ["api.example.com"], tls: { credentialName: "api-cert" }, api: "gateway-api",
  });
`;

describe("GatewayCertificate", function () {
  this.timeout(180_000);
  let deployment: Deployment;

  before(async () => {
    deployment = await run(`
      const ca = new platform.CertificateAuthority("ca", {});
      new platform.GatewayCertificate("below", {
        credentialName: "shop-cert", hosts: ["shop.example.com", "*.shop.example.com"], namespace: "edge", authority: ca,
      });
      const root = new platform.RootCertificateAuthority("root", {});
      new platform.GatewayCertificate("rsa", {
        credentialName: "rsa-cert", hosts: ["api.example.com"], validityDays: 30, renewBeforeDays: 5,
        key: { algorithm: "RSA", rsaBits: 2048 },
        // In the clear, as a careless program would hand it over.
        authority: { certificatePem: root.certificatePem, privateKeyPem: pulumi.unsecret(root.privateKeyPem) },
        clientCertificateAuthorityPem: root.certificatePem,
      });
      new platform.GatewayCertificate("managed", {
        credentialName: "managed-cert", hosts: ["www.example.com"], issuer: { name: "letsencrypt" },
        key: { ecdsaCurve: "P384" },
      });
      ${MESH}
      new platform.ServiceMesh("mesh", {
        mesh: shop, crds: false, gatewayApi: false, namespaces: { shop: {} },
        gateways: { "istio-ingressgateway": {} },
        credentials: {
          "edge-cert": { from: "authority" },
          "api-cert": { from: "cert-manager", issuer: { name: "internal", kind: "Issuer" }, validityDays: 30, renewBeforeDays: 10 },
        },
      });
    `);
  });

  it("writes the secret that gateways read, with the certificate, the authorities below the root, and the key", () => {
    const { metadata, type } = named(deployment, "below-secret").inputs as {
      metadata: Record<string, PropertyValue>;
      type: string;
    };
    assert.deepEqual(
      [metadata["name"], metadata["namespace"], type],
      ["shop-cert", "edge", "kubernetes.io/tls"],
    );
    const secret = entries(deployment, "below-secret");
    assert.deepEqual(Object.keys(secret).sort(), ["tls.crt", "tls.key"]);
    const authority = entries(deployment, "ca-cacerts");
    const [leaf, ...above] = certificates(secret["tls.crt"]!);
    assert.ok(leaf);
    assert.ok(leaf.checkPrivateKey(createPrivateKey(secret["tls.key"]!)), "the key is the certificate's");
    assert.equal(leaf.subjectAltName, "DNS:shop.example.com, DNS:*.shop.example.com");
    assert.equal(leaf.ca, false);
    assert.equal(lifetimeInDays(leaf), 365);
    assert.deepEqual(
      above.map(({ fingerprint256 }) => fingerprint256),
      certificates(authority["ca-cert.pem"]!).map(({ fingerprint256 }) => fingerprint256),
    );
  });

  it("is accepted by callers that have the root alone, for its hosts and one label below a star, and no others", function () {
    if (spawnSync("openssl", ["version"]).status !== 0) {
      console.log("      skipped: openssl is not installed");
      this.skip();
    }
    const chain = entries(deployment, "below-secret")["tls.crt"]!;
    const root = entries(deployment, "ca-cacerts")["root-cert.pem"]!;
    for (const host of ["shop.example.com", "a.shop.example.com"]) {
      const { status, output } = verified(chain, root, host);
      assert.equal(status, 0, `${host}: ${output}`);
    }
    for (const host of ["a.b.shop.example.com", "other.example.com"]) {
      assert.match(verified(chain, root, host).output, /hostname mismatch/i, host);
    }
    const otherRoot = entries(deployment, "rsa-secret")["ca.crt"]!;
    assert.notEqual(verified(chain, otherRoot, "shop.example.com").status, 0);
    const rsa = verified(entries(deployment, "rsa-secret")["tls.crt"]!, otherRoot, "api.example.com");
    assert.equal(rsa.status, 0, rsa.output);
  });

  it("follows its arguments: key, lifetime, renewal, and the authority of callers; a root sends no root", () => {
    const secret = entries(deployment, "rsa-secret");
    const chain = certificates(secret["tls.crt"]!);
    assert.equal(chain.length, 1);
    assert.equal(chain[0]!.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.equal(lifetimeInDays(chain[0]!), 30);
    assert.equal(named(deployment, "rsa-signed").inputs["earlyRenewalHours"], 120);
    assert.ok(chain[0]!.verify(certificates(secret["ca.crt"]!)[0]!.publicKey));
  });

  it("keeps the authority's key a secret, even one that came in the clear", () => {
    for (const name of ["below", "rsa"]) {
      const authority = named(deployment, name).inputs["authority"] as Record<string, PropertyValue>;
      assert.ok(authority instanceof Secret || authority["privateKeyPem"] instanceof Secret, name);
    }
  });

  it("asks cert-manager for the same secret, by a Certificate with its own type", () => {
    const { type, inputs } = named(deployment, "managed-certificate");
    assert.equal(type, "kubernetes:cert-manager.io/v1:Certificate");
    assert.deepEqual(inputs["spec"], {
      secretName: "managed-cert",
      dnsNames: ["www.example.com"],
      issuerRef: { name: "letsencrypt", kind: "ClusterIssuer", group: "cert-manager.io" },
      duration: "2160h0m0s",
      renewBefore: "720h0m0s",
      privateKey: { algorithm: "ECDSA", size: 384, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    });
    assert.deepEqual(
      deployment.resources.filter(({ name }) => name.startsWith("managed-")).map(({ name }) => name),
      ["managed-certificate"],
    );
  });

  it("is made by a mesh for what its gateways serve, of Istio and of the Gateway API, before they are told of it", () => {
    const [leaf] = certificates(entries(deployment, "mesh-credential-edge-cert-secret")["tls.crt"]!);
    assert.equal(leaf?.subjectAltName, "DNS:*.shop.example.com, DNS:shop.example.com");
    const [issuing] = certificates(entries(deployment, "mesh-certificate-authority-cacerts")["ca-cert.pem"]!);
    assert.ok(leaf.verify(issuing!.publicKey), "below the mesh's own authority");

    const { inputs } = named(deployment, "mesh-credential-api-cert-certificate");
    const spec = inputs["spec"] as Record<string, PropertyValue>;
    assert.deepEqual(spec["dnsNames"], ["api.example.com"]);
    assert.deepEqual(spec["issuerRef"], { name: "internal", kind: "Issuer", group: "cert-manager.io" });

    const before = dependencyNames(named(deployment, "mesh-resources"));
    assert.ok(before.includes("mesh-credential-edge-cert-secret"), before.join());
    assert.ok(before.includes("mesh-credential-api-cert-certificate"), before.join());
  });
});

describe("arguments of GatewayCertificate", () => {
  const authority = { certificatePem: "", privateKeyPem: "" };
  const good: GatewayCertificateArgs = {
    credentialName: "shop-cert",
    hosts: ["shop.example.com"],
    authority,
  };

  it("are refused with all that is wrong at once, and without any of their values that are secret", () => {
    assert.deepEqual(gatewayCertificateProblems(good), []);
    const problems = refused(
      () =>
        new GatewayCertificate("edge", {
          credentialName: "Shop",
          hosts: ["shop.example.com", "*", "192.0.2.1", "*.*.example.com", "shop.example.com"],
          namespace: "no good",
          authority: { certificatePem: "", privateKeyPem: "hush" },
          issuer: { name: "" },
          key: { algorithm: "RSA", rsaBits: 3072, ecdsaCurve: "P256" },
          validityDays: 10,
          renewBeforeDays: 10,
          clientCertificateAuthorityPem: "hush",
        }),
    );
    assert.deepEqual(ids(problems), [
      "clientCertificateAuthorityPem [platform/issuer-writes-secret]",
      "credentialName [platform/bad-name]",
      "hosts[1] [platform/bad-host]",
      "hosts[2] [platform/bad-host]",
      "hosts[3] [platform/bad-host]",
      "hosts[4] [platform/duplicate-host]",
      "issuer [platform/one-signer]",
      "issuer.name [platform/bad-name]",
      "key.ecdsaCurve [platform/key-option-unused]",
      "key.rsaBits [platform/bad-count]",
      "namespace [platform/bad-name]",
      "renewBeforeDays [platform/renewal-window]",
    ]);
    assert.doesNotMatch(JSON.stringify(problems), /hush/);
  });

  it("name somebody who signs, and at least one host", () => {
    const { authority: _, ...nobody } = good;
    assert.deepEqual(ids(gatewayCertificateProblems({ ...nobody, hosts: [] })), [
      "authority [platform/one-signer]",
      "hosts [platform/no-hosts]",
    ]);
  });

  it("know the star of a certificate, which stands for one label, from the star of a Gateway", () => {
    const names = ["shop.example.com", "*.shop.example.com"];
    const covered = ["shop.example.com", "a.shop.example.com", "*.shop.example.com"];
    for (const host of covered) assert.ok(isCertified(host, names), host);
    for (const host of ["a.b.shop.example.com", "example.com", "*.example.com", "*.a.shop.example.com"])
      assert.ok(!isCertified(host, names), host);
  });
});

describe("credentials of a mesh", () => {
  const plan = (mesh: ReturnType<typeof shop>, credentials: Record<string, CredentialArgs>, more = {}) =>
    refused(() => new ServiceMesh("mesh", { mesh, credentials, namespaces: { shop: {} }, ...more }));

  it("must be for every host that gateways serve with them, whoever makes them", () => {
    const hosts = ["shop.example.com"];
    const issuer = { name: "letsencrypt" };
    for (const credential of [
      { from: "authority", hosts },
      { from: "cert-manager", issuer, hosts },
      { from: "existing", hosts },
    ] satisfies CredentialArgs[]) {
      for (const api of ["istio", "gateway-api"] as const) {
        const [problem, ...others] = plan(
          shop(["shop.example.com", "www.example.com"]),
          { "edge-cert": credential },
          { api },
        );
        assert.deepEqual(others, [], credential.from);
        assert.equal(problem?.id, "platform/host-not-certified");
        assert.equal(problem.path, "credentials.edge-cert.hosts");
        assert.match(problem.message, /^"www\.example\.com" of Gateway istio-system\/edge: callers/);
        assert.equal(problem.got, '"shop.example.com"');
        assert.ok(problem.expected !== undefined && problem.fix !== undefined);
      }
    }
  });

  it("cannot certify with a star what a Gateway's star admits below it", () => {
    const problems = plan(shop(["a.b.example.com"]), {
      "edge-cert": { from: "existing", hosts: ["*.example.com"] },
    });
    assert.deepEqual(ids(problems), ["credentials.edge-cert.hosts [platform/host-not-certified]"]);
  });

  it("are all there, in the namespace of the gateway's pods, and say whose certificates callers may have", () => {
    const problems = plan(shop(["shop.example.com"], "mutual"), {
      "edge-cert": { from: "authority", namespace: "shop" },
      other: { from: "authority" },
    });
    assert.deepEqual(ids(problems), [
      "credentials.edge-cert.clientCertificateAuthorityPem [platform/no-client-authority]",
      "credentials.edge-cert.namespace [platform/credential-namespace]",
      "credentials.other.hosts [platform/no-hosts]",
    ]);
    assert.deepEqual(ids(plan(shop(["shop.example.com"]), {})), [
      "credentials [platform/unknown-credential]",
    ]);
  });

  it("need an authority that the mesh has, and that lives as long as they do", () => {
    const own = { "edge-cert": { from: "authority" } } as const;
    assert.deepEqual(ids(plan(shop(["shop.example.com"]), own, { certificateAuthority: false })), [
      "credentials.edge-cert.from [platform/no-authority]",
    ]);
    const certificateAuthority = { newIntermediate: { validityDays: 100 } };
    const [problem] = plan(shop(["shop.example.com"]), own, { certificateAuthority });
    assert.equal(problem?.id, "platform/outlives-authority");
    assert.deepEqual([problem.got, problem.expected], ["365", "at most 100"]);
  });

  it("need an authority that may sign for their hosts", () => {
    const own = { "edge-cert": { from: "authority" } } as const;
    const certificateAuthority = {
      newIntermediate: { nameConstraints: { permitted: { dnsDomains: ["svc", "shop.example.com"] } } },
    };
    const hosts = ["shop.example.com", "*.shop.example.com", "bank.example.com"];
    const [problem, ...others] = plan(shop(hosts), own, { certificateAuthority });
    assert.deepEqual(others, []);
    assert.equal(problem?.id, "platform/host-not-permitted");
    assert.equal(problem.got, '"bank.example.com"');
  });

  it("refuse what no type check saw: an unknown source, and cert-manager without an issuer", () => {
    const given = { "edge-cert": { from: "cert-manager" } } as unknown as Record<string, CredentialArgs>;
    assert.deepEqual(ids(plan(shop(["shop.example.com"]), given)), [
      "credentials.edge-cert.authority [platform/one-signer]",
    ]);
    const unknown = { "edge-cert": { from: "vault" } } as unknown as Record<string, CredentialArgs>;
    assert.ok(
      ids(plan(shop(["shop.example.com"]), unknown)).includes(
        "credentials.edge-cert.from [platform/unknown-choice]",
      ),
    );
  });

  it("are found wherever a Gateway's selector leads, under each of their names", () => {
    const uses = credentialUses(
      [
        ...compileMesh(shop(["shop.example.com"])),
        {
          apiVersion: "networking.istio.io/v1",
          kind: "Gateway",
          metadata: { name: "hand", namespace: "team" },
          spec: {
            selector: { istio: "internal" },
            servers: [
              {
                port: { number: 443, name: "https", protocol: "HTTPS" },
                hosts: ["team/*.example.com"],
                tls: { mode: "MUTUAL", credentialNames: ["rsa", "ecdsa"], caCertCredentialName: "callers" },
              },
              {
                port: { number: 444, name: "own", protocol: "HTTPS" },
                hosts: ["a.example.com"],
                tls: { mode: "ISTIO_MUTUAL" },
              },
            ],
          },
        },
      ],
      [{ labels: { app: "internal", istio: "internal" }, namespace: "edge" }],
    );
    assert.deepEqual(
      uses.map(({ credentialName, namespace, hosts, asksForCertificate }) => [
        credentialName,
        namespace,
        hosts,
        asksForCertificate,
      ]),
      [
        ["edge-cert", "istio-system", ["shop.example.com"], false],
        ["rsa", "edge", ["*.example.com"], false],
        ["ecdsa", "edge", ["*.example.com"], false],
      ],
    );
  });
});
