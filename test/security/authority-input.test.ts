import assert from "node:assert/strict";
import { formatProblem } from "../../components/intent";
import { existingAuthorityProblems } from "../../components/platform/certificate-authority/adopted";
import { completedCertificate } from "../../components/platform/certificate-authority/completed-certificate";
import { expiryWarnings } from "../../components/platform/certificate-authority/expiry";
import {
  type AuthorityPem,
  authorityPemProblems,
  meshAuthorityProblems,
  type RootPem,
  rootPemProblems,
} from "../../components/platform/certificate-authority/certificates";
import type { ConstrainedMesh } from "../../components/platform/certificate-authority/name-constraints";
import {
  nextRotationStates,
  rotationOrderProblems,
  rotationProblems,
  type RotationState,
} from "../../components/platform/certificate-authority/rotation";
import { OpensslCertificates } from "../support/openssl-certificates";

const DAY = 24 * 60 * 60 * 1000;

describe("an authority that was issued elsewhere", function () {
  this.timeout(60_000);
  const files = new OpensslCertificates();
  let good: AuthorityPem;

  const certificate = (name: string, { signer, ca = true }: { signer?: string; ca?: boolean } = {}): string =>
    files.certificate(
      name,
      [`basicConstraints=critical,CA:${ca ? "TRUE" : "FALSE"}`],
      signer === undefined ? {} : { signer },
    );
  const text = (name: string): string => files.text(name);

  before(() => {
    for (const name of ["root", "other", "intermediate", "below", "leaf"]) files.key(name);
    files.key("weak", "rsa1024");
    certificate("root");
    certificate("other");
    certificate("intermediate", { signer: "root" });
    certificate("below", { signer: "intermediate" });
    certificate("leaf", { signer: "root", ca: false });
    certificate("weak", { signer: "root" });
    good = {
      certificatePem: text("intermediate.crt"),
      privateKeyPem: text("intermediate.key"),
      rootCertificatePem: text("root.crt"),
      trustBundlePem: text("root.crt"),
    };
  });
  after(() => files.remove());

  const said = (changed: Partial<AuthorityPem>, now = Date.now()): string[] =>
    authorityPemProblems({ ...good, ...changed }, "issued", now).map(
      ({ id, path: place }) => `${place} ${id}`,
    );

  it("is taken as it is, with what stands between it and the root, and beside another root", () => {
    assert.deepEqual(said({}), []);
    const chain = {
      certificatePem: text("below.crt") + text("intermediate.crt"),
      privateKeyPem: text("below.key"),
    };
    assert.deepEqual(said(chain), []);
    assert.deepEqual(said({ trustBundlePem: text("other.crt") + text("root.crt") }), []);
  });

  it("is refused with a key of another one", () => {
    assert.deepEqual(said({ privateKeyPem: text("other.key") }), [
      "issued.privateKeyPem platform/key-mismatch",
    ]);
  });

  it("is refused when it, or its root, has ended or not begun", () => {
    assert.deepEqual(said({}, Date.now() + 31 * DAY), [
      "issued.certificatePem platform/authority-expired",
      "issued.rootCertificatePem platform/authority-expired",
      "issued.trustBundlePem platform/authority-expired",
    ]);
    assert.ok(said({}, Date.now() - DAY).includes("issued.certificatePem platform/authority-not-yet-valid"));
  });

  it("is refused when it may not sign, or its key is weak", () => {
    const leaf = { certificatePem: text("leaf.crt"), privateKeyPem: text("leaf.key") };
    assert.deepEqual(said(leaf), ["issued.certificatePem platform/not-an-authority"]);
    const weak = { certificatePem: text("weak.crt"), privateKeyPem: text("weak.key") };
    assert.deepEqual(said(weak), ["issued.certificatePem platform/weak-key"]);
    const root = { rootCertificatePem: text("leaf.crt"), trustBundlePem: text("leaf.crt") };
    assert.ok(said(root).includes("issued.rootCertificatePem platform/not-an-authority"));
  });

  it("is refused when its root did not sign it, or is not trusted", () => {
    const other = { rootCertificatePem: text("other.crt"), trustBundlePem: text("other.crt") };
    assert.deepEqual(said(other), ["issued.certificatePem platform/broken-chain"]);
    assert.deepEqual(said({ trustBundlePem: text("other.crt") }), [
      "issued.trustBundlePem platform/untrusted-root",
    ]);
  });

  it("is taken from a secret of the cluster, whether or not the chain repeats its own certificate", async () => {
    const base64 = (entries: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(entries).map(([entry, pem]) => [entry, Buffer.from(pem).toString("base64")]),
      );
    const entries = {
      "ca-cert.pem": text("intermediate.crt"),
      "ca-key.pem": text("intermediate.key"),
      "cert-chain.pem": text("intermediate.crt") + text("root.crt"),
      "root-cert.pem": text("other.crt") + text("root.crt"),
    };
    const found = async (changed: Record<string, string>): Promise<string[]> =>
      (await existingAuthorityProblems("cacerts", base64({ ...entries, ...changed }), {}, Date.now())).map(
        ({ id, path: place }) => `${place} ${id}`,
      );
    assert.deepEqual(await found({}), []);
    assert.deepEqual(await found({ "cert-chain.pem": text("root.crt") }), []);
    assert.deepEqual(await found({ "ca-key.pem": text("other.key") }), [
      "existing.cacerts.ca-key.pem platform/key-mismatch",
    ]);
    assert.deepEqual(await found({ "root-cert.pem": text("other.crt") }), [
      "existing.cacerts.ca-cert.pem platform/broken-chain",
    ]);
    assert.deepEqual(
      await found({
        "ca-cert.pem": text("leaf.crt"),
        "ca-key.pem": text("leaf.key"),
        "cert-chain.pem": text("root.crt"),
      }),
      ["existing.cacerts.ca-cert.pem platform/not-an-authority"],
    );
    assert.deepEqual(await found({ "cert-chain.pem": "" }), [
      "existing.cacerts platform/incomplete-authority",
    ]);
  });

  it("is refused where its constraints leave the mesh's workloads no name, or ztunnel nothing to verify by", async () => {
    const constrained = {
      certificatePem: await completedCertificate(text("intermediate.crt"), text("root.key"), {
        pathLength: 0,
        nameConstraints: { permitted: { trustDomains: ["cluster.local"] } },
      }),
    };
    const found = async (mesh: ConstrainedMesh): Promise<string[]> =>
      (await meshAuthorityProblems({ ...good, ...constrained }, "issued", mesh, Date.now())).map(
        ({ id, path: place }) => `${place} ${id}`,
      );
    assert.deepEqual(await found({}), []);
    assert.deepEqual(await found({ trustDomain: "cluster.local" }), []);
    assert.deepEqual(await found({ trustDomain: "example.org" }), [
      "issued.certificatePem platform/trust-domain-not-permitted",
    ]);
    assert.deepEqual(await found({ trustDomain: "cluster.local", ambient: true }), [
      "issued.certificatePem platform/constrained-in-ambient",
    ]);
  });

  it("is warned of before it ends, a root long before", () => {
    const pems = [text("intermediate.crt"), text("intermediate.crt") + text("root.crt"), text("leaf.crt")];
    const warned = (days: number): string[] =>
      expiryWarnings(pems, Date.now() + days * DAY).map((line) => line.replace(/\d{4}-\d\d-\d\d/, "DAY"));
    const authority = 'the authority "intermediate" ends on DAY: renew it where it is issued, and deploy it';
    const root = 'the root "root" ends on DAY: begin to replace it, which takes several deployments';
    assert.deepEqual(warned(-16), [root]);
    assert.deepEqual(warned(0).sort(), [authority, root]);
    assert.deepEqual(warned(-200), []);
    assert.deepEqual(warned(31), []);
  });

  it("is refused in words that never repeat a key", () => {
    const secret = text("intermediate.key").split("\n")[1]!;
    const broken = {
      privateKeyPem: text("intermediate.key").replace("-----BEGIN", "-----"),
      certificatePem: "none",
    };
    const problems = authorityPemProblems({ ...good, ...broken }, "issued", Date.now());
    assert.deepEqual(
      problems.map(({ id, path: place }) => `${place} ${id}`),
      ["issued.certificatePem platform/bad-pem", "issued.privateKeyPem platform/bad-pem"],
    );
    assert.ok(!problems.map(formatProblem).join("\n").includes(secret));
  });
});

describe("a root that comes from elsewhere", function () {
  this.timeout(60_000);
  const files = new OpensslCertificates();
  after(() => files.remove());

  it("is refused when it has ended, may not sign, has a weak or another key, or is not trusted", () => {
    for (const [name, kind] of [
      ["root", "p256"],
      ["other", "p256"],
      ["leaf", "p256"],
      ["weak", "rsa1024"],
    ] as const) {
      files.key(name, kind);
      files.certificate(name, [`basicConstraints=critical,CA:${name === "leaf" ? "FALSE" : "TRUE"}`]);
    }
    const of = (name: string): RootPem => ({
      certificatePem: files.text(`${name}.crt`),
      privateKeyPem: files.text(`${name}.key`),
      trustBundlePem: files.text(`${name}.crt`),
    });
    const said = (pem: RootPem, now = Date.now()): string[] =>
      rootPemProblems(pem, "root", now).map(({ id, path: place }) => `${place} ${id}`);
    assert.deepEqual(said(of("root")), []);
    assert.deepEqual(said(of("root"), Date.now() + 31 * DAY), [
      "root.certificatePem platform/authority-expired",
    ]);
    assert.deepEqual(said(of("leaf")), ["root.certificatePem platform/not-an-authority"]);
    assert.deepEqual(said(of("weak")), ["root.certificatePem platform/weak-key"]);
    assert.deepEqual(said({ ...of("root"), privateKeyPem: files.text("other.key") }), [
      "root.privateKeyPem platform/key-mismatch",
    ]);
    assert.deepEqual(said({ ...of("root"), trustBundlePem: files.text("other.crt") }), [
      "root.trustBundlePem platform/untrusted-root",
    ]);
    assert.deepEqual(said({ ...of("root"), privateKeyPem: "none" }), ["root.privateKeyPem platform/bad-pem"]);
  });
});

describe("the steps of a rotation", () => {
  const steps = ["steady", "trust", "issue"] as const;
  const states: RotationState[] = [1, 2, 3, 4].flatMap((generation) =>
    steps.map((step) => ({ generation, step })),
  );
  /** Which generations are trusted, and which signs. */
  const meaning = ({ generation, step }: RotationState): { trusted: number[]; signs: number } => ({
    trusted: step === "steady" ? [generation] : [generation - 1, generation],
    signs: step === "trust" ? generation - 1 : generation,
  });

  it("are only those between which whoever signs before or after is trusted before and after", () => {
    const valid = states.filter((state) => rotationProblems("rotation", state).length === 0);
    assert.equal(valid.length, states.length - 2, "generation 1 is steady alone");
    for (const before of valid) {
      for (const after of valid) {
        const safe =
          meaning(after).trusted.includes(meaning(before).signs) &&
          meaning(before).trusted.includes(meaning(after).signs) &&
          // Two at once would be two rotations in one.
          Math.abs(before.generation - after.generation) <= 1 &&
          meaning(before).trusted.some((each) => meaning(after).trusted.includes(each));
        const refused = rotationOrderProblems("rotation", after, before).length > 0;
        if (!safe) assert.ok(refused, `${JSON.stringify(before)} to ${JSON.stringify(after)}`);
      }
      assert.ok(nextRotationStates(before).every((after) => after.generation >= 1));
    }
  });

  it("begin with one root, and are refused in words that name the step that would be right", () => {
    assert.deepEqual(rotationOrderProblems("rotation", { generation: 1, step: "steady" }, undefined), []);
    const [problem] = rotationOrderProblems(
      "rotation",
      { generation: 2, step: "issue" },
      { generation: 1, step: "steady" },
    );
    assert.equal(
      formatProblem(problem!),
      [
        'rotation.step: does not follow step "steady" of generation 1: some workloads would refuse the certificates of others [platform/rotation-order]',
        '    got:      step "issue" of generation 2',
        '    expected: step "steady" of generation 1, or step "trust" of generation 2',
        "    fix:      Take the steps one by one, and let every workload renew its certificate between two of them",
      ].join("\n"),
    );
  });
});
