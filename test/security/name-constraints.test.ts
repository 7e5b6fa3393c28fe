import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, verify, X509Certificate } from "node:crypto";

import type { NameConstraintsArgs } from "../../components/platform";
import { completedCertificate } from "../../components/platform/certificate-authority/completed-certificate";
import { deterministicSignature } from "../../components/platform/certificate-authority/deterministic-signature";
import { intermediateProblems, rootProblems } from "../../components/platform/certificate-authority/problems";
import { OpensslCertificates } from "../support/openssl-certificates";

const CONSTRAINTS: NameConstraintsArgs = {
  permitted: {
    trustDomains: ["cluster.local", "old_domain.example"],
    dnsDomains: ["svc", "shop.example.com"],
  },
  excluded: { dnsDomains: ["secret.shop.example.com"] },
};

/** What the provider writes for an authority of ours, whose path length of 0 it leaves out, and for a constrained one. */
const KEY_USAGE = "keyUsage=critical,keyCertSign,cRLSign";
const KEY_IDS = ["subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"];
const ISSUED = ["basicConstraints=critical,CA:TRUE", KEY_USAGE, ...KEY_IDS];
const TEMPLATE = ["basicConstraints=critical,CA:FALSE", KEY_USAGE, ...KEY_IDS];
const workload = (domain: string): string => `subjectAltName=critical,URI:spiffe://${domain}/ns/shop/sa/web`;

describe("the certificate of an authority, completed", function () {
  this.timeout(120_000);
  const files = new OpensslCertificates();
  after(() => files.remove());

  const roots = ["p256", "p384", "p521", "rsa"] as const;
  const complete = (kind: string, wanted = CONSTRAINTS): Promise<string> =>
    completedCertificate(files.text(`mid-${kind}.crt`), files.text(`root-${kind}.key`), {
      pathLength: 0,
      nameConstraints: wanted,
    });

  before(async () => {
    for (const kind of roots) {
      files.key(`root-${kind}`, kind);
      files.certificate(`root-${kind}`, [
        "basicConstraints=critical,CA:TRUE,pathlen:1",
        KEY_USAGE,
        "subjectKeyIdentifier=hash",
      ]);
      files.key(`mid-${kind}`, kind);
      files.certificate(`mid-${kind}`, TEMPLATE, { signer: `root-${kind}` });
      files.write(`done-${kind}.key`, files.text(`mid-${kind}.key`));
      files.write(`done-${kind}.crt`, await complete(kind));
    }
    files.key("leaf");
  });

  function refusalOf(
    names: string,
    { kind = "p256", below = `done-${kind}` }: { kind?: string; below?: string } = {},
  ): string {
    files.certificate("leaf", [names, ...KEY_IDS], { signer: below, subject: "/" });
    return files.refusal("leaf.crt", `${below}.crt`, `root-${kind}.crt`);
  }

  it("lets openssl believe the identities of its trust domains alone, by keys of every kind", () => {
    for (const kind of roots) {
      assert.equal(refusalOf(workload("cluster.local"), { kind }), "", kind);
      assert.match(refusalOf(workload("example.org"), { kind }), /permitted subtree violation/, kind);
    }
    assert.equal(refusalOf(workload("old_domain.example")), "");
    assert.match(refusalOf(workload("below.cluster.local")), /permitted subtree violation/);
  });

  it("lets istiod and gateways answer by the hosts that are permitted, and by no other", () => {
    assert.equal(
      refusalOf("subjectAltName=critical,DNS:istiod.istio-system.svc,DNS:istiod-canary.mesh.svc"),
      "",
    );
    assert.equal(refusalOf("subjectAltName=critical,DNS:www.shop.example.com"), "");
    assert.match(refusalOf("subjectAltName=critical,DNS:bank.example.com"), /permitted subtree violation/);
    assert.match(
      refusalOf("subjectAltName=critical,DNS:www.secret.shop.example.com"),
      /excluded subtree violation/,
    );
  });

  it("constrains what is named alone: trust domains leave hosts as they are", async () => {
    files.write("uris.key", files.text("mid-p256.key"));
    files.write("uris.crt", await complete("p256", { permitted: { trustDomains: ["cluster.local"] } }));
    assert.equal(refusalOf("subjectAltName=critical,DNS:bank.example.com", { below: "uris" }), "");
    assert.match(refusalOf(workload("example.org"), { below: "uris" }), /permitted subtree violation/);
  });

  it("is worth nothing as it was issued: the key signs for nobody past the constraints", () => {
    assert.match(refusalOf(workload("example.org"), { below: "mid-p256" }), /invalid CA certificate/);
  });

  it("may sign no further authority, with constraints and without", async () => {
    files.key("plain");
    files.certificate("plain", ISSUED, { signer: "root-p256" });
    assert.doesNotMatch(files.shown("plain.crt"), /pathlen/);
    files.write(
      "plain.crt",
      await completedCertificate(files.text("plain.crt"), files.text("root-p256.key"), { pathLength: 0 }),
    );
    for (const below of ["plain", "done-p256"]) {
      assert.match(files.shown(`${below}.crt`), /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
      files.key("further");
      files.certificate("further", ISSUED, { signer: below });
      files.write("chain.crt", files.text("further.crt") + files.text(`${below}.crt`));
      files.certificate("leaf", [workload("cluster.local"), ...KEY_IDS], { signer: "further", subject: "/" });
      assert.match(
        files.refusal("leaf.crt", "chain.crt", "root-p256.crt"),
        /path length constraint exceeded/,
      );
    }
  });

  it("is otherwise as it was issued, but for its number, which is another one", () => {
    const lines = (file: string): string[] =>
      files
        .shown(file)
        .split("\n")
        .filter((line) => !/^ {8,}[0-9a-f:]+$/.test(line));
    const [before, after] = [lines("mid-p256.crt"), lines("done-p256.crt")];
    const had = new Set(before);
    assert.deepEqual(
      after
        .filter((line) => !had.has(line))
        .map((line) => line.trim())
        .filter((line) => !/^[0-9a-f:]{59}$/.test(line)),
      [
        "CA:TRUE, pathlen:0",
        "X509v3 Name Constraints: critical",
        "Permitted:",
        "URI:cluster.local",
        "URI:old_domain.example",
        "DNS:svc",
        "DNS:shop.example.com",
        "Excluded:",
        "DNS:secret.shop.example.com",
      ],
    );
    const [issued, completed] = ["mid-p256.crt", "done-p256.crt"].map(
      (file) => new X509Certificate(files.text(file)),
    );
    assert.notEqual(completed!.serialNumber, issued!.serialNumber);
    assert.match(completed!.serialNumber, /^[4-7][0-9A-F]{39}$/, "positive, of 20 octets");
    assert.equal(completed!.validTo, issued!.validTo);
  });

  it("is the same to the byte each time, and another one with other constraints", async () => {
    for (const kind of roots) assert.equal(await complete(kind), files.text(`done-${kind}.crt`), kind);
    const wider = await complete("p256", { permitted: { trustDomains: ["cluster.local", "example.org"] } });
    const numbers = [wider, files.text("done-p256.crt")].map((pem) => new X509Certificate(pem).serialNumber);
    assert.equal(new Set(numbers).size, 2);
  });

  it("is left alone where nothing is missing, and where it is none, as from the mocks of a unit test", async () => {
    files.key("whole");
    const whole = files.certificate("whole", ["basicConstraints=critical,CA:TRUE,pathlen:0", KEY_USAGE], {
      signer: "root-p256",
    });
    assert.equal(await completedCertificate(whole, files.text("root-p256.key"), { pathLength: 0 }), whole);
    assert.equal(await completedCertificate("mock", "mock", { pathLength: 0 }), "mock");
  });
});

describe("a signature without chance", () => {
  it("is that of RFC 6979, appendix A.2.5, for ECDSA on P-256 with SHA-256", async () => {
    const base64url = (hex: string): string => Buffer.from(hex, "hex").toString("base64url");
    const key = createPrivateKey({
      format: "jwk",
      key: {
        kty: "EC",
        crv: "P-256",
        d: base64url("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
        x: base64url("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
        y: base64url("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"),
      },
    });
    const data = Buffer.from("sample");
    const signature = await deterministicSignature({ key: "ec", hash: "sha256" }, key, data);
    assert.ok(verify("sha256", data, createPublicKey(key), signature));
    const hex = Buffer.from(signature).toString("hex").toUpperCase();
    assert.ok(hex.includes("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"), "r");
    assert.ok(hex.includes("F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"), "s");
  });
});

describe("name constraints", () => {
  const said = (nameConstraints: unknown): string[] =>
    intermediateProblems({ nameConstraints: nameConstraints as NameConstraintsArgs }).map(
      ({ path, id }) => `${path} [${id}]`,
    );

  it("are refused where they say nothing, contradict themselves, or are no domains, all at once", () => {
    assert.deepEqual(said(CONSTRAINTS), []);
    assert.deepEqual(said({}), ["nameConstraints [platform/empty-name-constraints]"]);
    assert.deepEqual(said({ permitted: { trustDomains: [] } }), [
      "nameConstraints.permitted.trustDomains [platform/empty-name-constraints]",
    ]);
    const names = [
      "spiffe://cluster.local",
      "*.example.com",
      ".example.com",
      "10.0.0.1",
      "Cluster.local",
      "",
      7,
    ];
    assert.deepEqual(
      said({ permitted: { trustDomains: names } }),
      names.map(
        (_, index) => `nameConstraints.permitted.trustDomains[${index}] [platform/bad-constrained-name]`,
      ),
    );
    assert.deepEqual(
      said({ permitted: { dnsDomains: ["svc", "a.example"] }, excluded: { dnsDomains: ["example"] } }),
      ["nameConstraints.permitted.dnsDomains[1] [platform/permitted-and-excluded]"],
    );
  });

  it("are refused where istiod could not answer, whose hosts end in svc", () => {
    const permitted = "nameConstraints.permitted.dnsDomains [platform/constrained-istiod]";
    assert.deepEqual(said({ permitted: { dnsDomains: ["shop.example.com"] } }), [permitted]);
    assert.deepEqual(said({ permitted: { dnsDomains: ["istio-system.svc"] } }), []);
    assert.deepEqual(said({ excluded: { dnsDomains: ["svc"] } }), [
      "nameConstraints.excluded.dnsDomains [platform/constrained-istiod]",
    ]);
  });

  it("are not for a root, which every workload trusts as it is", () => {
    const args = { nameConstraints: CONSTRAINTS } as Parameters<typeof rootProblems>[0];
    assert.deepEqual(
      rootProblems(args).map(({ path, id }) => `${path} [${id}]`),
      ["nameConstraints [platform/constrained-root]"],
    );
  });
});
