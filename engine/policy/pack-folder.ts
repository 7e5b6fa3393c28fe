import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { MeshError, type Problem } from "../../components/intent/problem";
import { isMapping, readYamlFile } from "../language-host/yaml-file";

/** The folder of a policy pack, looked over before anything is started. */
export interface PackFolder {
  readonly directory: string;
  /** The program, relative to the folder; `.` leaves it to its package.json. */
  readonly entryPoint: string;
  /** The SDK's own starter, from the copy that the pack resolves. */
  readonly runner: string;
  /** Extra arguments for `node`, as one command line. */
  readonly nodeargs: string;
}

const FILE_NAMES = ["PulumiPolicy.yaml", "PulumiPolicy.yml", "PulumiPolicy.json"];

/**
 * Finds what is to be started for a policy pack.
 *
 * @throws MeshError with every problem: `policy/pack-missing`, `policy/pack-invalid`, `policy/sdk-missing`
 */
export function readPackFolder(folder: string): PackFolder {
  const directory = resolve(folder);
  const file = FILE_NAMES.map((name) => join(directory, name)).find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new MeshError(`policy pack ${folder}`, [
      {
        id: "policy/pack-missing",
        path: directory,
        message: existsSync(directory) ? "this folder holds no policy pack" : "there is no such folder",
        expected: "a folder with a PulumiPolicy.yaml",
        fix: "Name the folder of a policy pack",
      },
    ]);
  }
  const { main, runtime } = readYamlFile(file);
  const problems = [...runtimeProblems(file, runtime), ...packageProblems(directory)];
  if (main !== undefined && typeof main !== "string") {
    problems.push(
      invalid(
        `${file}: main`,
        "this is not a path",
        JSON.stringify(main),
        "a path relative to this file",
        "Correct `main`",
      ),
    );
  }
  const runner = resolveFrom(directory, "@pulumi/pulumi/cmd/run-policy-pack");
  for (const [name, found] of [
    ["@pulumi/pulumi", runner],
    ["@pulumi/policy", resolveFrom(directory, "@pulumi/policy")],
  ] as const) {
    // With a broken package.json nothing resolves; that is said already.
    if (found === undefined && !problems.some(({ path }) => path.endsWith("package.json"))) {
      problems.push(sdkMissing(directory, name));
    }
  }
  if (problems.length > 0 || runner === undefined) throw new MeshError(`policy pack ${folder}`, problems);
  const options = isMapping(runtime) && isMapping(runtime.options) ? runtime.options : {};
  return {
    directory,
    entryPoint: typeof main === "string" && main !== "" ? main : ".",
    runner,
    nodeargs: typeof options.nodeargs === "string" ? options.nodeargs : "",
  };
}

function runtimeProblems(file: string, runtime: unknown): Problem[] {
  const name = isMapping(runtime) ? runtime.name : runtime;
  if (name === "nodejs") return [];
  return [
    invalid(
      `${file}: runtime`,
      "the offline engine runs policy packs for Node.js only",
      JSON.stringify(name) ?? "nothing",
      "`nodejs`",
      "Set `runtime: nodejs`, or run this pack with the Pulumi CLI",
    ),
  ];
}

/** The SDK reads the version of the pack from there, and fails without a word about which file it wants. */
function packageProblems(directory: string): Problem[] {
  const path = join(directory, "package.json");
  const expected = "a package.json with a version";
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const message = existsSync(path) ? "this file is not JSON" : "there is no such file";
    const got = existsSync(path) && error instanceof Error ? error.message : undefined;
    return [invalid(path, message, got, expected, "Write the file: npm init")];
  }
  const version = isMapping(manifest) ? manifest.version : undefined;
  if (typeof version === "string" && version !== "") return [];
  return [
    invalid(
      path,
      "a policy pack needs a version",
      JSON.stringify(version),
      expected,
      'Add "version": "0.0.1"',
    ),
  ];
}

function invalid(
  path: string,
  message: string,
  got: string | undefined,
  expected: string,
  fix: string,
): Problem {
  return { id: "policy/pack-invalid", path, message, ...(got === undefined ? {} : { got }), expected, fix };
}

function sdkMissing(directory: string, name: string): Problem {
  return {
    id: "policy/sdk-missing",
    path: directory,
    message: `${name} is not installed where this pack can find it`,
    expected: `${name} in a node_modules of this folder or of one above it`,
    fix: "Install the pack's dependencies: npm install",
  };
}

function resolveFrom(directory: string, name: string): string | undefined {
  try {
    return createRequire(join(directory, "package.json")).resolve(name);
  } catch {
    return undefined;
  }
}
