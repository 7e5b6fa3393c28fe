import { UNKNOWN } from "./kubernetes-object";
import type { MeshObject } from "./model/mesh-object";

/** The annotation `except.meshwright.dev/<rule>` lifts one rule from the object that carries it. */
export const EXCEPTION_PREFIX = "except.meshwright.dev/";

/** A rule that an object is excepted from, why, and for how long. */
export interface Exception {
  readonly rule: string;
  /** Path of the annotation. */
  readonly path: string;
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  readonly until: string;
}

/** An annotation that was meant as an exception and is none. */
export interface BrokenException {
  readonly rule: string;
  readonly path: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly fault: string;
}

export function isBroken(exception: Exception | BrokenException): exception is BrokenException {
  return "fault" in exception;
}

/**
 * Reads the exceptions of an object.
 *
 * @example
 * metadata:
 *   annotations:
 *     except.meshwright.dev/mtls-no-downgrade: "until=2027-01-31; reason=legacy client without a sidecar, OPS-712"
 */
export function readExceptions(object: MeshObject): readonly (Exception | BrokenException)[] {
  if (!object.hasAnnotations) return [];
  const exceptions: (Exception | BrokenException)[] = [];
  for (const [key, value] of object.annotations.entries()) {
    if (!key.startsWith(EXCEPTION_PREFIX)) continue;
    const rule = key.slice(EXCEPTION_PREFIX.length);
    const text = value.text();
    if (text === UNKNOWN) continue;
    exceptions.push(parse(rule, value.path, text ?? ""));
  }
  return exceptions;
}

function parse(rule: string, path: string, text: string): Exception | BrokenException {
  const broken = (fault: string): BrokenException => ({ rule, path, fault });
  const fields = new Map<string, string>();
  let rest = text.trim();
  while (rest !== "") {
    const [, name = "", after = ""] = /^([A-Za-z]+)\s*=\s*(.*)$/s.exec(rest) ?? [];
    if (name !== "until" && name !== "reason")
      return broken(`${JSON.stringify(rest)} is neither "until=…" nor "reason=…"`);
    if (fields.has(name)) return broken(`"${name}" is given twice`);
    // A reason may hold semicolons: it ends only where another field begins.
    const end = name === "reason" ? after.search(/;\s*until\s*=/) : after.indexOf(";");
    fields.set(name, (end === -1 ? after : after.slice(0, end)).trim());
    rest = end === -1 ? "" : after.slice(end + 1).trim();
  }
  const reason = fields.get("reason") ?? "";
  const until = fields.get("until") ?? "";
  if (reason === "") return broken("no reason is given");
  if (until === "") return broken("no day is given on which it ends");
  if (!isDay(until)) return broken(`until=${until} is not a day of the form YYYY-MM-DD`);
  return { rule, path, reason, until };
}

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
