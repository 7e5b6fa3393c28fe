import type { GatewayDeclaration } from "../declarations";
import { hostsOverlap, isDnsLabel, isDnsSubdomain, isHost, isHostUnder, isWildcardHost } from "../dns";
import type { ExposureIntent, GatewayIntent, RouteIntent } from "../intent";
import { readLabels } from "./labels";
import { at } from "./reader";
import { readProxies } from "./gateway-proxies";
import { readServer } from "./gateway-servers";
import { gatewayLayer, gatewayPorts } from "../gateway-layer";
import { readGatewayTls } from "./gateway-tls";
import { lookUp } from "../references";
import { readRouteList } from "./route";
import { type Layer, LAYERS, type Place, type Scope, unknownObject } from "./scope";
import { readExportTo } from "./traffic-policy";
import { readDestination, readShares } from "./shares";

/** Gateways in the order of their declaration; `undefined` for one that is wrong. */
export function readGateways(
  scope: Scope,
  declarations: readonly GatewayDeclaration[],
): readonly (GatewayIntent | undefined)[] {
  const names = new Map<string, string>();
  const gateways: (GatewayIntent | undefined)[] = [];
  const readOne = (declaration: GatewayDeclaration, index: number): GatewayIntent | undefined => {
    const { name, server } = declaration;
    const parent = server === undefined ? undefined : declarations[server.of];
    const path =
      server === undefined
        ? pathOf(name, index)
        : at(`${pathOf(parent?.name, server.of)}.servers`, server.name);
    const other = typeof name === "string" ? names.get(name) : undefined;
    if (other !== undefined) {
      return scope.reader.report({
        id: "intent/duplicate-gateway",
        path,
        message: "is declared already",
        got: other === path ? `${path} twice` : `the name ${JSON.stringify(name)}, also of ${other}`,
        expected: "a name of its own for each gateway and each of its servers",
        fix: "keep one declaration and expose all its hosts there, or rename one",
      });
    }
    if (typeof name === "string") names.set(name, path);
    if (server === undefined) return readGateway(scope, declaration, path);
    return readServer(scope, declaration, path, gateways[server.of], {
      hosts: (value, place, anyHost) => readHosts(scope, value, place, anyHost),
      tls: (value, place) => readGatewayTls(scope.reader, value, place),
      exposures: (hosts, layer) => readExposures(scope, declaration, hosts, path, layer),
    });
  };
  // A server stands behind its gateway, whose proxies it shares.
  declarations.forEach((declaration, index) => gateways.push(readOne(declaration, index)));
  reportConflicts(scope, gateways);
  return withShared(scope, gateways);
}

function pathOf(name: unknown, index: number): string {
  return typeof name === "string" ? at("gateways", name) : at("gateways", index);
}

/** Each gateway with the hosts that others expose at it as well. */
function withShared(
  scope: Scope,
  gateways: readonly (GatewayIntent | undefined)[],
): readonly (GatewayIntent | undefined)[] {
  const shared = new Map<string, ExposureIntent[]>();
  for (const gateway of gateways) {
    for (const { host, routes, alsoAt = [] } of gateway?.exposures ?? []) {
      for (const other of alsoAt.filter((name) => name !== "mesh")) {
        const target = gateways.find((each) => each?.name === other);
        const path = at(`${at("gateways", gateway?.name ?? "")}.expose`, host);
        if (target !== undefined && !target.hosts.some((each) => isHostUnder(host, each))) {
          reportNotServed(scope, path, host, target.hosts);
        }
        if (target?.exposures.some((each) => each.host === host)) {
          scope.reader.report({
            id: "intent/duplicate-host",
            path,
            message: `is exposed at gateway ${JSON.stringify(other)} already, and only one list of routes can be in force`,
            got: `${JSON.stringify(host)} exposed at ${JSON.stringify(gateway?.name)} with alsoAt, and at ${JSON.stringify(other)}`,
            expected: "each host at a gateway once",
            fix: "expose it at one of them, and name the other in alsoAt",
          });
        }
        if (target !== undefined && gateway !== undefined && gatewayLayer(target) !== gatewayLayer(gateway)) {
          scope.reader.report({
            id: "intent/exposure",
            path: `${path}.alsoAt`,
            message: `names ${JSON.stringify(other)}, but only one of the two ${difference(target, gateway)}`,
            got: `gateway ${JSON.stringify(gateway.name)} with ${LAYERS[gatewayLayer(gateway)].speaks}, ${JSON.stringify(other)} with ${LAYERS[gatewayLayer(target)].speaks}`,
            expected: "gateways that read the same of what arrives",
            fix: "expose the host at each with routes of its own",
          });
        }
        shared.set(other, [...(shared.get(other) ?? []), { host, routes, sharedWith: gateway?.name ?? "" }]);
      }
    }
  }
  if (shared.size === 0) return gateways;
  return gateways.map((gateway) => {
    if (gateway === undefined) return undefined;
    const exposures = [...gateway.exposures, ...(shared.get(gateway.name) ?? [])];
    return { ...gateway, exposures: exposures.sort((a, b) => (a.host < b.host ? -1 : 1)) };
  });
}

/** What only one of two gateways does, for those whose routes read different things. */
function difference(a: GatewayIntent, b: GatewayIntent): string {
  const layers = [gatewayLayer(a), gatewayLayer(b)];
  return layers.includes("tls") && !layers.includes("tcp")
    ? "passes TLS on unopened"
    : "reads nothing of its connections";
}

function reportNotServed(scope: Scope, path: string, host: string, hosts: readonly string[]): void {
  scope.reader.report({
    id: "intent/host-not-served",
    path,
    message: "is not under the hosts that the gateway serves",
    got: { value: host },
    expected: `a host under ${hosts.join(" or ")}`,
    fix: "add the host to the gateway, or expose it at another",
  });
}

function readGateway(scope: Scope, declaration: GatewayDeclaration, path: string): GatewayIntent | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const label = "a DNS label: up to 63 lower-case letters, digits and '-'";
  const name = reader.text(declaration.name, "intent/gateway-name", path, isDnsLabel, label);
  const fields = reader.fields(declaration.spec, "intent/gateway", path, [
    "hosts",
    "anyHost",
    "tls",
    "httpsRedirect",
    "namespace",
    "selector",
    "serviceAccount",
    "api",
    "service",
    "managed",
    "servers",
  ]);
  if (fields === undefined) return undefined;
  const anyHost = reader.flag(fields.get("anyHost"), "intent/gateway", `${path}.anyHost`, false) ?? false;
  const hosts = readHosts(scope, fields.get("hosts"), `${path}.hosts`, anyHost);
  const namespace = reader.text(
    fields.get("namespace") ?? "istio-system",
    "intent/namespace",
    `${path}.namespace`,
    isDnsLabel,
    label,
  );
  const selector = readLabels(
    reader,
    fields.get("selector") ?? { istio: "ingressgateway" },
    "intent/gateway-selector",
    `${path}.selector`,
  );
  const proxies = readProxies(reader, fields, path);
  const serviceAccount = reader.text(
    // istiod names what it makes for a Gateway after the Gateway and its class.
    fields.get("serviceAccount") ??
      (proxies.managed === undefined ? "istio-ingressgateway-service-account" : `${name ?? "ingress"}-istio`),
    "intent/service-account",
    `${path}.serviceAccount`,
    isDnsSubdomain,
    label,
  );
  const given = fields.get("tls");
  const passthrough = given === "passthrough";
  const tls =
    given === "plaintext" || passthrough
      ? undefined
      : readGatewayTls(reader, given ?? { credentialName: `${name ?? "ingress"}-cert` }, `${path}.tls`);
  const redirect = reader.flag(fields.get("httpsRedirect"), "intent/gateway", `${path}.httpsRedirect`, true);
  if ((given === "plaintext" || passthrough) && fields.get("httpsRedirect") === true) {
    reader.report({
      id: "intent/gateway-tls",
      path: `${path}.httpsRedirect`,
      message: `redirects to HTTPS, which a ${given} gateway does not serve`,
      got: `httpsRedirect: true beside tls: ${JSON.stringify(given)}`,
      expected: "httpsRedirect at a gateway that ends TLS",
      fix: "give the gateway tls, or remove httpsRedirect",
    });
  }
  const servers = fields.get("servers");
  if (servers !== undefined) {
    reader.record(servers, "intent/gateway-server", `${path}.servers`, "further ports by name");
  }
  const exposures = readExposures(scope, declaration, hosts, path, passthrough ? "tls" : "http");
  if (reader.problems.length > before) return undefined;
  if (name === undefined || namespace === undefined || serviceAccount === undefined) return undefined;
  return {
    name,
    namespace,
    selector: selector ?? {},
    serviceAccount,
    hosts: hosts ?? [],
    ...(tls && { tls }),
    ...(passthrough && { passthrough }),
    httpsRedirect: tls !== undefined && redirect === true,
    ...proxies,
    exposures,
  };
}

function readHosts(
  scope: Scope,
  value: unknown,
  path: string,
  anyHost: boolean,
): readonly string[] | undefined {
  const { reader } = scope;
  const list = reader.list(value, "intent/gateway-hosts", path, 'hosts such as ["*.example.com"]');
  const hosts: string[] = [];
  list?.forEach((each, index) => {
    const here = at(path, index);
    if (each === "*" && !anyHost) {
      reader.report({
        id: "intent/wildcard-host",
        path: here,
        message: "would make the gateway answer for every name that reaches it",
        got: { value: each },
        expected: "host names, or *.example.com",
        fix: "list the hosts, or set anyHost: true where every name is meant",
      });
      return;
    }
    const host = reader.text(
      each,
      "intent/host",
      here,
      (text) => text === "*" || isHost(text) || isWildcardHost(text),
      "a host name such as www.example.com, or *.example.com",
    );
    if (host === undefined || list === undefined) return;
    if (hosts.includes(host)) {
      reader.report({
        id: "intent/duplicate-host",
        path: here,
        message: "is listed already",
        got: `${JSON.stringify(host)}, also at ${at(path, list.indexOf(host))}`,
        expected: "each host once",
        fix: "remove the second",
      });
    }
    hosts.push(host);
  });
  return list === undefined || hosts.length < list.length ? undefined : hosts.sort();
}

function readExposures(
  scope: Scope,
  declaration: GatewayDeclaration,
  hosts: readonly string[] | undefined,
  gatewayPath: string,
  layer: Layer,
): readonly ExposureIntent[] {
  const { reader } = scope;
  const exposures = new Map<string, ExposureIntent | undefined>();
  declaration.exposures.forEach((exposure, index) => {
    const named = typeof exposure.host === "string" ? exposure.host : index;
    const path = at(`${gatewayPath}.expose`, named);
    const host = reader.text(
      exposure.host,
      "intent/host",
      path,
      (text) => isHost(text) || isWildcardHost(text) || text === "*",
      "a host name such as www.example.com, or *.example.com",
    );
    if (host !== undefined && hosts !== undefined && !hosts.some((each) => isHostUnder(host, each))) {
      reportNotServed(scope, path, host, hosts);
    }
    const own = typeof declaration.name === "string" ? declaration.name : "";
    const options = reader.fields(exposure.options ?? {}, "intent/exposure", path, ["alsoAt", "exportTo"]);
    const alsoAt = readAlsoAt(scope, options?.get("alsoAt"), `${path}.alsoAt`, own);
    const visible = options?.get("exportTo");
    const exportTo = visible === undefined ? undefined : readExportTo(reader, visible, `${path}.exportTo`);
    const place: Place = { kind: "gateway", gateways: [own, ...alsoAt] };
    const routes = readExposed(scope, exposure.to, path, place, layer);
    if (host === undefined) return;
    if (exposures.has(host)) {
      reader.report({
        id: "intent/duplicate-host",
        path,
        message: "is exposed already, and only one list of routes can be in force",
        got: `${JSON.stringify(host)} in two calls of expose`,
        expected: "one call of expose for each host",
        fix: "put all routes of a host into one call of expose",
      });
      return;
    }
    exposures.set(
      host,
      routes && { host, routes, ...(alsoAt.length > 0 && { alsoAt }), ...(exportTo && { exportTo }) },
    );
  });
  return [...exposures.values()]
    .filter((each) => each !== undefined)
    .sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** The names of the other gateways, sorted; `mesh` for callers in the mesh. */
function readAlsoAt(scope: Scope, value: unknown, path: string, own: string): readonly string[] {
  if (value === undefined) return [];
  const names = (scope.reader.list(value, "intent/exposure", path, "gateways of this mesh") ?? []).map(
    (each, index) => {
      if (each === "mesh") return "mesh";
      const found = lookUp(each);
      const known =
        found?.mesh === scope.mesh && found.reference.kind === "gateway" ? found.reference : undefined;
      const name = known && scope.gatewayNames[known.gateway];
      if (name === undefined) return unknownObject(scope, each, at(path, index), "a gateway");
      if (name !== own) return name;
      return scope.reader.report({
        id: "intent/exposure",
        path: at(path, index),
        message: "is the gateway itself",
        got: { value: name },
        expected: 'other gateways, or "mesh"',
        fix: "remove it",
      });
    },
  );
  return [...new Set(names.filter((each) => each !== undefined))].sort();
}

/** A destination, shares or routes, all as routes. */
function readExposed(
  scope: Scope,
  value: unknown,
  path: string,
  place: Place,
  layer: Layer,
): readonly RouteIntent[] | undefined {
  if (!Array.isArray(value)) {
    const to = readDestination(scope, value, path, layer);
    return to && [{ matches: [], to: [{ to, weight: 100 }] }];
  }
  const list = scope.reader.list(value, "intent/exposure", path, "a service, shares or routes");
  if (list === undefined) return undefined;
  // Routes have a kind, unfinished ones a function to end them with; shares have neither.
  const isRoute = (each: unknown): boolean =>
    typeof each === "object" && each !== null && ("kind" in each || "canary" in each);
  if (list.some(isRoute)) return readRouteList(scope, list, path, layer, place);
  const to = readShares(scope, list, path, layer);
  return to && [{ matches: [], to }];
}

/** Two gateways on the same proxies must not both answer for a host. */
function reportConflicts(scope: Scope, gateways: readonly (GatewayIntent | undefined)[]): void {
  const proxies = new Map<string, GatewayIntent[]>();
  for (const gateway of gateways) {
    if (gateway === undefined) continue;
    const identity = JSON.stringify([
      gateway.namespace,
      gateway.managed === undefined ? gateway.selector : gateway.name,
    ]);
    const others = proxies.get(identity) ?? [];
    const path = `${at("gateways", gateway.server?.of ?? gateway.name)}${gateway.server === undefined ? "" : at(".servers", gateway.name.slice(gateway.server.of.length + 1))}`;
    for (const other of others) {
      const shared = gatewayPorts(other).find(({ port }) =>
        gatewayPorts(gateway).some((own) => own.port === port),
      );
      if (shared === undefined) continue;
      const own = gatewayPorts(gateway).find(({ port }) => port === shared.port);
      if (
        own !== undefined &&
        own.protocol !== shared.protocol &&
        !bothInTls(own.protocol, shared.protocol)
      ) {
        scope.reader.report({
          id: "intent/gateway-conflict",
          path: `${path}.port`,
          message: `is the port at which gateway ${JSON.stringify(other.name)}, on the same proxies, speaks ${shared.protocol}`,
          got: `${shared.port} for ${own.protocol}`,
          expected: "one protocol for each port of the proxies",
          fix: "give the server a port of its own",
        });
        continue;
      }
      for (const host of gateway.hosts) {
        const same = other.hosts.find((each) => hostsOverlap(each, host));
        if (same === undefined) continue;
        scope.reader.report({
          id: "intent/gateway-conflict",
          path: `${path}.hosts`,
          message: `overlaps ${JSON.stringify(same)} of gateway ${JSON.stringify(other.name)}, which runs on the same proxies`,
          got: { value: host },
          expected: "each host at one gateway of the proxies",
          fix: "remove the host from one of them, or give the gateways selectors of their own",
        });
      }
    }
    proxies.set(identity, [...others, gateway]);
  }
}

/** At one port, connections in TLS are told apart by the server name, whatever is in them. */
function bothInTls(a: string, b: string): boolean {
  return [a, b].every((protocol) => protocol === "tls" || protocol === "https");
}
