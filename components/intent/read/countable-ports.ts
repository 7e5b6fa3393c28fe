import type { ServiceIntent } from "../intent";
import { isHttpProtocol } from "../port";
import { LAYERS, listPorts, type Scope } from "./scope";

/** Names of the ports of a service whose requests a limit can count; reported where there is none. */
export function countablePorts(
  scope: Scope,
  service: ServiceIntent,
  path: string,
): readonly string[] | undefined {
  const names = service.ports.filter(({ protocol }) => isHttpProtocol(protocol)).map(({ name }) => name);
  if (names.length > 0) return names;
  return scope.reader.report({
    id: "intent/protocol-mismatch",
    path,
    message: "opens no port whose requests can be counted",
    got: listPorts(service),
    expected: `a port of protocol ${LAYERS.http.protocols}`,
    fix: "correct the port's protocol in the catalogue, or remove the limit",
  });
}
