import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Options of `openssl genpkey` for the kinds of key that authorities have. */
export const KEYS = {
  p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  rsa1024: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
} as const;

/** Keys and certificates that openssl makes and judges, in a folder of their own. */
export class OpensslCertificates {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "meshwright-certificates-"));

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Makes a key: `<name>.key`. */
  key(name: string, kind: keyof typeof KEYS = "p256"): string {
    this.run("genpkey", ...KEYS[kind], "-out", this.#at(`${name}.key`));
    return this.text(`${name}.key`);
  }

  /**
   * Makes a certificate for the key of that name: `<name>.crt`.
   *
   * @param signer whose key and certificate sign it; its own without
   * @param extensions as lines of openssl's configuration
   * @param days how long it holds, 30 by default; after 0 it has ended as soon as the second is over
   */
  certificate(
    name: string,
    extensions: readonly string[],
    {
      signer,
      subject = `/O=test/CN=${name}`,
      days = 30,
    }: { signer?: string; subject?: string; days?: number } = {},
  ): string {
    const [request, certificate, key] = ["csr", "crt", "key"].map((kind) => this.#at(`${name}.${kind}`));
    this.write(`${name}.ext`, `${extensions.join("\n")}\n`);
    this.run("req", "-new", "-key", key!, "-subj", subject, "-out", request!);
    const by =
      signer === undefined
        ? ["-signkey", key!]
        : ["-CA", this.#at(`${signer}.crt`), "-CAkey", this.#at(`${signer}.key`), "-CAcreateserial"];
    this.run(
      ...["x509", "-req", "-in", request!, ...by, "-days", String(days), "-sha256"],
      ...["-extfile", this.#at(`${name}.ext`), "-out", certificate!],
    );
    return this.text(`${name}.crt`);
  }

  /** Why openssl refuses a leaf, by names of files; empty where it verifies. */
  refusal(leaf: string, intermediates: string, roots: string): string {
    const files = ["-CAfile", roots, "-untrusted", intermediates, leaf].map((one) =>
      one.startsWith("-") ? one : this.#at(one),
    );
    const { status, stderr } = spawnSync("openssl", ["verify", "-x509_strict", ...files], {
      encoding: "utf8",
    });
    return status === 0 ? "" : stderr;
  }

  /** What openssl reads in a certificate. */
  shown(file: string): string {
    return this.run("x509", "-in", this.#at(file), "-noout", "-text");
  }

  text(file: string): string {
    return readFileSync(this.#at(file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(this.#at(file), text, { mode: 0o600 });
  }

  run(...args: readonly string[]): string {
    return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  #at(file: string): string {
    return path.join(this.#folder, file);
  }
}
