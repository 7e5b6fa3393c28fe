import type { Value } from "../reader";
import { checkDuration, checkFraction, checkSaysSomething } from "./checks";
import { isKnown, numberOf, textOf } from "./fields";
import { refuse, warn, type AdmissionProblem } from "./problem";

const grpcStatuses: ReadonlySet<string> = new Set(
  [
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS",
    "UNAUTHENTICATED",
  ].flatMap((line) => line.split(" ")),
);

export function* checkFault(fault: Value): Iterable<AdmissionProblem> {
  if (!isKnown(fault)) return;
  yield* checkSaysSomething(fault, ["abort", "delay"], "a fault has an abort or a delay");
  yield* checkAbort(fault.get("abort"));
  const delay = fault.get("delay");
  if (!isKnown(delay)) return;
  yield* checkFraction(delay.get("percentage"));
  yield* checkDuration(delay.get("fixedDelay"));
  if (delay.get("exponentialDelay").isPresent)
    yield refuse(delay.get("exponentialDelay").path, "exponentialDelay is not implemented; write fixedDelay");
}

function* checkAbort(abort: Value): Iterable<AdmissionProblem> {
  if (!isKnown(abort)) return;
  yield* checkFraction(abort.get("percentage"));
  const grpc = abort.get("grpcStatus");
  if (grpc.isPresent) {
    if (!grpc.isUnknown && !grpcStatuses.has(textOf(grpc)))
      yield refuse(grpc.path, `${JSON.stringify(textOf(grpc))} is no status of gRPC`);
  } else if (abort.get("http2Error").isPresent)
    yield refuse(abort.get("http2Error").path, "http2Error is not implemented; write httpStatus");
  else if (abort.get("httpStatus").isPresent) yield* checkStatus(abort.get("httpStatus"));
  else yield warn(abort.path, "the abort names no status");
}

export function* checkStatus(status: Value): Iterable<AdmissionProblem> {
  if (status.isUnknown) return;
  const code = numberOf(status) ?? 0;
  if (code < 200 || code > 600) yield refuse(status.path, `${code} is no status of HTTP`);
}
