import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { checkDuration, checkRegex } from "./checks";
import { isFilled, isKnown, textsOf } from "./fields";
import { isHeaderName } from "./headers";
import type { Problems } from "./problem";

const methods: ReadonlySet<string> = new Set(
  "GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE *".split(" "),
);

export function checkCors(problems: Problems, policy: Value): void {
  if (!isKnown(policy)) return;
  for (const origin of policy.get("allowOrigins").items()) {
    if (origin.isUnknown) continue;
    if (!["exact", "prefix", "regex"].some((field) => isFilled(origin.get(field))))
      problems.refuse(origin.path, "an origin is matched by exact, prefix or regex, which is not empty");
    else checkRegex(problems, origin.get("regex"));
  }
  for (const [method, item] of textsOf(policy.get("allowMethods")))
    if (!methods.has(method)) problems.refuse(item.path, `${JSON.stringify(method)} is no method of HTTP`);
  for (const field of ["allowHeaders", "exposeHeaders"])
    for (const [name, item] of textsOf(policy.get(field)))
      if (!isHeaderName(name)) problems.refuse(item.path, `${JSON.stringify(name)} is no name of a header`);
  const maxAge = policy.get("maxAge");
  checkDuration(problems, maxAge);
  const time = milliseconds(maxAge);
  if (typeof time === "number" && time >= 1 && time % 1000 !== 0)
    problems.refuse(maxAge.path, "maxAge is in whole seconds");
}
