import { runProgram, type RunOptions } from "../engine";
import { TestStack } from "./test-stack";

/** Which program to run, and with what. */
export interface RunStackOptions extends Pick<
  RunOptions,
  "providers" | "resolveStack" | "state" | "env" | "timeoutSeconds" | "signal" | "onLog"
> {
  /** The project's folder, or one inside it; the working directory by default. */
  readonly cwd?: string;
  /** The stack, whose `Pulumi.<stack>.yaml` is read where it exists. */
  readonly stack: string;
  /** Configuration that goes before the stack's file: `project:key`, or `key` alone, to text. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Runs an unmodified Pulumi program in the offline engine, for a test to look at: no Pulumi CLI, no account, no cluster and
 * no mocks. It takes seconds, so run it once for a suite (`before` in mocha, `beforeAll` in jest and vitest), and share
 * what it returns, which nothing changes. Any test runner will do: failures are the `AssertionError` of `node:assert`.
 *
 * @throws MeshError where the program, its configuration or a registration is wrong, as `meshwright synth` reports it
 * @example
 * let mesh: TestStack;
 * before(async () => { mesh = await runStack({ stack: "prod" }); });
 * it("demands mutual TLS", () => mesh.assertNoFindings({ pack: "strict" }));
 */
export async function runStack({ cwd, config, ...options }: RunStackOptions): Promise<TestStack> {
  const deployment = await runProgram({
    cwd: cwd ?? process.cwd(),
    ...(config === undefined ? {} : { configOverrides: config }),
    ...options,
  });
  return new TestStack(deployment);
}
