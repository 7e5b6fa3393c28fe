import { isDnsLabel, isNamespacedHost } from "../dns";
import type { DestinationIntent, ServiceIntent } from "../intent";
import { PROTOCOLS, isHttpProtocol } from "../port";
import type { SidecarHostIntent, SidecarIntent } from "../proxy-intent";
import { lookUp } from "../references";
import { show } from "../show";
import { isAddress } from "./endpoint";
import { nameScope, readProxyTarget } from "./proxy-scope";
import { at, type Reader } from "./reader";
import { listPorts, type Scope, unknownObject } from "./scope";
import { needed, type Read, shapes } from "./shape";
import { connectionPool } from "./traffic-policy";

const ID = "intent/sidecar";
const { anyText, choice, list, object, text, whole } = shapes(ID);

const SOCKET = /^unix:\/\/\/\S+$/;
const captureMode = choice("DEFAULT", "IPTABLES", "NONE");
const ipAddress = text(isAddress, "an IP address");
const version = choice("TLSV1_2", "TLSV1_3");

const tls = object(
  {
    mode: choice("simple", "mutual"),
    serverCertificate: needed(anyText),
    privateKey: needed(anyText),
    caCertificates: anyText,
    caCrl: anyText,
    minProtocolVersion: version,
    maxProtocolVersion: version,
    cipherSuites: list(anyText, "names of cipher suites"),
  },
  {},
  ({ mode = "simple", caCertificates, minProtocolVersion, maxProtocolVersion }, report) => {
    if (mode === "mutual" && caCertificates === undefined) {
      report("caCertificates", {
        message: "is missing, and certificates of callers are checked against it",
        expected: 'a file of certificate authorities beside mode "mutual"',
        fix: "name the file",
      });
    }
    if (minProtocolVersion === "TLSV1_3" && maxProtocolVersion === "TLSV1_2") {
      report("maxProtocolVersion", {
        message: "is below minProtocolVersion",
        got: `from ${minProtocolVersion} to ${maxProtocolVersion}`,
        expected: "maxProtocolVersion of at least minProtocolVersion",
        fix: "raise it, or remove it",
      });
    }
  },
);

const ingressOf = (ports: readonly string[]) =>
  object({
    port: needed(choice(...ports)),
    defaultEndpoint: text(
      (value) => /^(127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):([1-9]\d{0,4})$/.test(value) || SOCKET.test(value),
      "an endpoint of the pod such as 127.0.0.1:8080 or unix:///run/app.sock",
    ),
    bind: ipAddress,
    captureMode,
    connectionPool,
    tls,
  });

const port = object({
  number: whole(1, 65535),
  protocol: needed(choice(...PROTOCOLS)),
  name: text(isDnsLabel, "a DNS label"),
});

/** What proxies do beyond what is derived, one statement for each scope. */
export function readSidecars(scope: Scope, declarations: readonly unknown[]): readonly SidecarIntent[] {
  const seen = new Map<string, string>();
  return declarations.flatMap((declaration, index): SidecarIntent[] => {
    const path = at("sidecar", index);
    const { reader } = scope;
    const fields = reader.record(declaration, ID, path, "an object with on and settings");
    if (fields === undefined) return [];
    const target = readProxyTarget(scope, fields, path, [], ID);
    const service = target?.scope.kind === "service" ? scope.services.get(target.scope.service) : undefined;
    const egress = object(
      {
        port: needed(port),
        bind: text(
          (value) => isAddress(value) || SOCKET.test(value),
          "an IP address, or unix:///path of a socket",
        ),
        captureMode,
        hosts: needed(list(hostReader(scope), "services and externals of the mesh")),
      },
      {},
      (listener, report) => {
        const isSocket = listener.bind?.startsWith("unix://") === true;
        if (isSocket === (listener.port.number !== undefined)) {
          report("port", {
            message: isSocket ? "has a number, and a socket has none" : "has no number, and is no socket",
            got: `number ${show(listener.port.number)}, bind ${show(listener.bind)}`,
            expected: "either port.number or a socket in bind",
            fix: isSocket ? "remove the number" : "add the number",
          });
        }
        if (isSocket && listener.captureMode === "IPTABLES") {
          report("captureMode", {
            message: "cannot lead to a socket, which the application dials",
            got: `"IPTABLES" beside bind ${show(listener.bind)}`,
            expected: '"IPTABLES" at a port',
            fix: "remove it",
          });
        }
      },
    );
    const settings = object({
      outboundTrafficPolicy: object(
        { mode: needed(choice("ALLOW_ANY", "REGISTRY_ONLY")), egressProxy: egressProxyReader(scope) },
        {},
        ({ mode, egressProxy }, report) => {
          if (egressProxy !== undefined && mode !== "ALLOW_ANY")
            report("egressProxy", {
              message: "gets nothing where nothing is let out",
              got: `egressProxy beside mode ${show(mode)}`,
              expected: 'egressProxy beside mode "ALLOW_ANY"',
              fix: "change mode, or remove egressProxy",
            });
        },
      ),
      inboundConnectionPool: connectionPool,
      egress: list(egress, "listeners"),
      captureMode,
      ...(service && { ingress: list(ingressOf(service.ports.map(({ name }) => name)), "listeners") }),
    });
    const rest = Object.fromEntries([...fields].filter(([name]) => name !== "on"));
    const read = settings(reader, rest, path) as Omit<SidecarIntent, "scope"> | undefined;
    if (target === undefined || read === undefined || target.scope.kind === "gateway") return [];
    const earlier = seen.get(target.workloads);
    if (earlier !== undefined) {
      reader.report({
        id: ID,
        path,
        message: `is about the same proxies as ${earlier}, and a proxy has only one Sidecar`,
        got: `${nameScope(target.scope)}, also in ${earlier}`,
        expected: "one statement for each set of proxies",
        fix: "say everything about one scope in one call",
      });
    }
    seen.set(target.workloads, path);
    if (service !== undefined) checkIngress(reader, service, read, path);
    checkListeners(reader, read, path);
    return [{ scope: target.scope, ...read }];
  });
}

function checkIngress(
  reader: Reader,
  service: ServiceIntent,
  { ingress = [] }: Omit<SidecarIntent, "scope">,
  path: string,
): void {
  const seen = new Map<string, string>();
  ingress.forEach((listener, index) => {
    const here = `${path}.ingress[${index}]`;
    const protocol = service.ports.find(({ name }) => name === listener.port)?.protocol;
    const report = (field: string, message: string, got: string, expected: string, fix: string): undefined =>
      reader.report({ id: ID, path: `${here}.${field}`, message, got, expected, fix });
    const other = seen.get(listener.port);
    if (other !== undefined) {
      report(
        "port",
        "has a listener already",
        `${show(listener.port)}, also in ${other}`,
        "one listener for each port",
        "keep one of them",
      );
    }
    seen.set(listener.port, here);
    if (listener.tls !== undefined && protocol !== "https" && protocol !== "tls") {
      report(
        "tls",
        "is for ports of protocol https or tls",
        `tls at a port of protocol ${show(protocol)}`,
        "a port whose callers begin TLS themselves",
        "correct the port's protocol in the catalogue, or remove tls",
      );
    }
    if (listener.connectionPool?.http !== undefined && protocol !== undefined && !isHttpProtocol(protocol)) {
      report(
        "connectionPool.http",
        "does nothing on a port whose requests are not read",
        `connectionPool.http at a port of protocol ${show(protocol)}`,
        "connectionPool.tcp for such a port",
        "remove it",
      );
    }
  });
}

function checkListeners(reader: Reader, { egress = [] }: Omit<SidecarIntent, "scope">, path: string): void {
  const seen = new Map<number | string | undefined, string>();
  egress.forEach(({ port: { number }, bind }, index) => {
    const other = seen.get(number ?? bind);
    const here = `${path}.egress[${index}]`;
    if (other !== undefined) {
      reader.report({
        id: ID,
        path: `${here}.port`,
        message: "has a listener already",
        got: `${show(number ?? bind)}, also in ${other}`,
        expected: "one listener for each port and socket",
        fix: "put the hosts of both into one",
      });
    }
    seen.set(number ?? bind, here);
  });
}

/** A host that a listener is for. */
function hostReader(scope: Scope): Read<SidecarHostIntent> {
  return (reader, value, path) => {
    if (typeof value === "string") {
      const host = reader.text(value, ID, path, isNamespacedHost, "namespace/host, such as legacy/*");
      return host === undefined ? undefined : { kind: "host", host };
    }
    const found = lookUp(value);
    if (found?.mesh === scope.mesh && found.reference.kind === "service") {
      return { kind: "service", service: found.reference.service };
    }
    if (found?.mesh === scope.mesh && found.reference.kind === "external") {
      return { kind: "external", external: found.reference.external };
    }
    return unknownObject(scope, value, path, "a service or external");
  };
}

/** Where what nobody declares is sent: one port of a service or external. */
function egressProxyReader(scope: Scope): Read<DestinationIntent> {
  return (reader, value, path) => {
    const found = lookUp(value);
    const reference = found?.mesh === scope.mesh ? found.reference : undefined;
    const isExternal = reference?.kind === "external";
    const owner = isExternal
      ? scope.externals.get(reference.external)
      : reference !== undefined && "service" in reference
        ? scope.services.get(reference.service)
        : unknownObject(scope, value, path, "a service or external");
    if (owner === undefined || reference === undefined) return undefined;
    const named = "port" in reference ? reference.port : undefined;
    const [only, ...others] = owner.ports.filter(({ name }) => named === undefined || name === named);
    if (only === undefined || others.length > 0) {
      return reader.report({
        id: "intent/ambiguous-port",
        path,
        message: "opens several ports that it could be",
        got: listPorts(owner),
        expected: "one port",
        fix: "name the port: services.NAME.ports.PORT",
      });
    }
    if (isExternal) return { kind: "external", external: owner.key, port: only.name };
    const subset = reference.kind === "subset" ? { subset: reference.subset } : {};
    return { kind: "service", service: owner.key, ...subset, port: only.name };
  };
}
