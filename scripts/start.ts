import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { checkObjects, exitCodeOf } from "../cli/check-objects";
import type { CommandContext } from "../cli/commands/context";
import { readTopology, renderGraph } from "../cli/graph";
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
        const objects = objectsOf(compiled.deployment, { secrets: "unknown" });
        const report = checkObjects(objects, {}, terminal);
        terminal.progress("Drawing the mesh");
        const page = path.join(compiled.folder, "mesh.html");
        const topology = readTopology(
          objects.map(({ object }) => object),
          report.findings,
          `Stack ${stack}`,
        );
        writeFileSync(page, await renderGraph(topology, "html"));
        terminal.out("");
        terminal.out(renderReport(report, "text", terminal.colors));
        terminal.out(`\nThe mesh as a picture: ${path.relative(context.io.cwd, page)}`);
        terminal.out(whatComesNext(stack));
        context.exit(exitCodeOf(report.findings));
      }),
    );
}

function whatComesNext(stack: string): string {
  const steps = [
    ["npm test", "run the tests"],
    [`npm run -s meshwright -- check --stack ${stack}`, "check again; --format sarif or junit for CI"],
    [`npx pulumi up --stack ${stack}`, "deploy to the cluster of your kubeconfig"],
    // File by file: kubectl looks kinds up when it starts, and the first file is what makes them known.
    [
      `for f in .mesh/${stack}/manifests/*.yaml; do kubectl apply --server-side -f "$f"; done`,
      "the same without Pulumi",
    ],
  ] as const;
  return `\nNext\n${steps.map(([command, purpose]) => `  ${purpose}\n      ${command}`).join("\n")}\n`;
}

runProcess(["start", ...process.argv.slice(2)], [startCommand]);
