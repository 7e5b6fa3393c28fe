import { Command } from "commander";
import { checkObjects, exitCodeOf } from "../cli/check-objects";
import type { CommandContext } from "../cli/commands/context";
import { renderReport } from "../cli/output";
import { renderSynthesis } from "../cli/output/synthesis";
import { runProcess } from "../cli/process";
import { objectsOf, withCompiledStack, writeStack } from "../cli/stack";

interface StartOptions {
  readonly stack: string;
  readonly debug?: boolean;
}

/** `npm start`: what `synth` and `check` do, with the program run once, and then what can be done with the result. */
function startCommand(context: CommandContext): Command {
  return new Command("start")
    .description("Compile and check a stack of this repository, without a cluster.")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--debug", "print stack traces")
    .action(({ stack, debug = false }: StartOptions) =>
      withCompiledStack({ cwd: context.io.cwd, stack, debug }, context, async (compiled) => {
        const { terminal } = context;
        const synthesis = await writeStack(compiled, undefined, context);
        terminal.out(renderSynthesis(synthesis, terminal.colors));
        terminal.progress("Checking");
        const report = checkObjects(objectsOf(compiled.deployment, { secrets: "unknown" }), {}, terminal);
        terminal.out("");
        terminal.out(renderReport(report, "text", terminal.colors));
        terminal.out(whatComesNext(stack));
        context.exit(exitCodeOf(report.findings));
      }),
    );
}

function whatComesNext(stack: string): string {
  return `
Next
  npm test                                               run the tests
  npm run -s meshwright -- check --stack ${stack.padEnd(15)} check again; --format sarif or junit for CI
  npx pulumi up --stack ${stack.padEnd(32)} deploy to the cluster of your kubeconfig
  kubectl apply --server-side -f .mesh/${stack}/manifests ${" ".repeat(Math.max(0, 7 - stack.length))}the same without Pulumi
`;
}

runProcess(["start", ...process.argv.slice(2)], [startCommand]);
