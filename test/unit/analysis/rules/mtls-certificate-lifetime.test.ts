import "reflect-metadata";

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";
import { codes, findings, NOW, waits } from "../support";

const RULE = "mtls-certificate-lifetime";
const DAY = 24 * 60 * 60 * 1000;
const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Certificates that end so many days after the day of the tests. */
async function certificates(): Promise<{
  readonly root: (days: number) => Promise<string>;
  readonly authority: (days: number) => Promise<string>;
  readonly server: (days: number) => Promise<string>;
}> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const make = async (subject: string, issuer: string, ca: boolean, days: number): Promise<string> => {
    const certificate = await X509CertificateGenerator.create({
      serialNumber: "01",
      subject: `CN=${subject}`,
      issuer: `CN=${issuer}`,
      notBefore: new Date(NOW.getTime() - 365 * DAY),
      notAfter: new Date(NOW.getTime() + days * DAY),
      publicKey: keys.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ECDSA,
      extensions: [new BasicConstraintsExtension(ca)],
    });
    return `${certificate.toString("pem")}\n`;
  };
  return {
    root: (days) => make("Root", "Root", true, days),
    authority: (days) => make("West", "Root", true, days),
    server: (days) => make("shop.example.com", "West", false, days),
  };
}

/** A Secret with these entries, as a cluster holds it. */
function secret(name: string, entries: Readonly<Record<string, string>>): string {
  const data = Object.fromEntries(
    Object.entries(entries).map(([entry, pem]) => [entry, Buffer.from(pem).toString("base64")]),
  );
  return `${JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name }, data })}\n---\n`;
}

describe(RULE, () => {
  let make: Awaited<ReturnType<typeof certificates>>;
  before(async () => {
    make = await certificates();
  });

  it("passes certificates that live long enough for their replacement", async () => {
    const [root, authority, server] = [await make.root(181), await make.authority(46), await make.server(22)];
    const set = secret("cacerts", { "ca-cert.pem": authority, "root-cert.pem": root, "ca-key.pem": "key" });
    assert.deepEqual(findings(RULE, set + secret("shop", { "tls.crt": server, "ca.crt": root })), []);
  });

  it("says which one ends, and when, once for each, with more notice the longer its replacement takes", async () => {
    const [root, authority, server] = [await make.root(180), await make.authority(45), await make.server(1)];
    const chain = authority + root;
    const set =
      secret("cacerts", { "ca-cert.pem": authority, "cert-chain.pem": chain, "root-cert.pem": root }) +
      secret("shop", { "tls.crt": server });
    assert.deepEqual(findings(RULE, set), [
      'Secret default/cacerts data["ca-cert.pem"]: the authority "West" ends on 2027-01-05, in 45 days',
      'Secret default/cacerts data["cert-chain.pem"]: the root "Root" ends on 2027-05-20, in 180 days',
      'Secret default/shop data["tls.crt"]: the certificate "shop.example.com" ends on 2026-11-22, in 1 day',
    ]);
    assert.deepEqual(codes(RULE, set), ["advisory", "advisory", "advisory"]);
  });

  it("stops a deployment for one that has ended, and for no other", async () => {
    const set = secret("cacerts", {
      "ca-cert.pem": await make.authority(-1),
      "root-cert.pem": await make.root(0),
    });
    assert.deepEqual(findings(RULE, set), [
      'Secret default/cacerts data["ca-cert.pem"]: the authority "West" ended on 2026-11-20',
      'Secret default/cacerts data["root-cert.pem"]: the root "Root" ends on 2026-11-21, in 0 days',
    ]);
    assert.deepEqual(codes(RULE, set), ["mandatory", "advisory"]);
  });

  it("reads what istiod publishes, and what the mesh configuration has every proxy trust", async () => {
    const pem = await make.root(10);
    const map = (name: string, data: object): string =>
      `${JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data })}\n---\n`;
    const mesh = JSON.stringify({ caCertificates: [{ pem }, null, { spiffeBundleUrl: "x" }] });
    assert.deepEqual(
      findings(RULE, map("istio-ca-root-cert", { "root-cert.pem": pem }) + map("istio", { mesh })),
      [
        'ConfigMap default/istio data.mesh: the root "Root" ends on 2026-12-01, in 10 days',
        'ConfigMap default/istio-ca-root-cert data["root-cert.pem"]: the root "Root" ends on 2026-12-01, in 10 days',
      ],
    );
  });

  it("goes by the notice that is asked for", async () => {
    const set = secret("shop", { "tls.crt": await make.server(60) });
    const options = { options: { [RULE]: { warnDays: 60 } } };
    assert.equal(findings(RULE, set).length, 0);
    assert.equal(findings(RULE, set, options).length, 1);
  });

  it("reads past what is no certificate, and past what was taken out of a state", () => {
    const odd = `
{ apiVersion: v1, kind: Secret, metadata: { name: a }, data: { tls.crt: "!!!", ca.crt: 7 }, stringData: { cert: "[secret]" } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio }, data: { mesh: "a: [", root-cert.pem: null } }
`;
    assert.deepEqual(findings(RULE, odd), []);
    assert.deepEqual(waits(RULE, odd), []);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        "{ apiVersion: v1, kind: Secret, metadata: { name: a }, stringData: { tls.crt: UNKNOWN } }",
      ),
      ['stringData["tls.crt"]'],
    );
  });
});
