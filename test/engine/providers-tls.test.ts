import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MeshError } from "../../components/intent/problem";
import type { CreateRequest, CreateResult, Properties, ResourceState } from "../../engine/provider";
import { tlsProvider } from "../../engine/providers";
import { Secret, UNKNOWN } from "../../engine/value";

const NOW = new Date("2027-01-01T00:00:00.000Z");
const HOUR = 3_600_000;
const later = (hours: number) => tlsProvider({ clock: () => new Date(NOW.getTime() + hours * HOUR) });
const provider = later(0);

const TYPES = {
  PrivateKey: "tls:index/privateKey:PrivateKey",
  SelfSignedCert: "tls:index/selfSignedCert:SelfSignedCert",
  CertRequest: "tls:index/certRequest:CertRequest",
  LocallySignedCert: "tls:index/locallySignedCert:LocallySignedCert",
} as const;

function request(kind: keyof typeof TYPES, inputs: Properties, prior?: ResourceState): CreateRequest {
  const type = TYPES[kind];
  return { urn: `urn:pulumi:dev::t::${type}::it`, type, name: "it", inputs, ...(prior && { prior }) };
}

function make(kind: keyof typeof TYPES, inputs: Properties, by = provider): Promise<CreateResult> {
  return by.create(request(kind, inputs));
}

/** What the engine keeps of a result. */
function kept(kind: keyof typeof TYPES, inputs: Properties, { id, outputs }: CreateResult): ResourceState {
  return { urn: "urn", type: TYPES[kind], id, inputs, outputs };
}

function text(result: CreateResult, property: string): string {
  const value = result.outputs[property];
  assert.equal(typeof value, "string", property);
  return String(value);
}

const ROOT: Properties = {
  isCaCertificate: true,
  setSubjectKeyId: true,
  setAuthorityKeyId: true,
  allowedUses: ["cert_signing", "crl_signing"],
  validityPeriodHours: 87600,
  earlyRenewalHours: 720,
  subject: { commonName: "Root CA", organization: "Sample" },
};

async function authority(algorithm: Properties, root: Properties = ROOT) {
  const key = await make("PrivateKey", algorithm);
  const inputs = { ...root, privateKeyPem: new Secret(text(key, "privateKeyPem")) };
  return { key, inputs, cert: await make("SelfSignedCert", inputs) };
}

async function signed(
  ca: { readonly key: CreateResult; readonly cert: CreateResult },
  csrInputs: Properties,
  certInputs: Properties,
) {
  const key = await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const csr = await make("CertRequest", {
    privateKeyPem: new Secret(text(key, "privateKeyPem")),
    ...csrInputs,
  });
  return make("LocallySignedCert", {
    certRequestPem: text(csr, "certRequestPem"),
    caPrivateKeyPem: new Secret(text(ca.key, "privateKeyPem")),
    caCertPem: text(ca.cert, "certPem"),
    validityPeriodHours: 8760,
    allowedUses: [],
    ...certInputs,
  });
}

async function problemsOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => assert.fail("expected a refusal"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MeshError, String(error));
  return { text: error.message, problems: error.problems };
}

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
function openssl(args: readonly string[], files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-tls-"));
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    return execFileSync("openssl", args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ALGORITHMS: readonly Properties[] = [
  { algorithm: "RSA" },
  { algorithm: "RSA", rsaBits: 3072 },
  { algorithm: "ECDSA" },
  { algorithm: "ECDSA", ecdsaCurve: "P256" },
  { algorithm: "ECDSA", ecdsaCurve: "P384" },
  { algorithm: "ECDSA", ecdsaCurve: "P521" },
  { algorithm: "ED25519" },
];

describe("tls provider: PrivateKey", () => {
  for (const inputs of ALGORITHMS) {
    it(`${JSON.stringify(inputs)} gives one key in every encoding`, async () => {
      const made = await make("PrivateKey", inputs);
      const key = createPrivateKey(text(made, "privateKeyPem"));
      const spki = createPublicKey(key).export({ format: "pem", type: "spki" });
      assert.equal(text(made, "publicKeyPem"), spki);
      const pkcs8 = createPrivateKey(text(made, "privateKeyPemPkcs8"));
      assert.equal(createPublicKey(pkcs8).export({ format: "pem", type: "spki" }), spki);
      assert.match(
        text(made, "privateKeyPemPkcs8"),
        /^-----BEGIN PRIVATE KEY-----\n[^]*\n-----END PRIVATE KEY-----\n$/,
      );
      assert.deepEqual(made.secretOutputs, ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"]);
    });

    it(`${JSON.stringify(inputs)}: getPublicKey gives the same public half from PEM and from OpenSSH's format`, async () => {
      const made = await make("PrivateKey", inputs);
      const token = "tls:index/getPublicKey:getPublicKey";
      const names = [
        "publicKeyPem",
        "publicKeyOpenssh",
        "publicKeyFingerprintMd5",
        "publicKeyFingerprintSha256",
      ];
      const forms = ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"];
      for (const form of forms.filter((name) => text(made, name) !== "")) {
        const argument = form === "privateKeyOpenssh" ? form : "privateKeyPem";
        const found = await provider.invoke?.(token, { [argument]: new Secret(text(made, form)) });
        assert.equal(found?.id, made.id, form);
        assert.equal(found?.algorithm, inputs.algorithm);
        for (const name of names) assert.equal(found?.[name], made.outputs[name], name);
      }
    });
  }

  it("has the defaults of the real provider, and no OpenSSH form for P224", async () => {
    const made = await make("PrivateKey", { algorithm: "ECDSA" });
    assert.equal(made.outputs.ecdsaCurve, "P224");
    assert.equal(made.outputs.rsaBits, 2048);
    for (const name of [
      "privateKeyOpenssh",
      "publicKeyOpenssh",
      "publicKeyFingerprintMd5",
      "publicKeyFingerprintSha256",
    ]) {
      assert.equal(made.outputs[name], "", name);
    }
  });

  it("writes OpenSSH keys and fingerprints that ssh-keygen agrees with", async function () {
    if (spawnSync("ssh-keygen", ["-?"]).error) {
      console.log("      skipped: ssh-keygen is not installed");
      return this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "meshwright-ssh-"));
    try {
      for (const inputs of ALGORITHMS) {
        const made = await make("PrivateKey", inputs);
        if (made.outputs.publicKeyOpenssh === "") continue;
        const file = join(folder, "key");
        writeFileSync(file, text(made, "privateKeyOpenssh"), { mode: 0o600 });
        assert.equal(
          execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }),
          text(made, "publicKeyOpenssh"),
        );
        rmSync(file);
        writeFileSync(`${file}.pub`, text(made, "publicKeyOpenssh"));
        const print = (hash: string) =>
          execFileSync("ssh-keygen", ["-l", "-E", hash, "-f", `${file}.pub`], { encoding: "utf8" });
        assert.ok(print("sha256").includes(` ${text(made, "publicKeyFingerprintSha256")} `));
        assert.ok(print("md5").includes(` MD5:${text(made, "publicKeyFingerprintMd5")} `));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is kept while its inputs say the same, and replaced when they do not", async () => {
    const inputs = { algorithm: "ECDSA", ecdsaCurve: "P256" };
    const first = await make("PrivateKey", inputs);
    const again = await provider.create(
      request("PrivateKey", { ...inputs, rsaBits: 2048 }, kept("PrivateKey", inputs, first)),
    );
    assert.deepEqual(again, first);
    const other = await provider.create(
      request("PrivateKey", { ...inputs, ecdsaCurve: "P384" }, kept("PrivateKey", inputs, first)),
    );
    assert.notEqual(other.id, first.id);
  });

  it("gives kept values back bare where the state had them marked secret", async () => {
    const inputs = { algorithm: "ED25519" };
    const first = await make("PrivateKey", inputs);
    const outputs = { ...first.outputs, privateKeyPem: new Secret(text(first, "privateKeyPem")) };
    const again = await provider.create(
      request("PrivateKey", inputs, { ...kept("PrivateKey", inputs, first), outputs }),
    );
    assert.equal(again.outputs.privateKeyPem, first.outputs.privateKeyPem);
  });

  it("refuses an unknown algorithm, an unknown curve and a useless size, all at once and by property", async () => {
    const { problems } = await problemsOf(
      make("PrivateKey", { algorithm: "DSA", ecdsaCurve: "P-256", rsaBits: 12 }),
    );
    assert.deepEqual(
      problems.map(({ path, got, expected }) => ({ path, got, expected })),
      [
        { path: "it.algorithm", got: '"DSA"', expected: "one of RSA, ECDSA, ED25519" },
        { path: "it.ecdsaCurve", got: '"P-256"', expected: "one of P224, P256, P384, P521" },
        { path: "it.rsaBits", got: "12", expected: "at least 512" },
      ],
    );
  });

  it("says which property is missing", async () => {
    const { problems } = await problemsOf(make("PrivateKey", {}));
    assert.deepEqual(
      problems.map(({ path, message, fix }) => ({ path, message, fix })),
      [{ path: "it.algorithm", message: "is required", fix: "Set algorithm" }],
    );
  });

  it("shows unknown values, and no id, while an input is unknown", async () => {
    const made = await make("PrivateKey", { algorithm: UNKNOWN });
    assert.equal(made.id, "");
    assert.equal(made.outputs.privateKeyPem, UNKNOWN);
    assert.equal(made.outputs.algorithm, UNKNOWN);
  });
});

describe("tls provider: certificates", () => {
  for (const algorithm of ALGORITHMS) {
    it(`an authority with a key ${JSON.stringify(algorithm)} signs a certificate that verifies`, async () => {
      const ca = await authority(algorithm);
      const root = new X509Certificate(text(ca.cert, "certPem"));
      assert.ok(root.verify(root.publicKey), "the root signs itself");
      assert.ok(root.ca);
      const leaf = new X509Certificate(
        text(await signed(ca, { dnsNames: ["a.example"] }, { allowedUses: ["server_auth"] }), "certPem"),
      );
      assert.ok(leaf.verify(root.publicKey));
      assert.ok(leaf.checkIssued(root));
      assert.ok(!leaf.ca);
      assert.equal(ca.cert.outputs.keyAlgorithm, algorithm.algorithm);
    });
  }

  it("openssl verifies root, intermediate and leaf as a chain, and each path length counts", async function () {
    if (!hasOpenssl) {
      console.log("      skipped: openssl is not installed");
      return this.skip();
    }
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P384" });
    const key = await make("PrivateKey", { algorithm: "RSA" });
    const csr = await make("CertRequest", {
      privateKeyPem: text(key, "privateKeyPem"),
      subject: { commonName: "Intermediate" },
    });
    const cert = await make("LocallySignedCert", {
      certRequestPem: text(csr, "certRequestPem"),
      caPrivateKeyPem: text(ca.key, "privateKeyPem"),
      caCertPem: text(ca.cert, "certPem"),
      validityPeriodHours: 8760,
      isCaCertificate: true,
      maxPathLength: 0,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
    });
    const intermediate = { key, cert };
    const leaf = await signed(
      intermediate,
      { dnsNames: ["a.example"] },
      { allowedUses: ["server_auth", "digital_signature"] },
    );
    const files = { root: text(ca.cert, "certPem"), mid: text(cert, "certPem"), leaf: text(leaf, "certPem") };
    const at = String(NOW.getTime() / 1000 + 3600);
    const verify = ["verify", "-x509_strict", "-attime", at, "-CAfile", "root", "-untrusted", "mid", "leaf"];
    assert.match(openssl(verify, files), /leaf: OK/);

    const below = await signed(
      intermediate,
      { subject: { commonName: "Too deep" } },
      { isCaCertificate: true },
    );
    assert.throws(() =>
      openssl(verify, { ...files, mid: files.mid + text(below, "certPem"), leaf: text(below, "certPem") }),
    );
  });

  it("carries subject, alternative names, uses and identifiers as asked for", async function () {
    if (!hasOpenssl) {
      console.log("      skipped: openssl is not installed");
      return this.skip();
    }
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const leaf = await signed(
      ca,
      {
        subject: {
          commonName: 'Größe, "quoted" \\ and + more',
          organization: "Sample",
          organizationalUnit: "Mesh",
          country: "DE",
          province: "Berlin",
          locality: "Berlin",
          streetAddresses: ["First 1", "Second 2"],
          postalCode: "10115",
          serialNumber: "42",
        },
        dnsNames: ["istiod.istio-system.svc", "*.example.com"],
        ipAddresses: ["10.0.0.1", "2001:db8::1"],
        uris: ["spiffe://cluster.local/ns/istio-system/sa/citadel"],
      },
      {
        allowedUses: ["digital_signature", "key_encipherment", "server_auth", "client_auth"],
        setSubjectKeyId: true,
      },
    );
    const shown = openssl(["x509", "-in", "c", "-noout", "-text", "-nameopt", "utf8,sep_multiline,sname"], {
      c: text(leaf, "certPem"),
    });
    for (const line of [
      'CN=Größe, "quoted" \\ and + more',
      "O=Sample",
      "OU=Mesh",
      "C=DE",
      "ST=Berlin",
      "L=Berlin",
      "postalCode=10115",
      "serialNumber=42",
      "X509v3 Key Usage: critical",
      "Digital Signature, Key Encipherment",
      "TLS Web Server Authentication, TLS Web Client Authentication",
      "X509v3 Basic Constraints: critical",
      "CA:FALSE",
      "DNS:istiod.istio-system.svc, DNS:*.example.com, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:spiffe://cluster.local/ns/istio-system/sa/citadel",
      "X509v3 Subject Key Identifier",
      "X509v3 Authority Key Identifier",
    ]) {
      assert.ok(shown.includes(line), `${line}\n${shown}`);
    }
    assert.match(shown, /street=(First 1|Second 2)/);
  });

  it("is valid from now for the hours asked for, with its serial number as id", async () => {
    const { cert } = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    assert.equal(cert.outputs.validityStartTime, "2027-01-01T00:00:00.000Z");
    assert.equal(cert.outputs.validityEndTime, "2036-12-29T00:00:00.000Z");
    const parsed = new X509Certificate(text(cert, "certPem"));
    assert.equal(new Date(parsed.validTo).toISOString(), cert.outputs.validityEndTime);
    assert.equal(BigInt(`0x${parsed.serialNumber}`).toString(), cert.id);
    assert.equal(cert.outputs.readyForRenewal, false);
  });

  it("may outlive the year 2049", async () => {
    const { cert } = await authority({ algorithm: "ED25519" }, { ...ROOT, validityPeriodHours: 8760 * 40 });
    const parsed = new X509Certificate(text(cert, "certPem"));
    assert.equal(new Date(parsed.validTo).toISOString(), cert.outputs.validityEndTime);
  });

  it("is kept until its early renewal, then issued anew", async () => {
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const prior = kept("SelfSignedCert", ca.inputs, ca.cert);
    const before = await later(87600 - 721).create(request("SelfSignedCert", ca.inputs, prior));
    assert.deepEqual(before, ca.cert);
    const after = await later(87600 - 720).create(request("SelfSignedCert", ca.inputs, prior));
    assert.notEqual(after.id, ca.cert.id);
    assert.equal(after.outputs.readyForRenewal, false);
    const expired = await later(87600 + 5).create(request("SelfSignedCert", ca.inputs, prior));
    assert.notEqual(expired.id, ca.cert.id);
  });

  it("takes new hours of early renewal over without a new certificate", async () => {
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const inputs = { ...ca.inputs, earlyRenewalHours: 1 };
    const again = await provider.create(
      request("SelfSignedCert", inputs, kept("SelfSignedCert", ca.inputs, ca.cert)),
    );
    assert.equal(again.id, ca.cert.id);
    assert.equal(again.outputs.earlyRenewalHours, 1);
    assert.equal(again.outputs.certPem, ca.cert.outputs.certPem);
  });

  it("follows a new key, a new subject and a new version of a write-only key, but not the write-only key itself", async () => {
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const prior = kept("SelfSignedCert", ca.inputs, ca.cert);
    const other = await make("PrivateKey", { algorithm: "ED25519" });
    const rekeyed = { ...ca.inputs, privateKeyPem: new Secret(text(other, "privateKeyPem")) };
    assert.notEqual((await provider.create(request("SelfSignedCert", rekeyed, prior))).id, ca.cert.id);
    const renamed = { ...ca.inputs, subject: { commonName: "Other" } };
    assert.notEqual((await provider.create(request("SelfSignedCert", renamed, prior))).id, ca.cert.id);

    const { privateKeyPem, ...rest } = ca.inputs;
    const writeOnly = { ...rest, privateKeyPemWo: privateKeyPem ?? null, privateKeyPemWoVersion: 1 };
    const first = await make("SelfSignedCert", writeOnly);
    assert.ok(!("privateKeyPemWo" in first.outputs));
    const state = kept("SelfSignedCert", writeOnly, first);
    const sameVersion = { ...writeOnly, privateKeyPemWo: new Secret(text(other, "privateKeyPem")) };
    assert.equal((await provider.create(request("SelfSignedCert", sameVersion, state))).id, first.id);
    const nextVersion = { ...sameVersion, privateKeyPemWoVersion: 2 };
    assert.notEqual((await provider.create(request("SelfSignedCert", nextVersion, state))).id, first.id);
  });

  it("repeats a secret input as a secret output", async () => {
    const { cert } = await authority({ algorithm: "ED25519" });
    assert.ok(cert.outputs.privateKeyPem instanceof Secret);
    assert.equal(typeof cert.outputs.certPem, "string");
  });

  it("refuses a key that is none, without a word of it", async () => {
    const broken = "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END EC PRIVATE KEY-----\n";
    for (const inputs of [
      { privateKeyPem: broken },
      { privateKeyPemWo: broken },
      { privateKeyPem: "hunter2hunter2" },
    ]) {
      for (const kind of ["SelfSignedCert", "CertRequest"] as const) {
        const { text: message, problems } = await problemsOf(make(kind, { ...ROOT, ...inputs }));
        assert.equal(problems[0]?.id, "engine/invalid-private-key");
        assert.equal(problems[0]?.path, `it.${Object.keys(inputs)[0]}`);
        assert.ok(!message.includes("c2VjcmV0") && !message.includes("hunter2"), message);
      }
    }
  });

  it("refuses a key that is not the authority's", async () => {
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const other = await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" });
    const { text: message, problems } = await problemsOf(
      signed(ca, {}, { caPrivateKeyPem: new Secret(text(other, "privateKeyPem")) }),
    );
    assert.equal(problems[0]?.id, "engine/key-mismatch");
    assert.ok(!message.includes("BEGIN"));
  });

  it("refuses unknown uses, negative hours, and names that are none, each with its place", async () => {
    const { problems } = await problemsOf(
      make("SelfSignedCert", {
        privateKeyPem: new Secret("x"),
        allowedUses: ["cert_signing", "sign_everything"],
        validityPeriodHours: -1,
        ipAddresses: ["10.0.0.1", "10.0.0.256"],
        uris: ["no uri"],
      }),
    );
    assert.deepEqual(
      problems.map((problem) => problem.path),
      ["it.allowedUses[1]", "it.validityPeriodHours", "it.ipAddresses[1]", "it.uris[0]"],
    );
    assert.equal(problems[0]?.got, '"sign_everything"');
    assert.match(problems[0]?.expected ?? "", /cert_signing.*server_auth/);
    assert.equal(problems[1]?.got, "-1");
  });

  it("refuses an authority without a subject, and an authority identifier that nothing gives", async () => {
    const key = await make("PrivateKey", { algorithm: "ED25519" });
    const base = { privateKeyPem: text(key, "privateKeyPem"), allowedUses: [], validityPeriodHours: 1 };
    const first = await problemsOf(make("SelfSignedCert", { ...base, isCaCertificate: true }));
    assert.equal(first.problems[0]?.path, "it.subject");
    const second = await problemsOf(make("SelfSignedCert", { ...base, setAuthorityKeyId: true }));
    assert.equal(second.problems[0]?.path, "it.setAuthorityKeyId");
  });

  it("refuses a certificate and a request that cannot be read", async () => {
    const ca = await authority({ algorithm: "ED25519" });
    const notCert = await problemsOf(
      signed(ca, {}, { caCertPem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }),
    );
    assert.equal(notCert.problems[0]?.id, "engine/invalid-certificate");
    const notRequest = await problemsOf(signed(ca, {}, { certRequestPem: text(ca.cert, "certPem") }));
    assert.equal(notRequest.problems[0]?.id, "engine/invalid-certificate-request");
    assert.equal(notRequest.problems[0]?.got, 'a PEM block "CERTIFICATE"');
  });
});

describe("tls provider: the recording of the real one", () => {
  const file = join(__dirname, "../../../shared/oracle/engine/state.json");

  it("every resource has the same output properties, with the same ones secret", async function () {
    if (!existsSync(file)) {
      console.log(`      skipped: ${file} is not here`);
      return this.skip();
    }
    const recording = JSON.parse(readFileSync(file, "utf8")) as {
      deployment: {
        resources: { type: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[];
      };
    };
    const ca = await authority({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const key = text(ca.key, "privateKeyPem");
    const csr = await make("CertRequest", { privateKeyPem: key, subject: { commonName: "x" } });
    const own: Properties = {
      privateKeyPem: new Secret(key),
      caPrivateKeyPem: new Secret(key),
      caCertPem: text(ca.cert, "certPem"),
      certRequestPem: text(csr, "certRequestPem"),
    };
    const isSecret = (value: unknown) =>
      typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
    let compared = 0;
    for (const { type, inputs = {}, outputs = {} } of recording.deployment.resources) {
      const kind = Object.entries(TYPES).find(([, token]) => token === type)?.[0] as
        keyof typeof TYPES | undefined;
      if (kind === undefined) continue;
      const given = Object.entries(inputs).map(([name, value]) => [name, own[name] ?? value] as const);
      const made = await make(kind, Object.fromEntries(given) as Properties);
      const names = Object.keys(outputs).filter((name) => !name.startsWith("__"));
      assert.deepEqual(Object.keys(made.outputs).sort(), names.sort(), type);
      const secret = names.filter(
        (name) => made.secretOutputs?.includes(name) || made.outputs[name] instanceof Secret,
      );
      assert.deepEqual(
        secret,
        names.filter((name) => isSecret(outputs[name])),
        type,
      );
      for (const name of names.filter(
        (name) => !isSecret(outputs[name]) && typeof outputs[name] !== "string",
      )) {
        assert.deepEqual(made.outputs[name], outputs[name], `${type} ${name}`);
      }
      compared += 1;
    }
    assert.ok(compared >= 7, `${compared} resources compared`);
  });
});
