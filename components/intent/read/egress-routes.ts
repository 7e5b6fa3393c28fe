import type { ExternalIntent, RouteIntent } from "../intent";
import { isHttpProtocol } from "../port";
import { at, type Reader } from "./reader";
import { nameOf } from "./shares";

const ID = "intent/egress";

/**
 * Whether routes to an external can hold on the way through the egress gateway, where each becomes two: the caller's
 * proxy sends to the gateway, and the gateway to the host. Both must tell the same requests by what is in them.
 */
export function checkEgressRoutes(
  reader: Reader,
  { key, ports }: ExternalIntent,
  routes: readonly RouteIntent[],
  path: string,
): void {
  const report = (here: string, message: string, got: string, expected: string, fix: string): undefined =>
    reader.report({ id: ID, path: here, message, got, expected, fix });
  const sealed = ports.find(({ protocol }) => !isHttpProtocol(protocol));
  if (sealed !== undefined) {
    report(
      path,
      "are for requests, which nobody on the way through the egress gateway can read",
      `routes beside via: "egress" and protocol ${JSON.stringify(sealed.protocol)}`,
      'via: "egress" and a port of protocol http, http2 or grpc, with tls where the host wants it',
      "let the gateway begin TLS, or remove the routes",
    );
    return;
  }
  routes.forEach(({ to, action, mirrors, matches }, index) => {
    const here = at(path, index);
    const other = to.find((share) => share.to.kind !== "external" || share.to.external !== key);
    if (other !== undefined || action !== undefined) {
      report(
        `${here}.to`,
        "leads elsewhere than through the egress gateway to the host",
        other === undefined ? `a ${action?.kind ?? ""}` : nameOf(other.to),
        `external ${key}`,
        "send it to the external itself, or leave via out",
      );
    }
    if (mirrors !== undefined) {
      report(
        `${here}.with.mirrors`,
        "would leave the cluster beside the egress gateway",
        mirrors.map((mirror) => nameOf(mirror.to)).join(", "),
        "no mirrors",
        "remove them, or leave via out",
      );
    }
    matches.forEach(({ source, port }, alternative) => {
      if (source === undefined && port === undefined) return;
      report(
        at(`${here}.when`, alternative),
        "asks for what the egress gateway cannot see, because it calls the host itself",
        source === undefined ? `the port ${port}` : "the source",
        "conditions on the request",
        "remove the condition, or leave via out",
      );
    });
  });
}
