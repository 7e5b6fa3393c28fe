import type { Value } from "../reader";
import { checkLabels, checkPort } from "./checks";
import { isBlank, isFilled, textOf } from "./fields";
import { isAddress, isDomain, isLabel, isSocketPath } from "./names";
import type { AdmissionCheck, Problems } from "./problem";

const SOCKET = "unix://";

export const checkWorkloadEntry: AdmissionCheck = (problems, { spec }) => {
  checkEndpoint(problems, spec, {});
};

/** What a ServiceEntry says of its endpoints. */
export interface EndpointContext {
  /** The names of its ports; absent where the endpoint stands alone. */
  readonly ports?: ReadonlySet<string>;
  /** It asks for addresses, not for names. */
  readonly isStatic?: boolean;
}

/** One endpoint: where it is, and its ports. */
export function checkEndpoint(
  problems: Problems,
  endpoint: Value,
  { ports, isStatic = false }: EndpointContext,
): void {
  if (endpoint.isUnknown) return;
  const address = endpoint.get("address");
  const text = textOf(address);
  if (isBlank(address)) {
    if (!isFilled(endpoint.get("network"))) {
      problems.refuse(endpoint.path, "it has no address");
      return;
    }
    problems.warn(endpoint.path, "it has a network, but no address there");
  }
  if (text.startsWith(SOCKET)) {
    if (!isSocketPath(text.slice(SOCKET.length)))
      problems.refuse(address.path, `${JSON.stringify(text)} is no path of a socket`);
    if (endpoint.get("ports").entries().length > 0)
      problems.refuse(endpoint.get("ports").path, "a unix domain socket has no ports");
    if (ports !== undefined && ports.size !== 1)
      problems.refuse(address.path, "a unix domain socket serves one port of the service");
  } else if (text !== "" && !isAddress(text) && (isStatic || !isDomain(text)))
    problems.refuse(
      address.path,
      `${JSON.stringify(text)} is no address${isStatic ? ", which resolution STATIC asks for" : " and no name"}`,
    );
  checkEndpointPorts(problems, endpoint.get("ports"), ports);
  checkLabels(problems, endpoint.get("labels"));
}

export function checkEndpointPorts(
  problems: Problems,
  list: Value,
  ports: ReadonlySet<string> | undefined,
): void {
  for (const [name, port] of list.entries()) {
    if (ports !== undefined && !ports.has(name))
      problems.refuse(port.path, `the service has no port ${JSON.stringify(name)}`);
    if (!isLabel(name)) problems.refuse(port.path, `${JSON.stringify(name)} is no name of a port`);
    checkPort(problems, port);
  }
}
