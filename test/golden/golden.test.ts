import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { dump } from "js-yaml";
import { compileMesh, type MeshManifest } from "../../components/compile";
import { bookinfo, everything, routable } from "../unit/compile/meshes";

// Read these files when they change: they are what a mesh becomes. `UPDATE_GOLDEN=1` writes them anew.
const GOLDEN: Readonly<Record<string, () => readonly MeshManifest[]>> = {
  bookinfo: () => compileMesh(bookinfo()),
  everything: () => compileMesh(everything()),
  "bookinfo-gateway-api": () => compileMesh(bookinfo(), { api: "gateway-api" }),
  "routable-gateway-api": () => compileMesh(routable(), { api: "gateway-api" }),
};

describe("compiled examples", () => {
  for (const [name, compiled] of Object.entries(GOLDEN)) {
    it(`compile ${name} to the text that was reviewed`, () => {
      const file = path.join(__dirname, `${name}.yaml`);
      const text = compiled()
        .map((manifest) => dump(manifest, { lineWidth: 120 }))
        .join("---\n");
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
      assert.ok(existsSync(file), `${file} is missing`);
      assert.equal(text, readFileSync(file, "utf8"));
    });
  }
});
