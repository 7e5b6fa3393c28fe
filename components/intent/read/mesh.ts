import type { Declarations } from "../declarations";
import { isDnsLabel } from "../dns";
import { effectiveRoutes } from "../effective-routes";
import type { MeshIntent } from "../intent";
import type { InputProblem } from "../problem";
import { BUILT_IN_PROVIDERS } from "../telemetry-provider";
import { readDelegateNames, readDelegates } from "./delegates";
import { readExternals } from "./externals";
import { readGateways } from "./gateways";
import { readEgressGateway, readMeshScope } from "./mesh-scope";
import { readProxyConfigs } from "./proxy-configs";
import { Reader } from "./reader";
import { readGlobalRateLimits, readRateLimitService } from "./global-rate-limits";
import { readLocalRateLimits } from "./local-rate-limits";
import { readRoutes } from "./routes";
import type { Scope } from "./scope";
import { readAuthentications } from "./security/authentication";
import { readExtAuthz } from "./security/ext-authz";
import { readMtls } from "./security/mtls";
import { readRoles, readRules } from "./security/rules";
import { readServices } from "./services";
import { readSidecars } from "./sidecars";
import { readSlos } from "./slos";
import { readTelemetry } from "./telemetry";
import { readProviders } from "./telemetry-providers";
import { readTrafficPolicies } from "./traffic-policies";
import { checkVersions } from "./versions";

/**
 * Reads everything that was declared.
 *
 * @returns every problem at once, and what the mesh means where there is none
 */
export function readMesh(declared: Declarations): {
  readonly intent?: MeshIntent;
  readonly problems: readonly InputProblem[];
} {
  const reader = new Reader();
  const name = reader.text(
    declared.name,
    "intent/mesh-name",
    "name",
    isDnsLabel,
    "a DNS label: up to 63 lower-case letters, digits and '-'",
  );
  const fields = reader.fields(declared.catalogue, "intent/catalogue", "catalogue", [
    "services",
    "external",
    "security",
    "telemetryProviders",
    "faults",
    "scope",
    "egressGateway",
    "rateLimitService",
  ]);
  const faults = reader.choice(
    fields?.get("faults"),
    "intent/fault",
    "faults",
    ["allowed", "refused"],
    "allowed",
  );
  const meshScope = readMeshScope(reader, fields?.get("scope"));
  const egressGateway = readEgressGateway(reader, fields?.get("egressGateway"));
  const rateLimitService = readRateLimitService(reader, fields?.get("rateLimitService"), name);
  const services = readServices(reader, fields?.get("services") ?? {});
  const externals = readExternals(reader, fields?.get("external"), egressGateway?.namespace);
  const security = reader.fields(fields?.get("security") ?? {}, "intent/security", "security", [
    "mtls",
    "defaultDeny",
    "dryRun",
    "networkPolicies",
  ]);
  const mtls = reader.choice(
    security?.get("mtls"),
    "intent/security",
    "security.mtls",
    ["strict", "permissive"],
    "strict",
  );
  const defaultDeny = reader.choice(
    security?.get("defaultDeny"),
    "intent/security",
    "security.defaultDeny",
    ["mesh", "namespaces", "off"],
    "mesh",
  );
  const networkPolicies =
    reader.choice(
      security?.get("networkPolicies"),
      "intent/security",
      "security.networkPolicies",
      ["off", "ingress", "ingress-and-egress"],
      "off",
    ) ?? "off";
  const dryRun = reader.flag(security?.get("dryRun"), "intent/security", "security.dryRun", false) ?? false;

  const providers = readProviders(reader, fields?.get("telemetryProviders"));
  const providerNames = [...new Set([...providers.keys(), ...Object.keys(BUILT_IN_PROVIDERS)])].sort();
  const scope: Scope = {
    reader,
    mesh: declared.mesh,
    services,
    externals,
    providers,
    providerNames,
    gatewayNames: declared.gateways.map((each) => (typeof each.name === "string" ? each.name : undefined)),
    faultsRefused: faults === "refused",
    delegates: readDelegateNames(reader, declared.delegates),
  };
  const routes = readRoutes(scope, declared.routes);
  const delegates = readDelegates(scope, declared.delegates);
  const trafficPolicies = readTrafficPolicies(scope, declared.trafficPolicies);
  const rateLimits = readLocalRateLimits(scope, declared.rateLimits);
  checkVersions(scope, declared.progressions, declared.blueGreens);
  const gateways = readGateways(scope, declared.gateways);
  const globalRateLimits = readGlobalRateLimits(scope, declared.rateLimits, gateways, declared.gateways);
  const telemetry = readTelemetry(scope, declared.telemetry, gateways);
  const proxyConfigs = readProxyConfigs(scope, declared.proxyConfigs, gateways);
  const sidecars = readSidecars(scope, declared.sidecars);
  const secured = { ...scope, gateways };
  const authentication = readAuthentications(secured, declared.authentications);
  const mtlsOf = readMtls(secured, declared.mtls);
  const extAuthz = readExtAuthz(secured, declared.extAuthz);
  const rules = [
    ...readRules(secured, declared.rules),
    ...readRoles(secured, declared.roles, declared.bindings),
    ...authentication.rules,
  ];
  const slos = readSlos(scope, declared.slos);
  if (reader.problems.length > 0 || name === undefined || mtls === undefined || defaultDeny === undefined) {
    return { problems: reader.problems };
  }
  if (egressGateway === undefined || rateLimitService === undefined) return { problems: reader.problems };

  const intent: MeshIntent = {
    name,
    mtls,
    defaultDeny,
    networkPolicies,
    dryRun,
    services: sortedBy(services.values(), ({ key }) => key),
    externals: sortedBy(externals.values(), ({ key }) => key),
    routes: routes.services,
    externalRoutes: routes.externals,
    egressRoutes: routes.egress,
    delegates: sortedBy(delegates, ({ namespace, name: own }) => `${namespace}/${own}`),
    ...(meshScope && { scope: meshScope }),
    egressGateway,
    rateLimits: sortedBy(rateLimits, ({ service }) => service),
    globalRateLimits: sortedBy(globalRateLimits, ({ target }) => `${target.kind} ${target.name}`),
    rateLimitService,
    trafficPolicies: sortedBy(
      trafficPolicies,
      ({ target, from = "" }) => `${target.kind} ${target.key} ${from}`,
    ),
    gateways: sortedBy(gateways, (gateway) => gateway.name),
    providers: sortedBy(providers.values(), (provider) => provider.name),
    slos: sortedBy(slos, (each) => each.name),
    telemetry: sortedBy(telemetry, (each) => JSON.stringify(each.scope)),
    proxyConfigs: sortedBy(proxyConfigs, (each) => JSON.stringify(each.scope)),
    sidecars: sortedBy(sidecars, (each) => JSON.stringify(each.scope)),
    rules: sortedBy(rules, (rule) => JSON.stringify(rule)),
    extAuthz: sortedBy(extAuthz, ({ name: provider }) => provider),
    authentications: sortedBy(authentication.authentications, (each) => JSON.stringify(each.at)),
    mtlsOf: sortedBy(mtlsOf, (each) => JSON.stringify(each)),
  };
  // Whether routes fit into one another can only be asked of routes that are right by themselves.
  const { problems } = effectiveRoutes(intent);
  return problems.length > 0 ? { problems } : { intent, problems };
}

function sortedBy<T>(values: Iterable<T | undefined>, key: (value: T) => string): readonly T[] {
  return [...values]
    .filter((each): each is T => each !== undefined)
    .map((value) => ({ value, key: key(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ value }) => value);
}
