import type { ConfigValues } from "../monitor/context";
import { PARALLEL } from "../parallel";
import type { StackIdentity } from "../provider";
import { splitWords } from "./command-line";
import type { ProgramCommand } from "./program-process";
import type { ProgramLocation } from "./program-location";
import type { Project } from "./project";

/** Everything that the command line and the environment of a program are made of. */
export interface ProgramStart {
  readonly project: Project;
  readonly identity: StackIdentity;
  readonly location: ProgramLocation;
  readonly config: ConfigValues;
  /** `127.0.0.1:<port>` of the resource monitor and the engine. */
  readonly address: string;
  /** Capture stack traces. Without them the SDK registers a resource in about half the time. */
  readonly stacks: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Takes the colours away from `util.inspect`, before the program starts. Colouring a stack trace makes Node 20 look for
 * package names in it, and on frames that the SDK's source maps have moved, such as `node_modules/@pulumi/resource.ts`,
 * it searches until memory ends: a program that throws would seem to hang.
 *
 * In one word with its option: the SDK takes a lone `--import` for a loader of the user's own.
 */
const WITHOUT_COLORS = `--import=data:text/javascript,${encodeURIComponent(`
import util from "node:util";
util.inspect = new Proxy(util.inspect, {
  apply: (inspect, self, [value, options, ...rest]) =>
    Reflect.apply(inspect, self, [value, options?.colors === true ? { ...options, colors: false } : options, ...rest]),
});
`)}`;

/** The command that starts a program as Pulumi's own Node.js language host does. */
export function programCommand(start: ProgramStart): ProgramCommand {
  const { project, identity, location } = start;
  return {
    cwd: location.pwd,
    args: [
      ...(start.stacks ? ["--trace-exit", WITHOUT_COLORS] : ["--stack-trace-limit=0"]),
      ...splitWords(project.options.nodeargs ?? ""),
      location.runner,
      ...["--monitor", start.address],
      ...["--engine", start.address],
      ...["--organization", identity.organization],
      ...["--project", identity.project],
      ...["--root-directory", project.root],
      ...["--stack", identity.stack],
      ...["--pwd", location.pwd],
      ...["--parallel", String(PARALLEL)],
      "--dry-run",
      location.entryPoint,
    ],
    env: {
      ...start.env,
      PULUMI_CONFIG: JSON.stringify(withConfigInKeys(start.config.values)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(start.config.secretKeys),
      ...(project.options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
      ...(project.options.tsconfig === undefined
        ? {}
        : { PULUMI_NODEJS_TSCONFIG_PATH: project.options.tsconfig }),
    },
  };
}

/** `project:config:key`: the form that the language host writes, which every SDK reads. */
function withConfigInKeys(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replace(":", ":config:"), value]),
  );
}
