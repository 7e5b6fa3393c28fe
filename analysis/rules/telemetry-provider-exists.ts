import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { enumerate, nearest } from "../text";

const sections = ["accessLogging", "tracing", "metrics"] as const;

/** Providers that are there without being declared. */
const builtIn: ReadonlySet<string> = new Set(["prometheus", "stackdriver", "envoy"]);

export const telemetryProviderExists: Rule = {
  id: "telemetry-provider-exists",
  group: "telemetry",
  title: "Telemetry goes somewhere",
  description:
    "A Telemetry names a provider that the mesh configuration does not have, or names none where the mesh has no default: what it asks for is never sent.",
  severity: "medium",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0157", "IST0002"],
  fix: "Declare the provider in extensionProviders of the mesh configuration, or name one that is there",
  docs: "https://istio.io/latest/docs/tasks/observability/telemetry/",
  *check(model) {
    for (const telemetry of model.ofKind(kinds.telemetry)) {
      for (const section of sections) {
        for (const entry of telemetry.spec.get(section).items())
          yield* judge(model, telemetry, section, entry);
      }
    }
  },
};

function* judge(
  model: MeshModel,
  telemetry: MeshObject,
  section: (typeof sections)[number],
  entry: Value,
): Iterable<Verdict> {
  const providers = entry.get("providers");
  const config = model.config.raw;
  if (providers.isUnknown || config.isUnknown) {
    yield telemetry.wait(providers.path);
    return;
  }
  if (providers.items().length === 0) {
    const defaults = config.get("defaultProviders").get(section);
    const isOff =
      entry.get("disabled").boolean() === true || entry.get("disableSpanReporting").boolean() === true;
    // Metrics go to Prometheus by themselves, and a filter or tag for what others send needs no provider.
    const asks =
      section === "accessLogging" || (section === "tracing" && entry.has("randomSamplingPercentage"));
    if (defaults.items().length > 0 || isOff || !asks || inherits(model, telemetry, section)) return;
    yield telemetry.report(
      entry.path,
      `${section} names no provider, and the mesh has no default provider for it: nothing is sent`,
      {
        anchors: section === "accessLogging" ? ["IST0157"] : [],
        fix: "Name a provider here, or set defaultProviders in the mesh configuration",
        ...(config.isPresent ? {} : { level: "advisory" }),
      },
    );
    return;
  }
  if (!config.isPresent) return;
  const declared = config.get("extensionProviders");
  const names = declared.items().map((provider) => known(provider.get("name").text()));
  for (const provider of providers.items()) {
    const name = provider.get("name").text();
    if (name === UNKNOWN || declared.isUnknown) yield telemetry.wait(provider.path);
    else if (name !== undefined && !builtIn.has(name) && !names.includes(name)) {
      const near = nearest(
        name,
        names.filter((each) => each !== undefined),
      );
      const hint = near === undefined ? describe(names) : `; did you mean "${near}"?`;
      yield telemetry.report(
        provider.get("name").path,
        `the mesh configuration has no extension provider "${name}"${hint}`,
        { anchors: [] },
      );
    }
  }
}

function describe(names: readonly (string | undefined)[]): string {
  const known = names.flatMap((name) => (name === undefined ? [] : [`"${name}"`]));
  return known.length === 0 ? ", nor any other" : `; it has ${enumerate(known)}`;
}

/** A Telemetry of the mesh or the namespace already names the provider, and a narrower one takes it from there. */
function inherits(model: MeshModel, telemetry: MeshObject, section: string): boolean {
  const { namespace } = telemetry;
  if (namespace === UNKNOWN) return true;
  return model
    .policies(kinds.telemetry)
    .reaching(namespace)
    .some(
      ({ object, isWide }) =>
        isWide &&
        object !== telemetry &&
        object.spec
          .get(section)
          .items()
          .some((entry) => entry.get("providers").items().length > 0),
    );
}
