import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { encodeProperties, structOf, type WireObject } from "../monitor/wire-value";
import type { Deployment, RecordedResource } from "../recorded";

/** The resources of a deployment as a pack is shown them. */
export class ResourceRequests {
  readonly #byUrn: ReadonlyMap<string, RecordedResource>;

  constructor(deployment: Deployment) {
    this.#byUrn = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
  }

  /** For a rule on one resource: its inputs, or what remediations have made of them. */
  analyze(resource: RecordedResource, inputs: WireObject): AnalyzeRequest {
    const request = new AnalyzeRequest()
      .setType(resource.type)
      .setUrn(resource.urn)
      .setName(resource.name)
      .setProperties(structOf(inputs))
      .setOptions(optionsOf(resource));
    const provider = this.#provider(resource);
    return provider === undefined ? request : request.setProvider(provider);
  }

  /** For a rule on the whole stack: its outputs. */
  stackResource(resource: RecordedResource, outputs: WireObject): AnalyzerResource {
    const message = new AnalyzerResource()
      .setType(resource.type)
      .setUrn(resource.urn)
      .setName(resource.name)
      .setProperties(structOf(outputs))
      // The Pulumi engine works aliases out only after a resource has been analysed.
      .setOptions(optionsOf(resource).setAliasesList([...resource.aliases]))
      .setParent(resource.parent ?? "")
      .setDependenciesList([...resource.dependencies]);
    for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
      const dependencies = new AnalyzerPropertyDependencies().setUrnsList([...urns]);
      message.getPropertydependenciesMap().set(property, dependencies);
    }
    const provider = this.#provider(resource);
    return provider === undefined ? message : message.setProvider(provider);
  }

  #provider(resource: RecordedResource): AnalyzerProviderResource | undefined {
    // `urn::id`; an id holds no colon pair.
    const end = resource.provider?.lastIndexOf("::") ?? -1;
    const provider = this.#byUrn.get(resource.provider?.slice(0, end) ?? "");
    if (provider === undefined) return undefined;
    return new AnalyzerProviderResource()
      .setType(provider.type)
      .setUrn(provider.urn)
      .setName(provider.name)
      .setProperties(structOf(encodeProperties(provider.inputs)));
  }
}

function optionsOf(resource: RecordedResource): AnalyzerResourceOptions {
  const { create, update, delete: remove } = resource.customTimeouts;
  const timeouts = new AnalyzerResourceOptions.CustomTimeouts()
    .setCreate(secondsOf(create))
    .setUpdate(secondsOf(update))
    .setDelete(secondsOf(remove));
  const options = new AnalyzerResourceOptions()
    .setProtect(resource.protect)
    .setIgnorechangesList([...resource.ignoreChanges])
    .setAdditionalsecretoutputsList([...resource.additionalSecretOutputs])
    .setCustomtimeouts(timeouts)
    .setParent(resource.parent ?? "");
  return resource.deleteBeforeReplace
    ? options.setDeletebeforereplace(true).setDeletebeforereplacedefined(true)
    : options;
}

const SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** `1h30m` in seconds; 0 for none, which is Pulumi's word for the default. */
function secondsOf(duration: string | undefined): number {
  let seconds = 0;
  for (const [, amount, unit] of (duration ?? "").matchAll(/([\d.]+)(h|ms|us|µs|ns|m|s)/g)) {
    seconds += Number(amount) * (SECONDS[unit ?? ""] ?? 0);
  }
  return seconds;
}
