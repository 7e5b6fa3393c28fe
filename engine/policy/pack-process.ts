import { MeshError } from "../../components/intent/problem";
import { splitWords } from "../language-host/command-line";
import { ProgramError } from "../language-host/program-error";
import { ProgramProcess } from "../language-host/program-process";
import type { StackIdentity } from "../provider";
import type { PackFolder } from "./pack-folder";

/** What a pack is told of the stack through its environment, as the Pulumi engine tells it. */
export interface PackStart {
  readonly folder: PackFolder;
  readonly identity: StackIdentity;
  readonly config: Readonly<Record<string, string>>;
  readonly engineAddress: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told of what the pack prints, apart from the port that it announces. */
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** A policy pack that runs. */
export interface RunningPack {
  /** `127.0.0.1:<port>` of its Analyzer service; rejects when the pack ends without serving one. */
  readonly address: Promise<string>;
  /** What it printed to standard error. */
  readonly stderr: readonly string[];
  stop(): void;
}

/** Starts a pack with the SDK's own starter. It runs until it is stopped. */
export function startPack(start: PackStart): RunningPack {
  const { folder, identity } = start;
  const stderr: string[] = [];
  let announce: (address: string) => void = () => undefined;
  let announced = false;
  const port = new Promise<string>((resolve) => (announce = resolve));
  const child = new ProgramProcess(
    {
      cwd: folder.directory,
      args: [...splitWords(folder.nodeargs), folder.runner, start.engineAddress, folder.entryPoint],
      env: { ...start.env, ...environment(identity, start.config) },
    },
    (stream, line) => {
      if (stream === "stdout" && !announced && /^\d+$/.test(line.trim())) {
        announced = true;
        announce(`127.0.0.1:${line.trim()}`);
        return;
      }
      if (stream === "stderr") stderr.push(line);
      start.onLine(stream, line);
    },
  );
  const ended = child.finished.then((exit): never => {
    throw packEnded(folder, stderr, exit.code ?? 0);
  });
  const address = Promise.race([port, ended]);
  // Whoever waits for the address hears of the failure; once it is there, an end is noticed by the calls that fail.
  address.catch(() => undefined);
  ended.catch(() => undefined);
  return { address, stderr, stop: () => child.stop() };
}

function environment(identity: StackIdentity, config: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const variables = {
    ORGANIZATION: identity.organization,
    PROJECT: identity.project,
    STACK: identity.stack,
    DRY_RUN: "true",
  };
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    ...Object.fromEntries(
      // The SDK for Node.js reads the longer names, those of other languages the shorter.
      Object.entries(variables).flatMap(([name, value]) => [
        [`PULUMI_NODEJS_${name}`, value],
        [`PULUMI_${name}`, value],
      ]),
    ),
  };
}

/** Why a pack ended before it served anything, in its own words and at its own line. */
function packEnded(folder: PackFolder, stderr: readonly string[], code: number): MeshError {
  const subject = `policy pack ${folder.directory}`;
  const said = stderr
    .join("\n")
    .replace(/^(?:error: )?\[runtime\] |^error: /gm, "")
    .trim();
  if (code === 0 && said === "") {
    return new MeshError(subject, [
      {
        id: "policy/pack-empty",
        path: folder.directory,
        message: "the program ended without creating a PolicyPack",
        expected: "new PolicyPack(name, { policies: [...] })",
        fix: "Create one in the program of the pack",
      },
    ]);
  }
  const { problems } = new ProgramError({
    stack: "",
    root: folder.directory,
    pwd: folder.directory,
    errors: said === "" ? [] : [said],
    stderr,
    exit: { code },
  });
  return new MeshError(
    subject,
    problems.map((problem) => ({
      ...problem,
      // A failure that names no line of the pack is told of its folder.
      path: problem.path === "program" ? folder.directory : problem.path,
      id:
        problem.id === "engine/program-does-not-compile"
          ? "policy/pack-does-not-compile"
          : "policy/pack-failed",
      fix: "Correct the pack at this line",
    })),
  );
}
