import { isClaimHeader } from "../model/request-identity";
import type { Value } from "../reader";
import { checkLabels, checkPort, checkRegex, checkStringMatch } from "./checks";
import { textOf } from "./fields";
import { checkGatewayNames } from "./gateway-names";
import { isMatchedHeader } from "./headers";
import { isLabel } from "./names";
import type { Problems } from "./problem";

/** @param isForMesh sidecars follow it, and they read no tokens */
export function checkHttpMatch(problems: Problems, match: Value, isForMesh: boolean): void {
  if (match.isUnknown) return;
  // An empty prefix is every path, but no scheme, method or authority.
  checkRegex(problems, match.get("uri").get("regex"));
  for (const field of ["scheme", "method", "authority"]) checkStringMatch(problems, match.get(field));
  for (const [, value] of match.get("queryParams").entries()) checkStringMatch(problems, value);
  for (const field of ["headers", "withoutHeaders"]) {
    for (const [name, value] of match.get(field).entries()) {
      if (isClaimHeader(name)) {
        if (isForMesh) problems.refuse(value.path, "claims of a token are for gateways");
      } else if (!isMatchedHeader(name))
        problems.refuse(value.path, `${JSON.stringify(name)} is no name of a header`);
      // There `*` is no regular expression, but the header's presence.
      if (field === "headers" || value.get("regex").text() !== "*") checkStringMatch(problems, value);
    }
  }
  checkPort(problems, match.get("port"), false);
  checkLabels(problems, match.get("sourceLabels"));
  checkGatewayNames(problems, match.get("gateways"));
  const namespace = textOf(match.get("sourceNamespace"));
  if (namespace !== "" && !isLabel(namespace))
    problems.refuse(match.get("sourceNamespace").path, `${JSON.stringify(namespace)} is no namespace`);
}
