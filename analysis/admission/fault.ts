import type { Value } from "../reader";
import { checkDuration, checkFraction, checkSaysSomething } from "./checks";
import { isKnown, numberOf, textOf } from "./fields";
import type { Problems } from "./problem";

const grpcStatuses: ReadonlySet<string> = new Set(
  [
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS",
    "UNAUTHENTICATED",
  ].flatMap((line) => line.split(" ")),
);

export function checkFault(problems: Problems, fault: Value): void {
  if (!isKnown(fault)) return;
  checkSaysSomething(problems, fault, ["abort", "delay"], "a fault has an abort or a delay");
  checkAbort(problems, fault.get("abort"));
  const delay = fault.get("delay");
  if (!isKnown(delay)) return;
  checkFraction(problems, delay.get("percentage"));
  checkDuration(problems, delay.get("fixedDelay"));
  if (delay.has("exponentialDelay"))
    problems.refuse(
      delay.get("exponentialDelay").path,
      "exponentialDelay is not implemented; write fixedDelay",
    );
}

function checkAbort(problems: Problems, abort: Value): void {
  if (!isKnown(abort)) return;
  checkFraction(problems, abort.get("percentage"));
  const grpc = abort.get("grpcStatus");
  if (grpc.isPresent) {
    if (!grpc.isUnknown && !grpcStatuses.has(textOf(grpc)))
      problems.refuse(grpc.path, `${JSON.stringify(textOf(grpc))} is no status of gRPC`);
  } else if (abort.has("http2Error"))
    problems.refuse(abort.get("http2Error").path, "http2Error is not implemented; write httpStatus");
  else if (abort.has("httpStatus")) checkStatus(problems, abort.get("httpStatus"));
  else problems.warn(abort.path, "the abort names no status");
}

export function checkStatus(problems: Problems, status: Value): void {
  if (status.isUnknown) return;
  const code = numberOf(status) ?? 0;
  if (code < 200 || code > 600) problems.refuse(status.path, `${code} is no status of HTTP`);
}
