import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { checkDuration, checkRegex } from "./checks";
import { isFilled, isKnown, textsOf } from "./fields";
import { isHeaderName } from "./headers";
import { refuse, type AdmissionProblem } from "./problem";

const methods: ReadonlySet<string> = new Set(
  "GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE *".split(" "),
);

export function* checkCors(policy: Value): Iterable<AdmissionProblem> {
  if (!isKnown(policy)) return;
  for (const origin of policy.get("allowOrigins").items()) {
    if (origin.isUnknown) continue;
    if (!["exact", "prefix", "regex"].some((field) => isFilled(origin.get(field))))
      yield refuse(origin.path, "an origin is matched by exact, prefix or regex, which is not empty");
    else yield* checkRegex(origin.get("regex"));
  }
  for (const [method, item] of textsOf(policy.get("allowMethods")))
    if (!methods.has(method)) yield refuse(item.path, `${JSON.stringify(method)} is no method of HTTP`);
  for (const field of ["allowHeaders", "exposeHeaders"])
    for (const [name, item] of textsOf(policy.get(field)))
      if (!isHeaderName(name)) yield refuse(item.path, `${JSON.stringify(name)} is no name of a header`);
  const maxAge = policy.get("maxAge");
  yield* checkDuration(maxAge);
  const time = milliseconds(maxAge);
  if (typeof time === "number" && time >= 1 && time % 1000 !== 0)
    yield refuse(maxAge.path, "maxAge is in whole seconds");
}
