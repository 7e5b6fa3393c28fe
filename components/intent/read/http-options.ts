import { DURATION_EXPECTED, formatDuration, parseDuration } from "../duration";
import type { RetriesIntent } from "../intent";
import { RETRY_ON } from "../resilience";
import { closest } from "../show";
import { at, type Reader } from "./reader";

export interface HttpOptionsIntent {
  readonly timeout?: number;
  readonly retries?: RetriesIntent;
}

/** Timeout and retries, and whether the one leaves time for the other. */
export function readHttpOptions(reader: Reader, value: unknown, path: string): HttpOptionsIntent | undefined {
  const before = reader.problems.length;
  const fields = reader.fields(value, "intent/route-options", path, ["timeout", "retries"]);
  if (fields === undefined) return undefined;
  const timeout = readDuration(reader, fields.get("timeout"), `${path}.timeout`);
  const retries = readRetries(reader, fields.get("retries"), `${path}.retries`);
  if (timeout !== undefined && retries?.perTryTimeout !== undefined) {
    const { attempts, perTryTimeout } = retries;
    const needed = (attempts + 1) * perTryTimeout;
    if (needed > timeout) {
      reader.report({
        id: "intent/retry-budget",
        path: `${path}.retries`,
        message:
          `the first try and ${attempts === 1 ? "1 retry" : `${attempts} retries`} of ${formatDuration(perTryTimeout)} each ` +
          `take up to ${formatDuration(needed)}, but the request ends after ${formatDuration(timeout)}`,
        expected: "(attempts + 1) × perTryTimeout no longer than timeout",
        fix: `raise timeout to ${formatDuration(needed)}, or lower attempts or perTryTimeout`,
      });
    }
  }
  if (reader.problems.length > before) return undefined;
  return { ...(timeout !== undefined && { timeout }), ...(retries && { retries }) };
}

function readDuration(reader: Reader, value: unknown, path: string): number | undefined {
  if (value === undefined) return undefined;
  const milliseconds = typeof value === "string" ? parseDuration(value) : undefined;
  if (milliseconds !== undefined) return milliseconds;
  return reader.report({
    id: "intent/duration",
    path,
    message: "is not a duration",
    got: { value },
    expected: DURATION_EXPECTED,
    fix: 'write for example "500ms" or "2s"',
  });
}

function readRetries(reader: Reader, value: unknown, path: string): RetriesIntent | undefined {
  if (value === undefined) return undefined;
  const fields = reader.fields(value, "intent/retries", path, ["attempts", "perTryTimeout", "retryOn"]);
  if (fields === undefined) return undefined;
  const attempts = reader.whole(fields.get("attempts"), "intent/retries", `${path}.attempts`, 0, 100);
  const perTryTimeout = readDuration(reader, fields.get("perTryTimeout"), `${path}.perTryTimeout`);
  const retryOn = readRetryOn(reader, fields.get("retryOn"), `${path}.retryOn`);
  if (attempts === undefined) return undefined;
  if (attempts === 0 && (perTryTimeout !== undefined || retryOn.length > 0)) {
    reader.report({
      id: "intent/retries-unused",
      path,
      message: "attempts is 0, so nothing is retried and the other fields say nothing",
      fix: "remove perTryTimeout and retryOn, or allow at least one retry",
    });
  }
  return { attempts, ...(perTryTimeout !== undefined && { perTryTimeout }), retryOn };
}

function readRetryOn(reader: Reader, value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  const list = reader.list(value, "intent/retry-on", path, 'conditions such as ["5xx", "reset"]') ?? [];
  const conditions = list.filter((each, index): each is string => {
    if (typeof each === "string" && (RETRY_ON.includes(each) || /^[1-5]\d\d$/.test(each))) return true;
    const meant = typeof each === "string" ? closest(each, RETRY_ON) : undefined;
    reader.report({
      id: "intent/retry-on",
      path: at(path, index),
      message: "is not a condition that Envoy retries on",
      got: { value: each },
      expected: `an HTTP status code, or one of ${RETRY_ON.join(", ")}`,
      fix: meant === undefined ? "use one of these" : `did you mean ${JSON.stringify(meant)}?`,
    });
    return false;
  });
  return [...new Set(conditions)].sort();
}
