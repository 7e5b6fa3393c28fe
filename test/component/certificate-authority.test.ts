import "reflect-metadata";

import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";

import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as Parsed,
} from "@peculiar/x509";

import { Secret, type Deployment, type PropertyValue } from "../../engine";
import { OpensslCertificates } from "../support/openssl-certificates";
import { named, run } from "./support";

const DAY = 24 * 60 * 60 * 1000;

function revealed(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? revealed(value.reveal()) : value;
}

/** The entries of the `cacerts` secret, decoded. */
function entries(deployment: Deployment, name: string): Record<string, string> {
  const data = revealed(named(deployment, name).inputs["data"]) as Record<string, PropertyValue>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(String(revealed(value)), "base64").toString("utf8"),
    ]),
  );
}

function certificates(pem: string): X509Certificate[] {
  return (
    pem
      .match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g)
      ?.map((each) => new X509Certificate(each)) ?? []
  );
}

function lifetimeInDays(certificate: X509Certificate): number {
  return Math.round((Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / DAY);
}

function authority(pem: string): {
  ca: boolean | undefined;
  pathLength: number | undefined;
  usages: number | undefined;
} {
  const parsed = new Parsed(pem);
  const constraints = parsed.getExtension(BasicConstraintsExtension);
  return {
    ca: constraints?.ca,
    pathLength: constraints?.pathLength,
    usages: parsed.getExtension(KeyUsagesExtension)?.usages,
  };
}

const AUTHORITY_USAGES = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;

describe("CertificateAuthority", function () {
  this.timeout(180_000);
  let deployment: Deployment;
  let secret: Record<string, string>;

  const files = new OpensslCertificates();
  after(() => files.remove());

  before(async () => {
    files.key("root", "p384");
    const rootPem = files.certificate("root", [
      "basicConstraints=critical,CA:TRUE",
      "keyUsage=critical,keyCertSign,cRLSign",
      "subjectKeyIdentifier=hash",
    ]);
    const broughtRoot = { certificatePem: rootPem, privateKeyPem: files.text("root.key") };
    deployment = await run(`
      new platform.CertificateAuthority("ca", {});
      new platform.CertificateAuthority("rsa", {
        namespace: "mesh",
        newRoot: { key: { algorithm: "RSA", rsaBits: 2048 }, validityDays: 100 },
        newIntermediate: { key: { ecdsaCurve: "P384" }, validityDays: 50, renewBeforeDays: 10, locality: "west" },
      });
      const root = new platform.RootCertificateAuthority("offline", {});
      const west = new platform.IntermediateCertificateAuthority("west", { root });
      const constrained = { permitted: { trustDomains: ["cluster.local"] } };
      const brought = new platform.IntermediateCertificateAuthority("brought", {
        root: ${JSON.stringify(broughtRoot)},
        nameConstraints: constrained,
      });
      new platform.CertificateAuthority("constrained", {
        namespace: "east",
        newRoot: { key: { algorithm: "RSA", rsaBits: 2048 } },
        newIntermediate: { nameConstraints: constrained },
        trustDomain: "cluster.local",
      });
      export const pem = { brought: brought.certificatePem, key: brought.privateKeyPem };
      // In the clear, as a careless program would hand it over.
      const plain = pulumi.unsecret(west.privateKeyPem);
      new platform.CertificateAuthority("issued", {
        issued: { certificatePem: west.certificatePem, privateKeyPem: plain, rootCertificatePem: west.rootCertificatePem },
      });
    `);
    secret = entries(deployment, "ca-cacerts");
  });

  it("writes the four entries that istiod reads, under the name that it looks for", () => {
    const { metadata, type } = named(deployment, "ca-cacerts").inputs as Record<
      string,
      Record<string, PropertyValue>
    >;
    assert.equal(metadata!["name"], "cacerts");
    assert.equal(metadata!["namespace"], "istio-system");
    assert.equal(type as unknown, "Opaque");
    assert.deepEqual(Object.keys(secret).sort(), [
      "ca-cert.pem",
      "ca-key.pem",
      "cert-chain.pem",
      "root-cert.pem",
    ]);
  });

  it("signs an intermediate below a root: two authorities, the second for workloads only", () => {
    const [root] = certificates(secret["root-cert.pem"]!);
    const [intermediate] = certificates(secret["ca-cert.pem"]!);
    assert.ok(root && intermediate);
    assert.ok(root.checkIssued(root) && root.verify(root.publicKey), "the root signs itself");
    assert.ok(
      intermediate.checkIssued(root) && intermediate.verify(root.publicKey),
      "the root signs the intermediate",
    );
    assert.deepEqual(authority(secret["root-cert.pem"]!), {
      ca: true,
      pathLength: 1,
      usages: AUTHORITY_USAGES,
    });
    assert.deepEqual(authority(secret["ca-cert.pem"]!), {
      ca: true,
      pathLength: 0,
      usages: AUTHORITY_USAGES,
    });
    assert.deepEqual([root, intermediate].map(lifetimeInDays), [3650, 730]);
  });

  it("gives the chain from the workloads' issuer to the root, and the intermediate's own key", () => {
    assert.deepEqual(
      certificates(secret["cert-chain.pem"]!).map(({ fingerprint256 }) => fingerprint256),
      [...certificates(secret["ca-cert.pem"]!), ...certificates(secret["root-cert.pem"]!)].map(
        ({ fingerprint256 }) => fingerprint256,
      ),
    );
    const key = createPrivateKey(secret["ca-key.pem"]!);
    assert.ok(certificates(secret["ca-cert.pem"]!)[0]!.checkPrivateKey(key));
    assert.equal(key.asymmetricKeyType, "ec");
    assert.equal(key.asymmetricKeyDetails?.namedCurve, "prime256v1");
  });

  it("follows the arguments: algorithm, curve, lifetimes, renewal, namespace and locality", () => {
    const rsa = entries(deployment, "rsa-cacerts");
    const [root] = certificates(rsa["root-cert.pem"]!);
    const [intermediate] = certificates(rsa["ca-cert.pem"]!);
    assert.ok(root && intermediate);
    assert.equal(root.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.equal(intermediate.publicKey.asymmetricKeyDetails?.namedCurve, "secp384r1");
    assert.deepEqual([root, intermediate].map(lifetimeInDays), [100, 50]);
    assert.match(intermediate.subject, /^L=west$/m);
    assert.ok(intermediate.verify(root.publicKey));
    assert.equal(named(deployment, "rsa-intermediate-certificate").inputs["earlyRenewalHours"], 240);
    assert.equal(named(deployment, "rsa-root-certificate").inputs["earlyRenewalHours"], 0);
  });

  it("constrains the names below it, whether the root is made here or comes from elsewhere, and has no other certificate that could sign", () => {
    const own = entries(deployment, "constrained-cacerts");
    const { brought, key } = revealed(deployment.outputs["pem"]) as Record<string, PropertyValue>;
    assert.ok(key instanceof Secret);
    assert.equal(typeof brought, "string", "a certificate is no secret");
    const cases = [
      [
        own["ca-cert.pem"]!,
        own["root-cert.pem"]!,
        own["ca-key.pem"]!,
        "constrained-intermediate-certificate",
      ],
      [String(brought), files.text("root.crt"), String(revealed(key)), "brought-certificate"],
    ] as const;
    files.key("leaf");
    for (const [pem, root, privateKey, issued] of cases) {
      files.write("mid.crt", pem);
      files.write("mid.key", privateKey);
      files.write("anchor.crt", root);
      for (const [domain, refusal] of [
        ["cluster.local", /^$/],
        ["example.org", /permitted subtree violation/],
      ] as const) {
        const names = `subjectAltName=critical,URI:spiffe://${domain}/ns/a/sa/b`;
        files.certificate("leaf", [names, "authorityKeyIdentifier=keyid"], { signer: "mid", subject: "/" });
        assert.match(files.refusal("leaf.crt", "mid.crt", "anchor.crt"), refusal);
      }
      assert.deepEqual(authority(pem), { ca: true, pathLength: 0, usages: AUTHORITY_USAGES });
      const { certPem } = named(deployment, issued).outputs as Record<string, PropertyValue>;
      assert.equal(authority(String(revealed(certPem))).ca, false, "what the state keeps is no authority");
    }
  });

  it("takes an authority that was issued elsewhere, makes none, and keeps its key secret even if it came in the clear", () => {
    const issued = entries(deployment, "issued-cacerts");
    assert.ok(
      certificates(issued["ca-cert.pem"]!)[0]!.checkPrivateKey(createPrivateKey(issued["ca-key.pem"]!)),
    );
    assert.deepEqual(
      deployment.resources.filter(({ name }) => name.startsWith("issued-")).map(({ name }) => name),
      ["issued-cacerts"],
    );
    const component = named(deployment, "issued").inputs["issued"] as Record<string, PropertyValue>;
    assert.ok(component["privateKeyPem"] instanceof Secret);
  });
});
