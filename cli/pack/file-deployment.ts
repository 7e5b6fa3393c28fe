import type { Located } from "../../analysis";
import type { Deployment, RecordedResource } from "../../engine";

/** What stands for a project and stack where there is none. */
const NAME = "files";

/** Objects of files as a deployment, so that a policy pack can be shown them. */
export interface FileDeployment {
  readonly deployment: Deployment;
  /** The same objects, each with the URN that it has in the deployment. */
  readonly objects: readonly Located[];
}

/** Shows objects the way Pulumi's Kubernetes provider would register them: one resource each, nothing depending on anything. */
export function fileDeployment(located: readonly Located[]): FileDeployment {
  const taken = new Map<string, number>();
  const objects: Located[] = [];
  const resources: RecordedResource[] = [];
  for (const each of located) {
    const { apiVersion, kind, metadata } = each.object;
    const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
    const base = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    // Files may hold an object twice; a URN may not.
    const count = (taken.get(`${type} ${base}`) ?? 0) + 1;
    taken.set(`${type} ${base}`, count);
    const name = count === 1 ? base : `${base}-${count}`;
    const urn = `urn:pulumi:${NAME}::${NAME}::${type}::${name}`;
    objects.push({ ...each, urn });
    resources.push(resource(urn, type, name, each.object as unknown as RecordedResource["inputs"]));
  }
  const deployment = {
    project: NAME,
    stack: NAME,
    organization: "organization",
    resources,
    outputs: {},
    logs: [],
  };
  return { deployment, objects };
}

function resource(
  urn: string,
  type: string,
  name: string,
  properties: RecordedResource["inputs"],
): RecordedResource {
  return {
    urn,
    type,
    name,
    custom: true,
    read: false,
    inputs: properties,
    outputs: properties,
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
  };
}
