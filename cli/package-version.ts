import { readFileSync } from "node:fs";
import * as path from "node:path";

/** The version of this package, whether it runs from its sources or compiled. */
export function packageVersion(): string {
  for (let directory = __dirname; ; directory = path.dirname(directory)) {
    try {
      const manifest = JSON.parse(readFileSync(path.join(directory, "package.json"), "utf8")) as Record<
        string,
        unknown
      >;
      if (manifest["name"] === "meshwright" && typeof manifest["version"] === "string")
        return manifest["version"];
    } catch {
      // Not here: one folder up.
    }
    if (path.dirname(directory) === directory) return "unknown";
  }
}
