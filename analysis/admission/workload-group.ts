import type { Value } from "../reader";
import { checkLabels, checkNotNegative, checkPort } from "./checks";
import { isKnown, textOf } from "./fields";
import { refuse, type AdmissionCheck, type AdmissionProblem } from "./problem";

export const checkWorkloadGroup: AdmissionCheck = function* ({ spec }) {
  if (!spec.get("template").isPresent) yield refuse("spec.template", "a WorkloadGroup has a template");
  yield* checkLabels(spec.get("metadata").get("labels"));
  yield* checkProbe(spec.get("probe"));
};

const counts = [
  "periodSeconds",
  "initialDelaySeconds",
  "timeoutSeconds",
  "successThreshold",
  "failureThreshold",
];

function* checkProbe(probe: Value): Iterable<AdmissionProblem> {
  if (!isKnown(probe)) return;
  for (const field of counts) yield* checkNotNegative(probe.get(field));
  const http = probe.get("httpGet");
  if (http.isPresent) {
    yield* checkPort(http.get("port"));
    const scheme = textOf(http.get("scheme"));
    if (!["", "HTTP", "HTTPS"].includes(scheme))
      yield refuse(http.get("scheme").path, `${JSON.stringify(scheme)} is neither HTTP nor HTTPS`);
    for (const header of http.get("httpHeaders").items()) {
      const name = header.get("name");
      if (!header.isUnknown && !name.isUnknown && !/^[-A-Za-z0-9]+$/.test(textOf(name)))
        yield refuse(name.path, "a header has a name of letters, digits and '-'");
    }
  } else if (probe.get("tcpSocket").isPresent) yield* checkPort(probe.get("tcpSocket").get("port"));
  else if (probe.get("exec").isPresent) {
    const command = probe.get("exec").get("command");
    if (!command.isUnknown && command.items().length === 0)
      yield refuse(probe.get("exec").path, "exec has a command");
  } else {
    // Of gRPC only the schema knows.
    const place = probe.get("grpc").isPresent ? probe.get("grpc") : probe;
    yield refuse(place.path, "a probe is one of httpGet, tcpSocket, exec");
  }
}
