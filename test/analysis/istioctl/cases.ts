import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import type { KubernetesObject, Located } from "../../../analysis";
import { goModuleDir } from "../../../scripts/generate-resources/read-module";

const MODULE = "istio.io/istio";
const VERSION = "v0.0.0-20260827124520-eed52ebb66ad";

/** A message that `istioctl analyze` gives: its code, and `Kind namespace/name` of its object. */
export interface ExpectedMessage {
  readonly code: string;
  readonly object: string;
}

/** One case of the analyzers' own test table. */
export interface AnalyzerCase {
  readonly name: string;
  readonly analyzer: string;
  readonly objects: readonly Located[];
  readonly meshConfig?: unknown;
  readonly meshNetworks?: unknown;
  readonly expected: readonly ExpectedMessage[];
}

/**
 * Reads the test table of `istioctl analyze` and its inputs from Istio's module, where the module is on this machine.
 *
 * @returns the cases, or why there are none
 */
export function analyzerCases(): readonly AnalyzerCase[] | string {
  let root: string;
  try {
    root = join(goModuleDir(MODULE, VERSION), "pkg/config/analysis");
  } catch {
    return `the Go module ${MODULE}@${VERSION} is not here`;
  }
  const codes = messageCodes(join(root, "msg/messages.yaml"));
  const table = readFileSync(join(root, "analyzers/analyzers_test.go"), "utf8");
  const grid = table.slice(
    table.indexOf("var testGrid"),
    table.indexOf("\n}\n", table.indexOf("var testGrid")),
  );
  return grid
    .split(/\n\t\{\n/)
    .slice(1)
    .map((text) => readCase(text, join(root, "analyzers"), codes));
}

function messageCodes(file: string): ReadonlyMap<string, string> {
  const { messages } = load(readFileSync(file, "utf8")) as { messages: { name: string; code: string }[] };
  return new Map(messages.map(({ name, code }) => [name, code]));
}

function readCase(text: string, folder: string, codes: ReadonlyMap<string, string>): AnalyzerCase {
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const single = (field: string): string | undefined => new RegExp(`${field}:\\s+"([^"]+)"`).exec(text)?.[1];
  const inputs = /inputFiles:\s+\[\]string\{([^}]*)\}/.exec(text)?.[1] ?? "";
  const files = [...inputs.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
  const meshConfig = single("meshConfigFile");
  const meshNetworks = single("meshNetworksFile");
  return {
    name: single("name") ?? "",
    analyzer: /analyzer:\s+&([\w.]+)/.exec(text)?.[1] ?? "",
    objects: files.flatMap((file) => readObjects(read(file), file)),
    ...(meshConfig === undefined ? {} : { meshConfig: load(read(meshConfig)) }),
    ...(meshNetworks === undefined ? {} : { meshNetworks: load(read(meshNetworks)) }),
    expected: [...text.matchAll(/\{msg\.(\w+), "([^"]*)"\}/g)].map((match) => ({
      code: codes.get(match[1] ?? "") ?? "",
      object: match[2] ?? "",
    })),
  };
}

function readObjects(text: string, file: string): Located[] {
  return loadAll(text)
    .filter((each) => typeof each === "object" && each !== null)
    .map((object) => ({ object: object as KubernetesObject, file }));
}
