import { status } from "@grpc/grpc-js";
import { MeshError, type Problem } from "../../components/intent/problem";
import { ProgramError } from "../language-host/program-error";
import { isServiceError } from "./analyzer";
import type { PackFolder } from "./pack-folder";

export function timedOut(folder: PackFolder, seconds: number): MeshError {
  return packError(folder, {
    id: "policy/pack-timeout",
    message: `the pack was not done within ${seconds} seconds, and was stopped`,
    expected: "policies that end",
    fix: "Close what keeps a policy waiting, or allow the pack more time",
  });
}

export function interrupted(folder: PackFolder): MeshError {
  return packError(folder, {
    id: "policy/interrupted",
    message: "the run was stopped before the pack was done",
    fix: "Run it again",
  });
}

export function noPolicies(folder: PackFolder, name: string): MeshError {
  return packError(folder, {
    id: "policy/pack-empty",
    message: `policy pack "${name}" has no policies`,
    expected: "at least one policy",
    fix: "Add policies to the pack, or do not run it",
  });
}

/**
 * The error of a call as one of ours: a policy that threw is told in its own words, without its stack but with the line
 * of its own file.
 */
export function callFailed(folder: PackFolder, error: unknown, mask: (text: string) => string): unknown {
  if (!isServiceError(error)) return error;
  if (error.code === status.UNAVAILABLE || error.code === status.CANCELLED) {
    return packError(folder, {
      id: "policy/pack-failed",
      message: "the pack ended while it was asked",
      got: error.details,
      fix: "Do not end the process in a policy; see what the pack printed",
    });
  }
  const [heading = "", ...rest] = mask(error.details).split("\n");
  const policy = /(?:policy|remediation) '(.+?)' from policy pack/.exec(heading)?.[1];
  const text = rest.length === 0 ? heading : rest.join("\n");
  const [problem] = new ProgramError({
    stack: "",
    root: folder.directory,
    pwd: folder.directory,
    errors: [text],
    stderr: [],
    exit: {},
  }).problems;
  return packError(folder, {
    id: "policy/policy-failed",
    // The SDK's own errors have no line of the pack's.
    path: problem === undefined || problem.path === "program" ? folder.directory : problem.path,
    message: `${policy === undefined ? "the pack" : `policy "${policy}"`} failed: ${problem?.message ?? text}`,
    fix: "Correct the policy at this line",
  });
}

function packError(
  folder: PackFolder,
  problem: Omit<Problem, "path"> & { readonly path?: string },
): MeshError {
  return new MeshError(`policy pack ${folder.directory}`, [{ path: folder.directory, ...problem }]);
}
