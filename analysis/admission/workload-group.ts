import type { Value } from "../reader";
import { checkLabels, checkNotNegative, checkPort } from "./checks";
import { isKnown, textOf } from "./fields";
import type { AdmissionCheck, Problems } from "./problem";

export const checkWorkloadGroup: AdmissionCheck = (problems, { spec }) => {
  if (!spec.has("template")) problems.refuse("spec.template", "a WorkloadGroup has a template");
  checkLabels(problems, spec.get("metadata").get("labels"));
  checkProbe(problems, spec.get("probe"));
};

const counts = [
  "periodSeconds",
  "initialDelaySeconds",
  "timeoutSeconds",
  "successThreshold",
  "failureThreshold",
];

function checkProbe(problems: Problems, probe: Value): void {
  if (!isKnown(probe)) return;
  for (const field of counts) checkNotNegative(problems, probe.get(field));
  const http = probe.get("httpGet");
  if (http.isPresent) {
    checkPort(problems, http.get("port"));
    const scheme = textOf(http.get("scheme"));
    if (!["", "HTTP", "HTTPS"].includes(scheme))
      problems.refuse(http.get("scheme").path, `${JSON.stringify(scheme)} is neither HTTP nor HTTPS`);
    for (const header of http.get("httpHeaders").items()) {
      const name = header.get("name");
      if (!header.isUnknown && !name.isUnknown && !/^[-A-Za-z0-9]+$/.test(textOf(name)))
        problems.refuse(name.path, "a header has a name of letters, digits and '-'");
    }
  } else if (probe.has("tcpSocket")) checkPort(problems, probe.get("tcpSocket").get("port"));
  else if (probe.has("exec")) {
    const command = probe.get("exec").get("command");
    if (!command.isUnknown && command.items().length === 0)
      problems.refuse(probe.get("exec").path, "exec has a command");
  } else {
    // Of gRPC only the schema knows.
    const place = probe.has("grpc") ? probe.get("grpc") : probe;
    problems.refuse(place.path, "a probe is one of httpGet, tcpSocket, exec");
  }
}
