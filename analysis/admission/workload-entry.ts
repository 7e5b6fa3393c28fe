import type { Value } from "../reader";
import { checkLabels, checkPort } from "./checks";
import { isBlank, isFilled, textOf } from "./fields";
import { isAddress, isDomain, isLabel, isSocketPath } from "./names";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";

const SOCKET = "unix://";

export const checkWorkloadEntry: AdmissionCheck = function* ({ spec }) {
  yield* checkEndpoint(spec, {});
};

/** What a ServiceEntry says of its endpoints. */
export interface EndpointContext {
  /** The names of its ports; absent where the endpoint stands alone. */
  readonly ports?: ReadonlySet<string>;
  /** It asks for addresses, not for names. */
  readonly isStatic?: boolean;
}

/** One endpoint: where it is, and its ports. */
export function* checkEndpoint(
  endpoint: Value,
  { ports, isStatic = false }: EndpointContext,
): Iterable<AdmissionProblem> {
  if (endpoint.isUnknown) return;
  const address = endpoint.get("address");
  const text = textOf(address);
  if (isBlank(address)) {
    if (!isFilled(endpoint.get("network"))) {
      yield refuse(endpoint.path, "it has no address");
      return;
    }
    yield warn(endpoint.path, "it has a network, but no address there");
  }
  if (text.startsWith(SOCKET)) {
    if (!isSocketPath(text.slice(SOCKET.length)))
      yield refuse(address.path, `${JSON.stringify(text)} is no path of a socket`);
    if (endpoint.get("ports").entries().length > 0)
      yield refuse(endpoint.get("ports").path, "a unix domain socket has no ports");
    if (ports !== undefined && ports.size !== 1)
      yield refuse(address.path, "a unix domain socket serves one port of the service");
  } else if (text !== "" && !isAddress(text) && (isStatic || !isDomain(text)))
    yield refuse(
      address.path,
      `${JSON.stringify(text)} is no address${isStatic ? ", which resolution STATIC asks for" : " and no name"}`,
    );
  yield* checkEndpointPorts(endpoint.get("ports"), ports);
  yield* checkLabels(endpoint.get("labels"));
}

export function* checkEndpointPorts(
  list: Value,
  ports: ReadonlySet<string> | undefined,
): Iterable<AdmissionProblem> {
  for (const [name, port] of list.entries()) {
    if (ports !== undefined && !ports.has(name))
      yield refuse(port.path, `the service has no port ${JSON.stringify(name)}`);
    if (!isLabel(name)) yield refuse(port.path, `${JSON.stringify(name)} is no name of a port`);
    yield* checkPort(port);
  }
}
