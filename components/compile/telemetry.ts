import { formatDuration } from "../intent/duration";
import type {
  AccessLoggingIntent,
  CustomTagIntent,
  MetricsIntent,
  MetricsOverrideIntent,
  ProviderIntent,
  TelemetryIntent,
  TracingIntent,
} from "../intent/telemetry-intent";
import type { Compiled, Source } from "./compiled";
import type { Context } from "./context";
import { telemetryAtGateway, telemetryOfService, TELEMETRY_OF_SCOPE } from "./names";
import type {
  TelemetryAccessLogging,
  TelemetryManifest,
  TelemetryMetric,
  TelemetryMetricOverride,
  TelemetryTracing,
  TelemetryTracingCustomTag,
} from "./types";

/** One Telemetry for each scope: two of one scope would leave Istio to choose the older. */
export function compileTelemetries(context: Context): Compiled<TelemetryManifest>[] {
  return context.intent.telemetry.map((each) => {
    const { source, name, namespace, matchLabels } = placeOf(context, each);
    return {
      source,
      manifest: {
        apiVersion: "telemetry.istio.io/v1",
        kind: "Telemetry",
        metadata: context.metadata(name, namespace),
        spec: {
          ...(matchLabels && { selector: { matchLabels } }),
          ...(each.tracing && { tracing: [tracing(each.tracing)] }),
          ...(each.accessLogging.length > 0 && { accessLogging: each.accessLogging.map(accessLogging) }),
          ...(each.metrics && { metrics: [metrics(each.metrics)] }),
        },
      },
    };
  });
}

/** The providers that the mesh configuration must hold, as `extensionProviders` takes them. */
export function extensionProviders(
  providers: readonly ProviderIntent[],
): ({ readonly name: string } & Readonly<Record<string, unknown>>)[] {
  return providers.map(({ name, kind, config }) => ({ name, [kind]: config }));
}

interface Place {
  readonly source: Source;
  readonly name: string;
  readonly namespace: string;
  readonly matchLabels?: Readonly<Record<string, string>>;
}

function placeOf(context: Context, { scope }: TelemetryIntent): Place {
  switch (scope.kind) {
    case "mesh":
      return { source: scope, name: TELEMETRY_OF_SCOPE, namespace: context.rootNamespace };
    case "namespace":
      return { source: scope, name: TELEMETRY_OF_SCOPE, namespace: scope.namespace };
    case "service": {
      const service = context.service(scope.service);
      const { namespace, labels } = service;
      return { source: scope, name: telemetryOfService(service), namespace, matchLabels: labels };
    }
    case "gateway": {
      const gateway = context.intent.gateways.find(({ name }) => name === scope.gateway);
      if (gateway === undefined) throw new RangeError(`the mesh refers to gateway ${scope.gateway}`);
      const { namespace, selector } = gateway;
      return { source: scope, name: telemetryAtGateway(gateway), namespace, matchLabels: selector };
    }
  }
}

const named = (names: readonly string[]): { readonly name: string }[] => names.map((name) => ({ name }));

/** Said only where it is not what holds anyway. */
function onSide(mode: TracingIntent["mode"]): { match?: { mode: TracingIntent["mode"] } } {
  return mode === "CLIENT_AND_SERVER" ? {} : { match: { mode } };
}

function tracing({ provider, customTags, mode, ...fields }: TracingIntent): TelemetryTracing {
  return {
    ...onSide(mode),
    ...(provider !== undefined && { providers: named([provider]) }),
    ...fields,
    ...(Object.keys(customTags).length > 0 && {
      customTags: Object.fromEntries(Object.entries(customTags).map(([name, tag]) => [name, customTag(tag)])),
    }),
  };
}

function customTag(tag: CustomTagIntent): TelemetryTracingCustomTag {
  switch (tag.source) {
    case "literal":
    case "formatter":
      return { [tag.source]: { value: tag.value } };
    case "header":
    case "environment": {
      const { name, defaultValue } = tag;
      return { [tag.source]: { name, ...(defaultValue !== undefined && { defaultValue }) } };
    }
  }
}

function accessLogging({ providers, disabled, filter, mode }: AccessLoggingIntent): TelemetryAccessLogging {
  return {
    ...onSide(mode),
    ...(providers.length > 0 && { providers: named(providers) }),
    ...(disabled && { disabled }),
    ...(filter !== undefined && { filter: { expression: filter } }),
  };
}

function metrics({ providers, overrides, reportingInterval }: MetricsIntent): TelemetryMetric {
  return {
    ...(providers.length > 0 && { providers: named(providers) }),
    ...(overrides.length > 0 && { overrides: overrides.map(override) }),
    ...(reportingInterval !== undefined && { reportingInterval: formatDuration(reportingInterval) }),
  };
}

function override({ metric, mode, disabled, tags }: MetricsOverrideIntent): TelemetryMetricOverride {
  return {
    match: { metric, ...(mode !== "CLIENT_AND_SERVER" && { mode }) },
    ...(disabled !== undefined && { disabled }),
    ...(tags.length > 0 && {
      tagOverrides: Object.fromEntries(
        tags.map(({ name, value }) => [
          name,
          value === undefined ? { operation: "REMOVE" as const } : { operation: "UPSERT" as const, value },
        ]),
      ),
    }),
  };
}
