import { isAddress, isDomain, isPort, numberOf, textOf } from "./names";
import { refuse, type AdmissionCheck } from "./problem";

export const checkWorkloadEntry: AdmissionCheck = function* ({ spec }) {
  const address = textOf(spec.get("address"));
  if (address === "") return;
  if (address.startsWith("unix://")) {
    if (spec.get("ports").entries().length > 0) yield refuse("spec.ports", "a socket has no ports");
  } else if (!isAddress(address) && !isDomain(address))
    yield refuse("spec.address", `${JSON.stringify(address)} is no address and no name`);
};

/** The ways to find out the health of a machine that the webhook takes; of gRPC only the schema knows. */
const PROBES = ["httpGet", "tcpSocket", "exec"];

export const checkWorkloadGroup: AdmissionCheck = function* ({ spec }) {
  const probe = spec.get("probe");
  if (!probe.isPresent || probe.isUnknown) return;
  const found = PROBES.find((each) => probe.get(each).isPresent);
  if (found === undefined) {
    yield refuse(
      probe.get("grpc").isPresent ? "spec.probe.grpc" : "spec.probe",
      `a probe is one of ${PROBES.join(", ")}`,
    );
    return;
  }
  const { path } = probe.get(found);
  if (found === "exec") {
    const command = probe.get("exec").get("command");
    if (!command.isUnknown && command.items().length === 0)
      yield refuse(`${path}.command`, "a probe that runs a command has one");
    return;
  }
  const port = numberOf(probe.get(found).get("port"));
  if (port !== undefined && !isPort(port)) yield refuse(`${path}.port`, `${port} is no port number`);
  for (const header of probe.get("httpGet").get("httpHeaders").items()) {
    const name = header.get("name").text();
    if (name === undefined || (typeof name === "string" && !/^[-A-Za-z0-9]+$/.test(name)))
      yield refuse(`${header.path}.name`, "a header has a name of letters, digits and '-'");
  }
};
