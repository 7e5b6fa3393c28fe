import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isPropertyObject, Secret, type PropertyValue } from "../../../engine";

/** Recordings of the Pulumi engine, which live beside the repository and not in it. */
const FOLDER = resolve(__dirname, "../../../../shared/oracle/engine");

export function oracleIsThere(): boolean {
  return existsSync(join(FOLDER, "state.json"));
}

export const NO_ORACLE = `skipped: there are no recordings of the Pulumi engine in ${FOLDER}`;

export function oracleText(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

/** One resource of a state that the Pulumi engine wrote. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly external?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly additionalSecretOutputs?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly customTimeouts?: Readonly<Record<string, number>>;
}

export function stateOf(file: string): StateResource[] {
  const state = JSON.parse(oracleText(file)) as { deployment: { resources: StateResource[] } };
  return state.deployment.resources;
}

/** One call of a recording. */
export interface RecordedCall {
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
}

export function callsOf(file: string, method: string): RecordedCall[] {
  return oracleText(file)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RecordedCall)
    .filter((call) => call.method.endsWith(`/${method}`));
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A value of a recording (state or wire) with each secret as `{ secret: … }`. */
export function recordedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(recordedValue);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (SIGNATURE in object) {
    const inner =
      typeof object.plaintext === "string" ? (JSON.parse(object.plaintext) as unknown) : object.value;
    return { secret: recordedValue(inner) };
  }
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, recordedValue(item)]));
}

/** The same of one of our values. */
export function ourValue(value: PropertyValue): unknown {
  if (value instanceof Secret) return { secret: ourValue(value.reveal()) };
  if (Array.isArray(value)) return (value as readonly PropertyValue[]).map(ourValue);
  if (!isPropertyObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, ourValue(item)]));
}
