import * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { closest } from "../../intent/show";
import { choiceProblems, countProblems, printed } from "../problems";
import { type FieldSchema, meshConfigSchema } from "./schema";

/** Where the walk through a configuration is, and for which release. */
interface Context {
  readonly path: string;
  /** Minor release, `[1, 31]`. */
  readonly minor: readonly [number, number];
}

type Fields = Readonly<Record<string, unknown>>;

/** The one form of a duration in mesh configuration: minutes and hours are not read. */
const DURATION = /^\d{1,12}(\.\d{1,9})?s$/;
const OTHER_UNITS: Readonly<Record<string, number>> = { ms: 0.001, m: 60, h: 3600 };

const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, Number.MAX_SAFE_INTEGER],
};

/**
 * Every problem of a mesh configuration, none when istiod will read it as it is meant: unknown fields, wrong types and
 * values, fields that exclude each other, and what the release does not know yet. istiod itself passes over unknown
 * fields in silence, and over the whole configuration where a value does not fit.
 *
 * Leaves that are Outputs are not looked into.
 *
 * @param path where the configuration is, for the problems: `"meshConfig"`
 * @param istioVersion release that reads it, for example `"1.31.1"`
 * @param root the message that it is, `MeshConfig` or `MeshNetworks`
 */
export function meshConfigProblems(
  config: unknown,
  path: string,
  istioVersion: string,
  root: "MeshConfig" | "MeshNetworks" = "MeshConfig",
): InputProblem[] {
  const [major = 0, minor = 0] = istioVersion.split(".").map(Number);
  return messageProblems(config, `istio.mesh.v1alpha1.${root}`, { path, minor: [major, minor] });
}

function messageProblems(value: unknown, message: string, context: Context): InputProblem[] {
  if (!isFields(value)) return wrongType(context.path, value, "an object");
  const schema = meshConfigSchema.messages[message];
  if (schema === undefined) return [];
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const exclusive = (schema.oneOfs ?? []).flatMap((group) => {
    const set = group.filter((name) => given.some(([key]) => key === name));
    if (set.length < 2) return [];
    return [
      {
        id: "platform/exclusive-fields",
        path: context.path,
        message: "sets fields of which only one may be set",
        got: set.join(", "),
        expected: `at most one of ${group.join(", ")}`,
        fix: "Keep one of them",
      },
    ];
  });
  const inner = given.flatMap(([key, child]) => {
    const path = `${context.path}.${key}`;
    // Not by index alone: `constructor` is no field.
    const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    return field === undefined
      ? unknownField(path, key, Object.keys(schema.fields))
      : fieldProblems(child, field, { ...context, path });
  });
  return [...exclusive, ...inner];
}

function fieldProblems(value: unknown, field: FieldSchema, context: Context): InputProblem[] {
  if (field.since !== undefined && isOlder(context.minor, field.since)) {
    return [tooNew(context, field.since)];
  }
  if (isDeferred(value)) return [];
  switch (field.many) {
    case "list":
      if (!Array.isArray(value)) return wrongType(context.path, value, "a list");
      return value.flatMap((item, index) =>
        oneProblems(item, field, { ...context, path: `${context.path}[${index}]` }),
      );
    case "map":
      if (!isFields(value)) return wrongType(context.path, value, "an object");
      return Object.entries(value).flatMap(([key, item]) =>
        oneProblems(item, field, { ...context, path: `${context.path}[${JSON.stringify(key)}]` }),
      );
    case undefined:
    default:
      return oneProblems(value, field, context);
  }
}

function oneProblems(value: unknown, { type, ref = "" }: FieldSchema, context: Context): InputProblem[] {
  const { path } = context;
  if (isDeferred(value)) return [];
  switch (type) {
    case "message":
      return messageProblems(value, ref, context);
    case "enum":
      return enumProblems(path, value, meshConfigSchema.enums[ref] ?? []);
    case "duration":
      return durationProblems(path, value);
    case "bool":
      return typeof value === "boolean" ? [] : wrongType(path, value, "true or false");
    case "string":
    case "bytes":
      return typeof value === "string" ? [] : wrongType(path, value, "a text");
    case "double":
    case "float":
      return typeof value === "number" && Number.isFinite(value) ? [] : wrongType(path, value, "a number");
    case "int32":
    case "int64":
    case "uint32":
    case "uint64": {
      if (typeof value !== "number") return wrongType(path, value, "a whole number");
      const [min, max] = INTEGERS[type] ?? [-Infinity, Infinity];
      return countProblems(path, value, min, max);
    }
    case "struct":
      return isFields(value) ? [] : wrongType(path, value, "an object");
    case "value":
      return [];
  }
}

function enumProblems(path: string, value: unknown, values: readonly string[]): InputProblem[] {
  return typeof value === "string" ? choiceProblems(path, value, values) : wrongType(path, value, "a text");
}

function durationProblems(path: string, value: unknown): InputProblem[] {
  if (typeof value === "string" && DURATION.test(value)) return [];
  const [, amount, unit = ""] = (typeof value === "string" && /^(\d+(?:\.\d+)?)(ms|m|h)$/.exec(value)) || [];
  const seconds = Number(amount) * (OTHER_UNITS[unit] ?? NaN);
  return [
    {
      id: "platform/bad-duration",
      path,
      message: "is not a duration that mesh configuration can hold",
      got: printed(value),
      expected: 'seconds with their unit, such as "10s" or "0.5s"',
      fix: Number.isFinite(seconds) ? `Write "${Number(seconds.toFixed(9))}s"` : "Change the value",
    },
  ];
}

function unknownField(path: string, key: string, known: readonly string[]): InputProblem[] {
  // Istio's own reference once wrote them so, and YAML from elsewhere still does.
  const camel = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const near = known.includes(camel) ? camel : closest(key, known);
  return [
    {
      id: "platform/unknown-field",
      path,
      message: "is not a field of Istio's mesh configuration",
      got: printed(key),
      expected: known.length === 0 ? "no fields here" : known.join(", "),
      fix: near === undefined ? "Remove it" : `Write \`${near}\``,
    },
  ];
}

function tooNew({ path, minor }: Context, since: string): InputProblem {
  return {
    id: "platform/newer-than-release",
    path,
    message: `came with Istio ${since}`,
    got: `Istio ${minor.join(".")}`,
    expected: `Istio ${since} or later`,
    fix: "Remove it, or install a later release",
  };
}

function wrongType(path: string, value: unknown, expected: string): InputProblem[] {
  return [
    {
      id: "platform/wrong-type",
      path,
      message: "has another type than Istio's mesh configuration",
      got: Array.isArray(value)
        ? "a list"
        : typeof value === "object" && value !== null
          ? "an object"
          : printed(value),
      expected,
      fix: "Change the value",
    },
  ];
}

function isOlder([major, minor]: readonly [number, number], release: string): boolean {
  const [thatMajor = 0, thatMinor = 0] = release.split(".").map(Number);
  return major < thatMajor || (major === thatMajor && minor < thatMinor);
}

function isDeferred(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isDeferred(value);
}
