import { realpathSync } from "node:fs";
import { packNames, type PackName } from "../analysis";
import { MeshError } from "../components/intent/problem";
import { MeshwrightPack } from "./pack";

/** Chooses the pack that this folder serves: `baseline` (default), `strict` or `audit`. */
const VARIABLE = "MESHWRIGHT_POLICY_PACK";

function chosenPack(): PackName {
  const asked = process.env[VARIABLE] ?? "baseline";
  const pack = packNames.find((name) => name === asked);
  if (pack !== undefined) return pack;
  throw new MeshError("meshwright policies", [
    {
      id: "policies/unknown-pack",
      path: `environment variable ${VARIABLE}`,
      message: "there is no such policy pack",
      got: JSON.stringify(asked),
      expected: packNames.join(", "),
      fix: `Set ${VARIABLE} to one of them, or unset it`,
    },
  ]);
}

// This file is the folder's entry point, so it is also what an import of the folder loads. Pulumi runs a pack inside its
// folder; whoever loads it from elsewhere, a pack of their own for example, wants the library and no second pack.
if (realpathSync(process.cwd()) === realpathSync(__dirname)) new MeshwrightPack({ pack: chosenPack() });

export * from "./index";
