import { extAuthzProviders, extensionProviders } from "../../compile";
import { hostOfProvider } from "../../compile/proxy-scope";
import type { Manifest } from "../../compile/manifest";
import { MeshError, type InputProblem } from "../../intent/problem";
import { closest } from "../../intent/show";
import type { MeshConfigArgs, MeshConfigExtensionProviderArgs } from "../mesh-config";
import { Profile, PROFILES } from "../control-plane/profile";
import { printed } from "../problems";
import type { TelemetryStackArgs } from "../telemetry-stack";
import { type StackProvider, stackProviders } from "../telemetry-stack/settings";
import type { ServiceMeshArgs } from "./args";

/** The providers that istiod knows without being told. */
const BUILT_IN = ["prometheus", "stackdriver", "envoy"];

/** What the mesh declares; a mesh that is wrong is reported where it is compiled. */
function declared({ mesh, controlPlane }: ServiceMeshArgs): MeshConfigExtensionProviderArgs[] {
  if (mesh === undefined) return [];
  try {
    // Made of checked fields under Istio's own names, which the schema of the mesh configuration then judges again.
    const intent = mesh.intent();
    return [
      ...extensionProviders(intent.providers),
      ...extAuthzProviders(intent, controlPlane?.clusterDomain),
    ] as MeshConfigExtensionProviderArgs[];
  } catch (error) {
    if (error instanceof MeshError) return [];
    throw error;
  }
}

function ofProfile(profile: Profile = Profile.Default): MeshConfigExtensionProviderArgs[] {
  return (PROFILES[profile].meshConfig["extensionProviders"] ?? []) as MeshConfigExtensionProviderArgs[];
}

/**
 * The control plane's arguments with the providers of the typed mesh in its mesh configuration, so that a Telemetry or an
 * AuthorizationPolicy which names one finds it.
 *
 * @param problems receives a provider that is declared in both places
 */
export function withProviders(
  args: ServiceMeshArgs,
  telemetry: TelemetryStackArgs | undefined,
  problems: InputProblem[],
): NonNullable<ServiceMeshArgs["controlPlane"]> {
  const ofMesh = declared(args);
  const { tracing, accessLogging } = telemetry === undefined ? {} : stackProviders(telemetry);
  const ofStack = [tracing, accessLogging].filter((provider) => provider !== undefined);
  const { controlPlane = {} } = args;
  if (ofMesh.length === 0 && ofStack.length === 0) return controlPlane;
  const given = controlPlane.meshConfig?.extensionProviders;
  for (const { name } of ofMesh) {
    if (given?.some((each) => each.name === name) !== true) continue;
    problems.push({
      id: "platform/duplicate-provider",
      path: "controlPlane.meshConfig.extensionProviders",
      message: "declares a provider that the mesh declares, too",
      got: printed(name),
      expected: "one declaration for each name",
      fix: "Keep the one of the mesh",
    });
  }
  // Our own stack comes last: who declares a provider of this name means another place.
  const added = [
    ...ofMesh,
    ...(ofStack.filter(
      (ours) => ![...ofMesh, ...(given ?? [])].some(({ name }) => name === ours.name),
    ) as MeshConfigExtensionProviderArgs[]),
  ];
  // A list that is given takes the place of the profile's; what the mesh declares joins it, and wins by its name.
  const others = (given ?? ofProfile(args.profile)).filter(
    (other) => !added.some(({ name }) => name === other.name),
  );
  const { meshConfig } = controlPlane;
  return {
    ...controlPlane,
    meshConfig: {
      ...meshConfig,
      extensionProviders: [...others, ...added],
      // Where no Telemetry says where traces and logs go, they go to the stack: else nothing would receive them.
      ...(ofStack.length === 0
        ? {}
        : {
            defaultProviders: {
              metrics: ["prometheus"],
              ...(tracing === undefined ? {} : { tracing: [tracing.name] }),
              ...(accessLogging === undefined ? {} : { accessLogging: logProviders(args, accessLogging) }),
              ...meshConfig?.defaultProviders,
            },
          }),
    },
  };
}

/** With default providers, proxies pass over `accessLogFile`: what it asks for is then the provider that writes there. */
function logProviders({ controlPlane, profile }: ServiceMeshArgs, ofStack: StackProvider): string[] {
  const file =
    controlPlane?.meshConfig?.accessLogFile ??
    PROFILES[profile ?? Profile.Default].meshConfig["accessLogFile"];
  return [...(file === undefined || file === "" ? [] : ["envoy"]), ofStack.name];
}

type Fields = Readonly<Record<string, unknown>>;

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}

/** Every provider that a Telemetry names, with its place. */
function references(spec: unknown): { readonly path: string; readonly name: unknown }[] {
  const fields = (typeof spec === "object" && spec !== null ? spec : {}) as Fields;
  return ["tracing", "accessLogging", "metrics"].flatMap((signal) =>
    listOf(fields[signal]).flatMap((entry, index) =>
      listOf(entry["providers"]).map(({ name }, at) => ({
        path: `spec.${signal}[${index}].providers[${at}].name`,
        name,
      })),
    ),
  );
}

/**
 * The hosts that a proxy itself calls because the mesh configuration names them, which every scope must keep: those of
 * telemetry providers and external authorizers, wherever they are declared. What only a profile brings along counts where
 * something names it, because nothing of it need be there. A host that is an Output is not known here.
 *
 * @param meshConfig with the providers of the typed mesh
 */
export function hostsOfProviders(
  { manifests = [], profile }: Pick<ServiceMeshArgs, "manifests" | "profile">,
  meshConfig: MeshConfigArgs | undefined,
): string[] {
  const usual = ofProfile(profile);
  const named = new Set<unknown>([
    ...Object.values((meshConfig?.defaultProviders ?? {}) as Fields).flatMap((names) =>
      Array.isArray(names) ? (names as readonly unknown[]) : [],
    ),
    ...manifests.flatMap(({ kind, spec }) => {
      if (kind === "Telemetry") return references(spec).map(({ name }) => name);
      if (kind !== "AuthorizationPolicy") return [];
      return [((spec as Fields | undefined)?.["provider"] as Fields | undefined)?.["name"]];
    }),
  ]);
  const hosts = (meshConfig?.extensionProviders ?? usual)
    .filter((provider) => !usual.includes(provider) || named.has(provider.name))
    .flatMap(({ name: _, ...kinds }) =>
      Object.values(kinds as Fields).flatMap((settings) =>
        hostOfProvider((settings as Fields | null)?.["service"]),
      ),
    );
  return [...new Set(hosts)].sort();
}

/** A problem for each provider that a Telemetry names and that the mesh configuration does not hold. */
export function providerReferenceProblems(
  manifests: readonly Manifest[],
  meshConfig: MeshConfigArgs | undefined,
  profile?: Profile,
): InputProblem[] {
  const names = [
    ...(meshConfig?.extensionProviders ?? ofProfile(profile)).map(({ name }) => name),
    ...BUILT_IN,
  ];
  // A name that is an Output is known only after deployment: then any other may be the one that is meant.
  if (names.some((name) => name !== undefined && typeof name !== "string")) return [];
  const known = [...new Set(names as readonly (string | undefined)[])]
    .filter((name) => name !== undefined)
    .sort();
  return manifests
    .filter(({ kind }) => kind === "Telemetry")
    .flatMap(({ metadata, spec }) =>
      references(spec)
        .filter(({ name }) => typeof name === "string" && !known.includes(name))
        .map(({ path, name }) => {
          const near = closest(String(name), known);
          return {
            id: "platform/unknown-provider",
            path: `Telemetry ${metadata.namespace ?? ""}/${metadata.name} ${path}`,
            message: "names a provider that the mesh configuration does not hold, so nothing would arrive",
            got: printed(name),
            expected: known.join(", "),
            fix:
              near === undefined
                ? "Declare it in `controlPlane.meshConfig.extensionProviders`, or in `telemetryProviders` of the mesh"
                : `Write ${printed(near)}`,
          };
        }),
    );
}
