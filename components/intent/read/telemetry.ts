import type { GatewayIntent } from "../intent";
import { lookUp } from "../references";
import { show } from "../show";
import { STANDARD_METRICS, WORKLOAD_MODES } from "../telemetry";
import type {
  AccessLoggingIntent,
  CustomTagIntent,
  MetricsIntent,
  MetricsOverrideIntent,
  TelemetryIntent,
  TracingIntent,
} from "../telemetry-intent";
import {
  ACCESS_LOG_KINDS,
  METRICS_KINDS,
  type TelemetryProviderKind,
  TRACING_KINDS,
} from "../telemetry-provider";
import { nameScope, readProxyTarget } from "./proxy-scope";
import { at } from "./reader";
import type { Scope } from "./scope";
import { nameEntry, nameOther } from "./scope";
import { readDuration } from "./telemetry-providers";

const ID = "intent/telemetry";

/** What is said of each scope; two statements about one scope would be two objects that Istio chooses between by age. */
export function readTelemetry(
  scope: Scope,
  declarations: readonly unknown[],
  gateways: readonly (GatewayIntent | undefined)[],
): TelemetryIntent[] {
  const seen = new Map<string, string>();
  return declarations.flatMap((declaration, index): TelemetryIntent[] => {
    const path = at("telemetry", index);
    const { reader } = scope;
    const fields = reader.fields(declaration, ID, path, ["on", "tracing", "accessLogging", "metrics"]);
    if (fields === undefined) return [];
    const target = readProxyTarget(scope, fields, path, gateways, "intent/telemetry-scope");
    const tracing = fields.get("tracing");
    const logging = fields.get("accessLogging");
    const metrics = fields.get("metrics");
    if (tracing === undefined && logging === undefined && metrics === undefined) {
      reader.report({
        id: ID,
        path,
        message: "says nothing",
        got: { value: declaration },
        expected: "at least one of tracing, accessLogging and metrics",
        fix: "say what holds for this scope, or remove the call",
      });
    }
    const read = {
      ...(tracing !== undefined && { tracing: readTracing(scope, tracing, `${path}.tracing`) }),
      accessLogging: logging === undefined ? [] : readAccessLogging(scope, logging, `${path}.accessLogging`),
      ...(metrics !== undefined && { metrics: readMetrics(scope, metrics, `${path}.metrics`) }),
    };
    if (target === undefined) return [];
    const earlier = seen.get(target.workloads);
    if (earlier !== undefined) {
      reader.report({
        id: "intent/duplicate-telemetry",
        path,
        message: `is about the same workloads as ${earlier}, and Istio takes only one Telemetry for them`,
        got: `${nameScope(target.scope)}, also in ${earlier}`,
        expected: "one statement for each set of workloads",
        fix: "say everything about one scope in one call",
      });
    }
    seen.set(target.workloads, path);
    return [{ scope: target.scope, ...withoutUndefined(read) } as TelemetryIntent];
  });
}

function readTracing(scope: Scope, value: unknown, path: string): TracingIntent | undefined {
  const { reader } = scope;
  const fields = reader.fields(value, ID, path, [
    "provider",
    "randomSamplingPercentage",
    "customTags",
    "enableIstioTags",
    "disableSpanReporting",
    "disableContextPropagation",
    "useRequestIdForTraceSampling",
    "mode",
  ]);
  if (fields === undefined) return undefined;
  // An undeclared provider reads undefined, which is not the same as naming none.
  const provider = fields.has("provider")
    ? readProvider(scope, fields.get("provider"), `${path}.provider`, "traces", TRACING_KINDS)
    : undefined;
  const flag = (name: string): boolean | undefined =>
    fields.get(name) === undefined ? undefined : reader.flag(fields.get(name), ID, `${path}.${name}`, false);
  return withoutUndefined({
    provider,
    randomSamplingPercentage: readPercentage(scope, fields.get("randomSamplingPercentage"), path),
    customTags: readCustomTags(scope, fields.get("customTags") ?? {}, `${path}.customTags`),
    enableIstioTags: flag("enableIstioTags"),
    disableSpanReporting: flag("disableSpanReporting"),
    disableContextPropagation: flag("disableContextPropagation"),
    useRequestIdForTraceSampling: flag("useRequestIdForTraceSampling"),
    mode: readMode(scope, fields.get("mode"), path),
  });
}

/** The proxy counts in ten-thousandths: what is finer would be cut off in silence. */
function readPercentage(scope: Scope, value: unknown, parent: string): number | undefined {
  if (value === undefined) return undefined;
  const steps = typeof value === "number" ? value * 100 : NaN;
  if (typeof value === "number" && value >= 0 && value <= 100 && Math.abs(steps - Math.round(steps)) < 1e-9) {
    return value;
  }
  return scope.reader.report({
    id: "intent/sampling",
    path: `${parent}.randomSamplingPercentage`,
    message: "is not a share of the requests",
    got: { value },
    expected: "a number from 0 to 100, in steps of 0.01",
    fix: "write a percentage, such as 1 or 0.5",
  });
}

function readMode(scope: Scope, value: unknown, parent: string): TracingIntent["mode"] {
  const mode = scope.reader.choice(value, ID, `${parent}.mode`, WORKLOAD_MODES, "CLIENT_AND_SERVER");
  return mode ?? "CLIENT_AND_SERVER";
}

function readProvider(
  scope: Scope,
  value: unknown,
  path: string,
  signal: string,
  kinds: readonly TelemetryProviderKind[],
): string | undefined {
  const found = lookUp(value);
  const foreign = found !== undefined && found.mesh !== scope.mesh;
  if (found !== undefined && !foreign && found.reference.kind === "provider") {
    const { provider, of } = found.reference;
    if (kinds.includes(of)) return provider;
    // A provider that is wrong itself has been reported.
    if (scope.providers.has(provider) && scope.providers.get(provider) === undefined) return undefined;
    return scope.reader.report({
      id: "intent/provider-kind",
      path,
      message: `takes no ${signal}: ${JSON.stringify(provider)} is of kind ${of}`,
      got: `provider ${JSON.stringify(provider)} of kind ${of}`,
      expected: `a provider of kind ${kinds.join(" or ")}`,
      fix: "name a provider for this signal",
    });
  }
  return scope.reader.report({
    id: "intent/unknown-provider",
    path,
    message: foreign
      ? `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`
      : "is not a provider that this mesh declares",
    got: foreign ? nameEntry(found, scope.mesh) : { value },
    expected: `one of the mesh's \`providers\`: ${scope.providerNames.join(", ")}`,
    fix: "declare the provider under `telemetryProviders` in the catalogue and pass the object, not its name",
  });
}

function readProviders(
  scope: Scope,
  value: unknown,
  path: string,
  signal: string,
  kinds: readonly TelemetryProviderKind[],
): string[] {
  if (value === undefined) return [];
  const list = scope.reader.list(value, ID, path, "providers of the mesh");
  const names = list?.map((each, index) => readProvider(scope, each, at(path, index), signal, kinds)) ?? [];
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

const TAG_SOURCES = ["literal", "header", "environment", "formatter"] as const;

function readCustomTags(scope: Scope, value: unknown, path: string): Record<string, CustomTagIntent> {
  const { reader } = scope;
  const tags: [string, CustomTagIntent][] = [];
  for (const [name, spec] of reader.record(value, ID, path, "tags by name") ?? []) {
    const here = at(path, name);
    const fields = reader.fields(spec, "intent/custom-tag", here, [...TAG_SOURCES, "defaultValue"]);
    if (fields === undefined) continue;
    const sources = TAG_SOURCES.filter((source) => fields.get(source) !== undefined);
    const [source] = sources;
    const fallback = fields.get("defaultValue");
    const noFallback = source === "literal" || source === "formatter";
    if (source === undefined || sources.length > 1 || (noFallback && fallback !== undefined) || name === "") {
      reader.report({
        id: "intent/custom-tag",
        path: here,
        message: "does not say where its value comes from, or says it twice",
        got: { value: spec },
        expected:
          "a name, and one of literal, formatter, header or environment, the last two with defaultValue",
        fix: "keep one source",
      });
      continue;
    }
    const text = reader.text(
      fields.get(source),
      "intent/custom-tag",
      `${here}.${source}`,
      (given) => given !== "",
      "a text that is not empty",
    );
    if (text === undefined) continue;
    if (source === "literal" || source === "formatter") {
      tags.push([name, { source, value: text }]);
      continue;
    }
    const defaultValue =
      fallback === undefined
        ? undefined
        : reader.text(fallback, "intent/custom-tag", `${here}.defaultValue`, () => true, "a text");
    tags.push([name, withoutUndefined({ source, name: text, defaultValue })]);
  }
  return Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readAccessLogging(scope: Scope, value: unknown, path: string): AccessLoggingIntent[] {
  const { reader } = scope;
  const several = Array.isArray(value);
  const list = several ? (reader.list(value, ID, path, "what to log, and where") ?? []) : [value];
  return list.flatMap((each, index): AccessLoggingIntent[] => {
    const here = several ? at(path, index) : path;
    const fields = reader.fields(each, ID, here, ["providers", "disabled", "filter", "mode"]);
    if (fields === undefined) return [];
    const given = fields.get("filter");
    const filter =
      given === undefined
        ? undefined
        : reader.text(given, ID, `${here}.filter`, (text) => text.trim() !== "", "a CEL expression");
    const disabled = reader.flag(fields.get("disabled"), ID, `${here}.disabled`, false) ?? false;
    if (disabled && given !== undefined) {
      reader.report({
        id: ID,
        path: `${here}.filter`,
        message: "chooses among entries that are not written",
        got: `filter ${show(given)} beside disabled: true`,
        expected: "either filter or disabled",
        fix: "remove `filter`, or `disabled`",
      });
    }
    return [
      withoutUndefined({
        providers: readProviders(
          scope,
          fields.get("providers"),
          `${here}.providers`,
          "logs",
          ACCESS_LOG_KINDS,
        ),
        disabled,
        filter,
        mode: readMode(scope, fields.get("mode"), here),
      }),
    ];
  });
}

function readMetrics(scope: Scope, value: unknown, path: string): MetricsIntent | undefined {
  const { reader } = scope;
  const fields = reader.fields(value, ID, path, ["providers", "overrides", "reportingInterval"]);
  if (fields === undefined) return undefined;
  const interval = fields.get("reportingInterval");
  const given = fields.get("overrides");
  const overrides =
    given === undefined ? [] : (reader.list(given, ID, `${path}.overrides`, "changes to metrics") ?? []);
  return withoutUndefined({
    providers: readProviders(scope, fields.get("providers"), `${path}.providers`, "metrics", METRICS_KINDS),
    overrides: overrides.flatMap((each, index) => readOverride(scope, each, at(`${path}.overrides`, index))),
    reportingInterval:
      interval === undefined ? undefined : readDuration(reader, interval, `${path}.reportingInterval`),
  });
}

function readOverride(scope: Scope, value: unknown, path: string): MetricsOverrideIntent[] {
  const { reader } = scope;
  const fields = reader.fields(value, ID, path, ["metric", "mode", "disabled", "tagOverrides"]);
  if (fields === undefined) return [];
  const metric = reader.choice(fields.get("metric"), ID, `${path}.metric`, STANDARD_METRICS, "ALL_METRICS");
  const disabled = fields.get("disabled");
  const tags = [
    ...(reader.record(fields.get("tagOverrides") ?? {}, ID, `${path}.tagOverrides`, "labels by name") ?? []),
  ]
    .map(([name, tag]) => readTagOverride(scope, name, tag, at(`${path}.tagOverrides`, name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (disabled === undefined && tags.length === 0) {
    reader.report({
      id: ID,
      path,
      message: "changes nothing",
      got: { value },
      expected: "disabled or tagOverrides",
      fix: "say what changes, or remove it",
    });
  }
  return [
    withoutUndefined({
      metric: metric ?? "ALL_METRICS",
      mode: readMode(scope, fields.get("mode"), path),
      disabled: disabled === undefined ? undefined : reader.flag(disabled, ID, `${path}.disabled`, false),
      tags,
    }),
  ];
}

function readTagOverride(
  scope: Scope,
  name: string,
  value: unknown,
  path: string,
): MetricsOverrideIntent["tags"][number] {
  if (value === "REMOVE") return { name };
  const fields = scope.reader.fields(value, ID, path, ["value"]);
  if (fields === undefined) return { name };
  const notEmpty = (text: string): boolean => text.trim() !== "";
  const expression = scope.reader.text(
    fields.get("value"),
    ID,
    `${path}.value`,
    notEmpty,
    'a CEL expression, such as "request.host"',
  );
  return expression === undefined ? { name } : { name, value: expression };
}

/** Absent and undefined are different things to a strict compiler, and to whoever prints the intent. */
function withoutUndefined<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
