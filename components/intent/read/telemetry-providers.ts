import { isDnsSubdomain } from "../dns";
import { DURATION_EXPECTED, parseDuration } from "../duration";
import {
  BUILT_IN_PROVIDERS,
  type TelemetryProviderKind,
  TRACING_KINDS,
  ACCESS_LOG_KINDS,
  METRICS_KINDS,
} from "../telemetry-provider";
import type { ProviderIntent } from "../telemetry-intent";
import { at, type Reader } from "./reader";

const ID = "intent/telemetry-provider";
const NAME = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/;
const KINDS: readonly TelemetryProviderKind[] = [...TRACING_KINDS, ...ACCESS_LOG_KINDS, ...METRICS_KINDS];

const FIELDS: Readonly<Record<TelemetryProviderKind, readonly string[]>> = {
  opentelemetry: ["service", "port", "http", "maxTagLength", "resourceDetectors"],
  zipkin: ["service", "port", "path", "maxTagLength", "enable64bitTraceId", "traceContextOption"],
  envoyFileAccessLog: ["path", "omitEmptyValues", "text", "labels"],
  envoyOtelAls: ["service", "port", "logName", "text", "labels"],
  envoyHttpAls: ["service", "port", "logName"],
  envoyTcpAls: ["service", "port", "logName"],
  prometheus: [],
};

/** Providers by name; `undefined` for one that is declared but wrong, so that nothing else is blamed for it. */
export type Providers = ReadonlyMap<string, ProviderIntent | undefined>;

export function readProviders(reader: Reader, value: unknown): Providers {
  const providers = new Map<string, ProviderIntent | undefined>();
  if (value === undefined) return providers;
  const expected = "an object of providers by name";
  for (const [name, spec] of reader.record(value, ID, "telemetryProviders", expected) ?? []) {
    providers.set(name, readProvider(reader, name, spec, at("telemetryProviders", name)));
  }
  return providers;
}

function readProvider(reader: Reader, name: string, spec: unknown, path: string): ProviderIntent | undefined {
  const before = reader.problems.length;
  if (!NAME.test(name)) {
    reader.report({
      id: ID,
      path,
      message: "is not a name for a provider",
      got: { value: name },
      expected: "lower-case letters, digits, '-' and '.', up to 63",
      fix: "rename the provider",
    });
  }
  const kind = reader.choice(kindOf(spec), ID, `${path}.kind`, KINDS);
  if (kind === undefined) return undefined;
  const fields = reader.fields(spec, ID, path, ["kind", ...FIELDS[kind]]);
  if (fields === undefined) return undefined;
  const builtIn = Object.hasOwn(BUILT_IN_PROVIDERS, name)
    ? BUILT_IN_PROVIDERS[name as keyof typeof BUILT_IN_PROVIDERS]
    : undefined;
  if (builtIn !== undefined && builtIn !== kind) {
    reader.report({
      id: ID,
      path,
      message: `takes the name of a provider that Istio brings along, which is of kind ${builtIn}`,
      got: { value: kind },
      expected: `another name, or kind ${JSON.stringify(builtIn)}`,
      fix: "rename the provider",
    });
  }
  const config = { ...readBackend(reader, kind, fields, path), ...readRest(reader, kind, fields, path) };
  return reader.problems.length > before ? undefined : { name, kind, config };
}

function kindOf(spec: unknown): unknown {
  return typeof spec === "object" && spec !== null && "kind" in spec ? spec.kind : undefined;
}

type Fields = ReadonlyMap<string, unknown>;

function readBackend(reader: Reader, kind: TelemetryProviderKind, fields: Fields, path: string): object {
  if (!FIELDS[kind].includes("service")) return {};
  const service = reader.text(
    fields.get("service"),
    ID,
    `${path}.service`,
    // istiod looks the host up in its registry, where services have their whole names.
    (text) => isDnsSubdomain(text) && text.includes("."),
    'a whole host name, such as "collector.observability.svc.cluster.local"',
  );
  return { service, port: reader.whole(fields.get("port"), ID, `${path}.port`, 1, 65535) };
}

function readRest(reader: Reader, kind: TelemetryProviderKind, fields: Fields, path: string): object {
  const read: Record<string, unknown> = {};
  const set = (name: string, value: unknown): void => {
    if (value !== undefined) read[name] = value;
  };
  const given = (name: string): boolean => fields.get(name) !== undefined;
  const text = (name: string, expected: string, test: (value: string) => boolean): void => {
    if (given(name)) set(name, reader.text(fields.get(name), ID, `${path}.${name}`, test, expected));
  };
  const isPath = (value: string): boolean => /^\/[^\s]*$/.test(value);
  text("path", "a path that begins with '/'", isPath);
  text("logName", "a name", (value) => value !== "");
  if (given("maxTagLength")) {
    set("maxTagLength", reader.whole(fields.get("maxTagLength"), ID, `${path}.maxTagLength`, 1, 65_536));
  }
  for (const name of ["enable64bitTraceId", "omitEmptyValues"]) {
    if (given(name)) set(name, reader.flag(fields.get(name), ID, `${path}.${name}`, false));
  }
  if (given("traceContextOption")) {
    const options = ["USE_B3", "USE_B3_WITH_W3C_PROPAGATION"] as const;
    const option = fields.get("traceContextOption");
    set("traceContextOption", reader.choice(option, ID, `${path}.traceContextOption`, options));
  }
  if (given("http")) set("http", readHttp(reader, fields.get("http"), `${path}.http`));
  if (given("resourceDetectors")) {
    set("resourceDetectors", readDetectors(reader, fields.get("resourceDetectors"), path));
  }
  if (kind === "envoyFileAccessLog") read["path"] ??= "/dev/stdout";
  set("logFormat", readLogFormat(reader, kind, fields, path));
  return read;
}

function readHttp(reader: Reader, value: unknown, path: string): object | undefined {
  const fields = reader.fields(value, ID, path, ["path", "timeout"]);
  if (fields === undefined) return undefined;
  const isPath = (text: string): boolean => /^\/[^\s]*$/.test(text);
  const where = reader.text(fields.get("path"), ID, `${path}.path`, isPath, "a path that begins with '/'");
  const timeout = fields.get("timeout");
  const milliseconds = timeout === undefined ? undefined : readDuration(reader, timeout, `${path}.timeout`);
  return {
    path: where,
    // Mesh configuration reads seconds alone.
    ...(milliseconds !== undefined && { timeout: `${milliseconds / 1_000}s` }),
  };
}

/** Whole milliseconds. */
export function readDuration(reader: Reader, value: unknown, path: string): number | undefined {
  const isDuration = (text: string): boolean => parseDuration(text) !== undefined;
  const text = reader.text(value, "intent/duration", path, isDuration, DURATION_EXPECTED);
  return text === undefined ? undefined : parseDuration(text);
}

function readDetectors(reader: Reader, value: unknown, path: string): object | undefined {
  const list = reader.list(value, ID, `${path}.resourceDetectors`, 'detectors such as ["environment"]');
  const names = list?.map((each, index) =>
    reader.choice(each, ID, at(`${path}.resourceDetectors`, index), ["environment", "dynatrace"]),
  );
  return names?.every((name) => name !== undefined)
    ? Object.fromEntries([...names].sort().map((name) => [name, {}]))
    : undefined;
}

function readLogFormat(
  reader: Reader,
  kind: TelemetryProviderKind,
  fields: Fields,
  path: string,
): object | undefined {
  const text = fields.get("text");
  const labels = fields.get("labels");
  if (text !== undefined && labels !== undefined) {
    return reader.report({
      id: ID,
      path,
      message: "has both text and labels, and an entry is one or the other",
      got: "text and labels",
      expected: "either text or labels",
      fix: "keep `text` for lines, or `labels` for JSON",
    });
  }
  if (text !== undefined) {
    const format = reader.text(text, ID, `${path}.text`, (value) => value !== "", "a format");
    // Envoy adds no end of line to a format of one's own.
    const line = kind === "envoyFileAccessLog" && format?.endsWith("\n") === false ? `${format}\n` : format;
    return { text: line };
  }
  if (labels === undefined) return undefined;
  const entries = [...(reader.record(labels, ID, `${path}.labels`, "formats by key") ?? [])].map(
    ([key, value]) => [
      key,
      reader.text(value, ID, at(`${path}.labels`, key), (format) => format !== "", "a format"),
    ],
  );
  if (entries.length === 0) {
    return reader.report({
      id: ID,
      path: `${path}.labels`,
      message: "names no key, so entries would be empty",
      got: { value: labels },
      expected: "at least one key with its format",
      fix: "add a key, or leave labels out for Istio's own format",
    });
  }
  return { labels: Object.fromEntries(entries.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))) };
}
