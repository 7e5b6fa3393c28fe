import type { Located } from "../../analysis";
import { UNKNOWN, type Deployment, type PropertyValue, type RecordedResource } from "../../engine";
import { objects } from "../unit/analysis/support";
import { projectWith } from "../engine/support/project";

/** A policy pack in a folder of its own, with the SDK installed; gone after the tests. */
export function packWith(files: Readonly<Record<string, string>>): string {
  return projectWith({
    "PulumiPolicy.yaml": "runtime: nodejs\n",
    "package.json": '{ "name": "sample", "version": "0.0.1" }\n',
    ...files,
  });
}

/** A registered resource with these inputs, and the same outputs. */
export function resource(
  type: string,
  name: string,
  inputs: Readonly<Record<string, PropertyValue>>,
  more: Partial<RecordedResource> = {},
): RecordedResource {
  return {
    urn: `urn:pulumi:dev::sample::${type}::${name}`,
    type,
    name,
    custom: true,
    read: false,
    inputs,
    outputs: inputs,
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    deleteBeforeReplace: false,
    customTimeouts: {},
    ...more,
  };
}

export function deployment(resources: readonly RecordedResource[]): Deployment {
  return { project: "sample", stack: "dev", organization: "organization", resources, outputs: {}, logs: [] };
}

/** The objects of a YAML text as a program would register them, each after those before it. */
export function deploymentOf(yaml: string): {
  readonly deployment: Deployment;
  readonly located: readonly Located[];
} {
  const located = objects(yaml).map((each) => ({ ...each, urn: registered(each).urn }));
  const resources = located.map((each, at) => ({
    ...registered(each),
    dependencies: located.slice(0, at).map(({ urn }) => urn),
  }));
  return { deployment: deployment(resources), located };
}

function registered({ object }: Located): RecordedResource {
  const { apiVersion, kind, metadata } = object;
  const token = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  const place = [metadata.namespace, metadata.name].filter(
    (part) => part !== undefined && (part as unknown) !== UNKNOWN,
  );
  return resource(token, place.join("."), object as unknown as Readonly<Record<string, PropertyValue>>);
}
