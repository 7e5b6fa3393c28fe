import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askProgram, buildGo, NO_GO } from "../ask-go";

/** A chain as a proxy shows it, in PEM. */
export interface AskedChain {
  readonly roots: string;
  readonly intermediates: string;
  readonly leaf: string;
  /** The host that was called, where it counts. */
  readonly dnsName?: string;
}

/**
 * Asks Go's own X.509, by which istiod and the Istio agent verify.
 *
 * @returns for each chain why it is refused, empty where it is believed; or the reason why there are no answers
 */
export function askGo(chains: readonly AskedChain[]): string[] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-name-constraints-"));
  try {
    const binary = join(folder, "verifier");
    const build = buildGo(join(__dirname, "verifier"), binary);
    if (build === undefined) return NO_GO;
    if (build.status !== 0) throw new Error(`the verifier does not compile: ${build.stderr}`);
    return askProgram("Go's verifier", binary, chains);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
