import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { TransformResourceOptions, type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { RecordedResource } from "../recorded";

/**
 * The options of a registration in the form that transforms get and give back, which from there on is the only one.
 *
 * @param provider the provider that the resource gets by its own options or through its parent
 */
export function optionsOf(
  request: RegisterResourceRequest,
  provider: string | undefined,
): TransformResourceOptions {
  const options = new TransformResourceOptions()
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setVersion(request.getVersion())
    .setAliasesList([
      ...request.getAliasurnsList().map((urn) => new Alias().setUrn(urn)),
      ...request.getAliasesList(),
    ])
    .setProvider(provider ?? "")
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith())
    .setReplaceWithList(request.getReplaceWithList())
    .setHideDiffList(request.getHidediffsList())
    .setHooks(request.getHooks())
    .setImport(request.getImportid())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  const protect = request.getProtect();
  if (request.hasProtect() && protect !== undefined) options.setProtect(protect);
  const retain = request.getRetainondelete();
  if (request.hasRetainondelete() && retain !== undefined) options.setRetainOnDelete(retain);
  if (request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()) {
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  }
  for (const [pkg, reference] of request.getProvidersMap().entries()) {
    options.getProvidersMap().set(pkg, reference);
  }
  return options;
}

/** What the record of a resource keeps of its options. */
export type RecordedOptions = Pick<
  RecordedResource,
  | "protect"
  | "retainOnDelete"
  | "ignoreChanges"
  | "replaceOnChanges"
  | "additionalSecretOutputs"
  | "deleteBeforeReplace"
  | "customTimeouts"
  | "importId"
  | "version"
>;

/** The options of a resource that has none. */
export const NO_OPTIONS: RecordedOptions = {
  protect: false,
  retainOnDelete: false,
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  deleteBeforeReplace: false,
  customTimeouts: {},
};

export function recordedOptions(options: TransformResourceOptions): RecordedOptions {
  const timeouts = options.getCustomTimeouts();
  const [create, update, remove] = [timeouts?.getCreate(), timeouts?.getUpdate(), timeouts?.getDelete()];
  const [importId, version] = [options.getImport(), options.getVersion()];
  return {
    protect: options.getProtect() ?? false,
    retainOnDelete: options.getRetainOnDelete() ?? false,
    ignoreChanges: options.getIgnoreChangesList(),
    replaceOnChanges: options.getReplaceOnChangesList(),
    additionalSecretOutputs: [...options.getAdditionalSecretOutputsList()].sort(),
    deleteBeforeReplace: options.getDeleteBeforeReplace() ?? false,
    customTimeouts: {
      ...(create && { create }),
      ...(update && { update }),
      ...(remove && { delete: remove }),
    },
    ...(importId && { importId }),
    ...(version && { version }),
  };
}
