import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { goModuleDir } from "../../../scripts/generate-resources/read-module";
import { pinnedSets } from "../../../scripts/generate-resources/sets";
import { askProgram, buildGo, NO_GO } from "../ask-go";

/** What Kubernetes' own validation says of one object. */
export interface Answer {
  readonly kind: "unknown-field" | "schema" | "cel";
  readonly path: string;
  readonly message: string;
  /** A server asks no rule after this problem. */
  readonly blocking: boolean;
}

/** The definitions as their modules publish them. */
function definitionFiles(): string[] {
  return pinnedSets.flatMap(({ module, version, file }) => {
    const path = join(goModuleDir(module, version), file);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => join(path, name));
  });
}

/**
 * Builds Kubernetes' validation from its Go modules and asks it about objects.
 *
 * Nothing is downloaded: Kubernetes is large, and whoever runs the suite decides.
 *
 * @returns the answers in the order of the objects, or the reason why there are none
 */
export function askKubernetes(objects: readonly KubernetesObject[]): Answer[][] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-verdict-"));
  try {
    const binary = join(folder, "verdict");
    const build = buildGo(join(__dirname, "kubernetes"), binary);
    if (build === undefined) return NO_GO;
    if (build.status !== 0) {
      return "Kubernetes' Go modules are not here (`go mod download` in test/conformance/schema/kubernetes gets them)";
    }
    return askProgram("Kubernetes' validation", binary, objects, definitionFiles());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
