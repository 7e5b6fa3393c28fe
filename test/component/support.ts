import { resolve } from "node:path";

import { runProgram, type Deployment, type RecordedResource } from "../../engine";
import { FAST, projectWith } from "../engine/support/project";

/** Where programs under test import our components from. */
const COMPONENTS = resolve(__dirname, "../../components");

/**
 * Runs a program that uses the platform components through the offline engine.
 *
 * @param body what the program does; the platform is in scope as `platform`, the SDK as `pulumi`, the intent as `intent`
 */
export async function run(body: string, config: Readonly<Record<string, string>> = {}): Promise<Deployment> {
  const cwd = projectWith({
    "index.ts": [
      `import * as pulumi from "@pulumi/pulumi";`,
      `import * as platform from ${JSON.stringify(`${COMPONENTS}/platform`)};`,
      `import * as intent from ${JSON.stringify(`${COMPONENTS}/intent`)};`,
      `import { Provider } from "@pulumi/kubernetes/provider";`,
      `void [pulumi, platform, intent, Provider];`,
      body,
    ].join("\n"),
    "Pulumi.dev.yaml": "config: {}\n",
  });
  return runProgram({ cwd, stack: "dev", env: FAST, configOverrides: config });
}

/** The one resource with this name. */
export function named(deployment: Deployment, name: string): RecordedResource {
  const found = deployment.resources.filter((resource) => resource.name === name);
  if (found.length !== 1) {
    throw new Error(
      `${found.length} resources are called ${name}; there are ${deployment.resources.map((each) => each.name).join(", ")}`,
    );
  }
  return found[0]!;
}

/** Names of the resources that this one was declared to depend on, sorted. */
export function dependencyNames(resource: RecordedResource): string[] {
  return resource.dependencies.map((urn) => urn.slice(urn.lastIndexOf("::") + 2)).sort();
}

/** Our own resources: all but the stack and providers. */
export function registered(deployment: Deployment): RecordedResource[] {
  return deployment.resources.filter(
    ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  );
}
