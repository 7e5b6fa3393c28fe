import { isClaimHeader } from "../model/request-identity";
import type { Value } from "../reader";
import { checkLabels, checkPort, checkRegex, checkStringMatch } from "./checks";
import { textOf } from "./fields";
import { checkGatewayNames } from "./gateway-names";
import { isMatchedHeader } from "./headers";
import { isLabel } from "./names";
import { refuse, type AdmissionProblem } from "./problem";

/** @param isForMesh sidecars follow it, and they read no tokens */
export function* checkHttpMatch(match: Value, isForMesh: boolean): Iterable<AdmissionProblem> {
  if (match.isUnknown) return;
  // An empty prefix is every path, but no scheme, method or authority.
  yield* checkRegex(match.get("uri").get("regex"));
  for (const field of ["scheme", "method", "authority"]) yield* checkStringMatch(match.get(field));
  for (const [, value] of match.get("queryParams").entries()) yield* checkStringMatch(value);
  for (const field of ["headers", "withoutHeaders"]) {
    for (const [name, value] of match.get(field).entries()) {
      if (isClaimHeader(name)) {
        if (isForMesh) yield refuse(value.path, "claims of a token are for gateways");
      } else if (!isMatchedHeader(name))
        yield refuse(value.path, `${JSON.stringify(name)} is no name of a header`);
      // There `*` is no regular expression, but the header's presence.
      if (field === "headers" || value.get("regex").text() !== "*") yield* checkStringMatch(value);
    }
  }
  yield* checkPort(match.get("port"), false);
  yield* checkLabels(match.get("sourceLabels"));
  yield* checkGatewayNames(match.get("gateways"));
  const namespace = textOf(match.get("sourceNamespace"));
  if (namespace !== "" && !isLabel(namespace))
    yield refuse(match.get("sourceNamespace").path, `${JSON.stringify(namespace)} is no namespace`);
}
