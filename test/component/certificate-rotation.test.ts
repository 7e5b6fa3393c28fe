import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { readProject, runProgram, Secret, type Deployment, type PropertyValue } from "../../engine";
import { FileStateStore } from "../../engine/state";
import { FAST, projectWith } from "../engine/support/project";
import { named } from "./support";

const COMPONENTS = path.resolve(__dirname, "../../components/platform");

const PROGRAM = `
  import * as pulumi from "@pulumi/pulumi";
  import * as platform from ${JSON.stringify(COMPONENTS)};
  const config = new pulumi.Config();
  const root = new platform.RotatingRoot("root", {
    rotation: config.requireObject<platform.RotationState>("rotation"),
    previous: config.getObject<platform.RotationState>("previous"),
  });
  for (const cluster of ["west", "east"]) {
    const issued = new platform.IntermediateCertificateAuthority(cluster, {
      root: root.signing,
      locality: cluster,
      // One with constraints, one without: both must live through every step.
      ...(cluster === "east" ? { nameConstraints: { permitted: { trustDomains: ["cluster.local"] } } } : {}),
    });
    new platform.CertificateAuthority(cluster + "-ca", { issued });
  }
  export const rotation = root.rotation;
`;

function plain(value: PropertyValue | undefined): unknown {
  return value instanceof Secret ? plain(value.reveal()) : value;
}

describe("the rotation of a root", function () {
  this.timeout(240_000);
  let cwd: string;
  let folder: string;
  let state: FileStateStore;

  before(() => {
    cwd = projectWith({ "index.ts": PROGRAM, "Pulumi.dev.yaml": "config: {}\n" });
    folder = mkdtempSync(path.join(tmpdir(), "rotation-"));
    state = new FileStateStore({ folder, project: readProject(cwd).name });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function deploy(rotation: object, previous?: object): Promise<Deployment> {
    const of = (key: string): string => `${readProject(cwd).name}:${key}`;
    const configOverrides = {
      [of("rotation")]: JSON.stringify(rotation),
      ...(previous && { [of("previous")]: JSON.stringify(previous) }),
    };
    return runProgram({ cwd, stack: "dev", env: FAST, state, configOverrides });
  }

  /** The entries of a cluster's secret, as files for openssl. */
  function written(deployment: Deployment, cluster: string): Record<"ca" | "root" | "chain" | "key", string> {
    const data = plain(named(deployment, `${cluster}-ca-cacerts`).inputs["data"]) as Record<
      string,
      PropertyValue
    >;
    const file = (entry: string): string => {
      const target = path.join(folder, `${cluster}-${entry}`);
      writeFileSync(target, Buffer.from(String(plain(data[entry])), "base64"), { mode: 0o600 });
      return target;
    };
    return {
      ca: file("ca-cert.pem"),
      root: file("root-cert.pem"),
      chain: file("cert-chain.pem"),
      key: file("ca-key.pem"),
    };
  }

  const openssl = (...args: readonly string[]): string =>
    execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  /** A workload's certificate as istiod would sign it, below an intermediate that is in use. */
  function leaf(files: { readonly ca: string; readonly key: string }, name: string): string {
    const at = (suffix: string): string => path.join(folder, `${name}.${suffix}`);
    openssl(
      "req",
      "-new",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      "/O=w",
      "-keyout",
      at("key"),
      "-out",
      at("csr"),
    );
    writeFileSync(
      at("ext"),
      "subjectAltName=critical,URI:spiffe://cluster.local/ns/shop/sa/web\nextendedKeyUsage=serverAuth,clientAuth\n",
    );
    openssl(
      "x509",
      "-req",
      "-in",
      at("csr"),
      "-CA",
      files.ca,
      "-CAkey",
      files.key,
      "-CAcreateserial",
      "-days",
      "1",
      "-extfile",
      at("ext"),
      "-out",
      at("crt"),
    );
    return at("crt");
  }

  it("leaves no moment at which a workload refuses another, judged by openssl at every step", async () => {
    const steps = [
      { generation: 1, step: "steady" },
      { generation: 2, step: "trust" },
      { generation: 2, step: "issue" },
      { generation: 2, step: "steady" },
      { generation: 3, step: "trust" },
    ];
    let previous: object | undefined;
    // Certificates of the step before are still in use while a step arrives.
    let inUse: { readonly certificate: string; readonly chain: string }[] = [];
    let bundles: string[] = [];
    const counts: number[] = [];
    const issuers: string[] = [];
    const issued: string[][] = [];
    for (const [index, step] of steps.entries()) {
      const deployment = await deploy(step, previous);
      const clusters = ["west", "east"].map((cluster) => {
        const files = written(deployment, cluster);
        const kept = (file: string, kind: string): string => {
          const copy = path.join(folder, `${index}-${cluster}-${kind}`);
          copyFileSync(file, copy);
          return copy;
        };
        const certificate = leaf(files, `leaf-${index}-${cluster}`);
        return { certificate, chain: kept(files.ca, "ca"), root: kept(files.root, "root") };
      });
      const now = clusters.map(({ certificate, chain }) => ({ certificate, chain }));
      const trusted = clusters.map(({ root }) => root);
      for (const bundle of [...bundles, ...trusted]) {
        for (const { certificate, chain } of [...inUse, ...now]) {
          assert.match(openssl("verify", "-CAfile", bundle, "-untrusted", chain, certificate), /: OK\n$/);
        }
      }
      counts.push(readFileSync(trusted[0]!, "utf8").split("BEGIN CERTIFICATE").length - 1);
      issuers.push(openssl("x509", "-in", clusters[0]!.chain, "-noout", "-issuer").trim());
      issued.push(clusters.map(({ chain }) => readFileSync(chain, "utf8")));
      assert.deepEqual(plain(deployment.outputs["rotation"]), step);
      previous = step;
      inUse = now;
      bundles = trusted;
    }
    assert.deepEqual(counts, [1, 2, 2, 1, 2], "roots that are trusted");
    assert.match(
      openssl("x509", "-in", path.join(folder, "4-east-ca"), "-noout", "-text"),
      /URI:cluster\.local/,
    );
    for (const [before, after] of [
      [0, 1],
      [2, 3],
      [3, 4],
    ] as const)
      assert.deepEqual(issued[after], issued[before], "the same to the byte, where no root has changed");
    assert.deepEqual(
      issuers.map((issuer) => /G\d/.exec(issuer)?.[0] ?? "G1"),
      ["G1", "G1", "G2", "G2", "G2"],
    );
  });

  it("refuses a step that does not follow, and hands no authority to any cluster", async () => {
    const wrong: readonly (readonly [wanted: object, previous: object | undefined])[] = [
      [
        { generation: 2, step: "issue" },
        { generation: 1, step: "steady" },
      ],
      [
        { generation: 2, step: "steady" },
        { generation: 2, step: "trust" },
      ],
    ];
    for (const [wanted, previous] of wrong) {
      await assert.rejects(deploy(wanted, previous), (error: Error) => {
        assert.match(error.message, /platform\/rotation-order/);
        assert.doesNotMatch(error.message, /PRIVATE KEY/);
        return true;
      });
    }
  });
});

describe("the stack that keeps the offline root", function () {
  this.timeout(240_000);
  const REPOSITORY = path.resolve(__dirname, "../..");
  let folder: string;
  let state: FileStateStore;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "root-stack-"));
    state = new FileStateStore({ folder, project: readProject(REPOSITORY).name });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const deploy = (generation: number, step: string): Promise<Deployment> =>
    runProgram({
      cwd: REPOSITORY,
      stack: "root",
      env: FAST,
      state,
      configOverrides: {
        "meshwright:clusters": JSON.stringify(["prod"]),
        "meshwright:rotation": JSON.stringify({ generation, step }),
      },
    });

  /** Which roots there are, and which of them nothing may take away. */
  const roots = ({ resources }: Deployment): Record<string, boolean> =>
    Object.fromEntries(
      resources
        .filter(({ type }) => type === "meshwright:index:RootCertificateAuthority")
        .map(({ name, protect }) => [name, protect]),
    );

  it("takes one step for each deployment, remembers which was the last, and refuses one that does not follow", async () => {
    assert.deepEqual(roots(await deploy(1, "steady")), { "root-1": true });
    await assert.rejects(deploy(2, "issue"), /platform\/rotation-order/);
    // What was refused has left no trace.
    const trust = await deploy(2, "trust");
    assert.deepEqual(roots(trust), { "root-1": true, "root-2": false });
    const issued = plain(trust.outputs["intermediates"]) as Record<string, Record<string, PropertyValue>>;
    const bundle = String(plain(issued["prod"]?.["trustBundlePem"]));
    assert.equal(bundle.split("BEGIN CERTIFICATE").length - 1, 2);
    await assert.rejects(deploy(2, "steady"), /platform\/rotation-order/);
  });
});
