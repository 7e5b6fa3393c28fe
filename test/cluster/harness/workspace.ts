import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { beforeEnd } from "./cleanup";
import { Processes } from "./processes";

/** Whoever has memory to spare says where: etcd waits for the disk at every write, and nothing of it is kept. */
function parent(): string {
  return process.env["MESHWRIGHT_CLUSTER_FOLDER"] ?? os.tmpdir();
}

/**
 * A temporary folder of this user alone, and the programs that work in it. Both go together: with {@link close}, or when
 * this process ends. Only SIGKILL leaves the folder, because nothing of this process runs after it.
 */
export class Workspace {
  readonly folder = fs.mkdtempSync(path.join(parent(), "meshwright-cluster-"));
  readonly processes = new Processes(this.folder);
  readonly #forget = beforeEnd(() => {
    this.processes.kill();
    this.#remove();
  });

  /** The path of a file in the folder. */
  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Writes a file that only this user may read, and returns its path. */
  write(name: string, text: string): string {
    const file = this.path(name);
    fs.writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** Ends the programs and removes the folder. */
  async close(): Promise<void> {
    await this.processes.stop();
    this.#remove();
    this.#forget();
  }

  /** A program that is being killed may still finish a write: a folder that is not empty is tried again. */
  #remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
