import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { beforeEnd } from "../harness/cleanup";

/** A folder that goes with {@link TemporaryFolder.remove}, or when this process ends. */
export class TemporaryFolder {
  readonly #path = fs.mkdtempSync(path.join(os.tmpdir(), "meshwright-manifests-"));
  readonly #forget = beforeEnd(() => this.#remove());

  path(...names: string[]): string {
    return path.join(this.#path, ...names);
  }

  remove(): void {
    this.#remove();
    this.#forget();
  }

  #remove(): void {
    fs.rmSync(this.#path, { recursive: true, force: true });
  }
}
