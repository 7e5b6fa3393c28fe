import { UNKNOWN } from "../kubernetes-object";
import { isVisibleTo } from "../model/export-scope";
import { hostCovers, qualify } from "../model/hosts";
import { kinds } from "../model/kinds";
import { isHttp as isHttpProtocol, protocolOfServicePort } from "../model/protocol";
import type { RegistryEntry } from "../model/registry";
import { listenerHost } from "../model/route-binding";
import type { ServicePort } from "../model/services";
import type { DestinationRuleView } from "../model/destination-rule";
import type { Workload } from "../model/workloads";
import type { MeshModel } from "../model";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import { authorize, type Authorization } from "./authorize";
import type { RouteParent } from "./attached-routes";
import { chooseGatewayRoute } from "./choose-gateway-route";
import { chooseRoute, type RouteChoice } from "./choose-route";
import { connect, type Connection } from "./connect";
import type { Caller, MeshRequest } from "./request";
import { resolveName } from "./resolve-name";
import { whatMayChange } from "./may-change";

/** A place where a request may go, and what happens to it there. */
export interface DestinationOutcome {
  readonly host: string;
  readonly port: number;
  readonly subset?: string;
  /** Of a hundred. */
  readonly weight: number;
  /** The object that declares the host; absent where none does. */
  readonly service?: MeshObject;
  /** No object is the host, but some say that it lives elsewhere. */
  readonly isElsewhere: boolean;
  readonly rule?: MeshObject;
  readonly workloads: readonly WorkloadOutcome[];
}

/** What happens at the pods of one workload. */
export interface WorkloadOutcome {
  readonly workload: Workload;
  /** The port that they listen on. */
  readonly port: number;
  readonly connection: Connection;
  readonly authorization: Authorization;
}

/** What a mesh does with a request. */
export interface Explanation {
  readonly request: MeshRequest;
  readonly isHttp: boolean;
  /** The object that declares the host that is asked for. */
  readonly service?: MeshObject;
  readonly route: RouteChoice;
  readonly destinations: readonly DestinationOutcome[];
  /** EnvoyFilters and plugins that hold for a proxy on the way: what they do is not followed, and may change the answer. */
  readonly mayChange: readonly MeshObject[];
  readonly verdict: Verdict;
}

/**
 * `allowed` and `denied` where all destinations agree, `mixed` where they do not; `unknown` where a value that is known
 * only after deployment decides; `answered` where the caller's own proxy answers; `unroutable` where it has nowhere to
 * send it.
 */
export type Verdict = "allowed" | "denied" | "mixed" | "unknown" | "answered" | "unroutable";

/** What is asked for. */
export interface RequestQuestion {
  readonly from: Caller;
  /** As the caller writes it: a name alone is a service of its own namespace. */
  readonly host: string;
  readonly port?: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a mesh does with a request: which rule takes it, where it goes, and who refuses it. */
export function explainRequest(model: MeshModel, question: RequestQuestion): Explanation {
  const { from } = question;
  const host = resolveName(model, question.host, from.namespace);
  const entry = visible(model, host, from);
  const port =
    question.port ??
    listenerPort(from, host) ??
    entry?.ports[0]?.number ??
    model.registry.declaredPorts(host)?.[0] ??
    80;
  const request: MeshRequest = {
    from,
    host,
    port,
    method: question.method ?? "GET",
    path: question.path ?? "/",
    headers: question.headers ?? {},
  };
  const atGateway = from.gateway !== undefined || from.kubernetesGateway !== undefined;
  const isHttp = atGateway || isHttpPort(model, entry, port);
  const route = routeFor(model, request, isHttp, entry);
  const rule = route.chosen?.rule.value;
  const answers = rule !== undefined && isAnswer(rule);
  const destinations = answers || isLost(route) ? [] : destinationsOf(model, request, route, isHttp);
  return {
    request,
    isHttp,
    ...(entry === undefined ? {} : { service: entry.object }),
    route,
    destinations,
    mayChange: whatMayChange(model, from, destinations),
    verdict: answers ? "answered" : verdictOf(route, destinations),
  };
}

/** The port at which a Gateway of the Gateway API takes a host, where nobody says another. */
function listenerPort({ kubernetesGateway }: Caller, host: string): number | undefined {
  const listener = kubernetesGateway?.spec
    .get("listeners")
    .items()
    .find((each) => hostCovers(listenerHost(each), host));
  return listener === undefined ? undefined : known(listener.get("port").number());
}

/**
 * Routes of Istio are asked first, then those of the Gateway API. A host that both speak of has no order that anybody
 * promises.
 */
function routeFor(
  model: MeshModel,
  request: MeshRequest,
  isHttp: boolean,
  entry: RegistryEntry | undefined,
): RouteChoice {
  if (!followsRoutes(request.from)) return { asked: [] };
  const choice = chooseRoute(model, request, isHttp);
  if (choice.asked.length > 0 || !isHttp) return choice;
  return chooseGatewayRoute(model, request, entry?.object ?? serviceElsewhere(model, request.host)) ?? choice;
}

/** The Service behind a host that is declared to live elsewhere. */
function serviceElsewhere(model: MeshModel, host: string): RouteParent | undefined {
  const suffix = `.svc.${model.config.clusterDomain}`;
  if (model.registry.declaredPorts(host) === undefined || !host.endsWith(suffix)) return undefined;
  const [name = "", namespace = ""] = host.slice(0, -suffix.length).split(".");
  return { groupKind: kinds.service, key: `${namespace}/${name}`, namespace };
}

/** The proxy itself answers, and sends nothing on. */
function isAnswer(rule: Value): boolean {
  return (
    ["redirect", "directResponse"].some((field) => rule.has(field)) ||
    rule
      .get("filters")
      .items()
      .some((filter) => filter.has("requestRedirect"))
  );
}

/** Routes are for proxies, and whoever has none follows none. */
export function followsRoutes({ principal, gateway }: Caller): boolean {
  return principal !== undefined || gateway !== undefined;
}

/** Somebody speaks of the host, and no rule takes the request. */
function isLost({ asked, chosen }: RouteChoice): boolean {
  return asked.length > 0 && chosen === undefined;
}

function visible(model: MeshModel, host: string, { namespace }: Caller): RegistryEntry | undefined {
  const entries = model.registry.lookup(host);
  return entries.find(({ scope }) => namespace === "" || isVisibleTo(scope, namespace));
}

function servicePort(
  model: MeshModel,
  entry: RegistryEntry | undefined,
  port: number,
): ServicePort | undefined {
  const service = entry === undefined ? undefined : model.services.of(entry.object);
  return service?.ports.find(({ number }) => number === port);
}

/** A port that says nothing of itself is taken for HTTP, as the request that is asked about is. */
function isHttpPort(model: MeshModel, entry: RegistryEntry | undefined, port: number): boolean {
  const own = servicePort(model, entry, port);
  if (own !== undefined) {
    const protocol = protocolOfServicePort(own.value);
    return protocol === undefined || protocol === "unknown" || isHttpProtocol(protocol);
  }
  const declared = entry?.object.spec
    .get("ports")
    .items()
    .find((each) => each.get("number").raw === port);
  const protocol = known(declared?.get("protocol").text() ?? "") ?? "";
  return protocol === "" || isHttpProtocol(protocol);
}

interface Leg {
  readonly host: string;
  readonly port: number;
  readonly subset?: string;
  readonly weight: number;
}

function legsOf(model: MeshModel, request: MeshRequest, { chosen }: RouteChoice): readonly Leg[] {
  if (chosen === undefined) return [{ host: request.host, port: request.port, weight: 100 }];
  if (chosen.object.groupKind !== kinds.virtualService) return backendLegs(model, request, chosen);
  const routes = chosen.rule.value.get("route").items();
  const weights = routes.map((route) => known(route.get("weight").number()) ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return routes.flatMap((route, at): Leg[] => {
    const destination = route.get("destination");
    const host = known(destination.get("host").text());
    const weight = routes.length === 1 ? 100 : total === 0 ? 0 : ((weights[at] ?? 0) / total) * 100;
    if (host === undefined || weight === 0) return [];
    const complete = qualify(host, String(chosen.object.namespace), model.config.clusterDomain);
    const ports = visible(model, complete, request.from)?.ports ?? [];
    const only = ports.length === 1 ? ports[0]?.number : undefined;
    const port = known(destination.get("port").get("number").number()) ?? only ?? request.port;
    const subset = known(destination.get("subset").text());
    return [{ host: complete, port, weight, ...(subset === undefined || subset === "" ? {} : { subset }) }];
  });
}

/** The backends of a rule of the Gateway API. */
function backendLegs(
  model: MeshModel,
  request: MeshRequest,
  { object, rule }: NonNullable<RouteChoice["chosen"]>,
): readonly Leg[] {
  const refs = rule.value.get("backendRefs").items();
  const weights = refs.map((ref) => known(ref.get("weight").number()) ?? 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return refs.flatMap((ref, at): Leg[] => {
    const name = known(ref.get("name").text());
    const weight = total === 0 ? 0 : ((weights[at] ?? 0) / total) * 100;
    if (name === undefined || weight === 0) return [];
    const namespace = known(ref.get("namespace").text()) ?? String(object.namespace);
    const host =
      ref.get("kind").text() === "Hostname" ? name : qualify(name, namespace, model.config.clusterDomain);
    return [{ host, port: known(ref.get("port").number()) ?? request.port, weight }];
  });
}

function destinationsOf(
  model: MeshModel,
  request: MeshRequest,
  route: RouteChoice,
  isHttp: boolean,
): readonly DestinationOutcome[] {
  return legsOf(model, request, route).map((leg): DestinationOutcome => {
    const entry = visible(model, leg.host, request.from);
    // Whoever has no proxy follows no rule for clients either.
    const rule = followsRoutes(request.from) ? ruleFor(model, leg.host, request.from, entry) : undefined;
    return {
      ...leg,
      ...(entry === undefined ? {} : { service: entry.object }),
      isElsewhere: entry === undefined && model.registry.declaredPorts(leg.host) !== undefined,
      ...(rule === undefined ? {} : { rule: rule.object }),
      workloads: entry === undefined ? [] : workloadsOf(model, request, leg, entry, rule, isHttp),
    };
  });
}

/** The rule that clients follow: of their own namespace, of the service's, of the root namespace. */
export function ruleFor(
  model: MeshModel,
  host: string,
  from: Caller,
  entry: RegistryEntry | undefined,
): DestinationRuleView | undefined {
  const home = entry === undefined ? undefined : known(entry.object.namespace);
  for (const { things } of model.destinationRules.covering(host)) {
    for (const namespace of [from.namespace, home, model.config.rootNamespace]) {
      const found = things.find(
        ({ object, scope }) => object.namespace === namespace && isVisibleTo(scope, from.namespace),
      );
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function workloadsOf(
  model: MeshModel,
  request: MeshRequest,
  leg: Leg,
  entry: RegistryEntry,
  rule: DestinationRuleView | undefined,
  isHttp: boolean,
): readonly WorkloadOutcome[] {
  const service = model.services.of(entry.object);
  const { namespace } = entry.object;
  if (service === undefined || namespace === UNKNOWN || service.selector.known.size === 0) return [];
  const labels = new Map(service.selector.known);
  const subset = rule?.subsets.find(({ name }) => name === leg.subset);
  for (const [key, value] of subset?.value.get("labels").entries() ?? []) {
    const text = known(value.text());
    if (text !== undefined) labels.set(key, text);
  }
  const target = servicePort(model, entry, leg.port)?.target;
  return model.workloads.select(namespace, labels).workloads.map((workload): WorkloadOutcome => {
    const port = numberOfPort(workload, target) ?? leg.port;
    const connection = connect(model, { request, leg, rule, workload, port });
    const { principal } = request.from;
    const authorization = authorize(
      policiesFor(model, workload, entry.object),
      {
        port,
        ...(connection.isMutual === true && principal !== undefined ? { principal } : {}),
        ...(isHttp && {
          http: {
            method: request.method,
            path: request.path,
            host: request.headers["host"] ?? request.host,
            headers: request.headers,
          },
        }),
      },
      model.config,
    );
    return { workload, port, connection, authorization };
  });
}

/** The policies for a workload, and in ambient mode those for its service, which its waypoint holds to. */
function policiesFor(model: MeshModel, workload: Workload, service: MeshObject): readonly MeshObject[] {
  const index = model.policies(kinds.authorizationPolicy);
  const ofService =
    service.namespace === UNKNOWN || service.name === UNKNOWN
      ? []
      : index.targeting(service.groupKind, service.namespace, service.name);
  return [...new Set([...ofService, ...index.holdingFor(workload)].map(({ object }) => object))];
}

/** The number of a container port that may be known by its name. */
function numberOfPort(workload: Workload, target: number | string | undefined): number | undefined {
  if (typeof target === "number" || target === undefined) return target;
  for (const container of workload.template.get("spec").get("containers").items()) {
    const named = container
      .get("ports")
      .items()
      .find((port: Value) => port.get("name").text() === target);
    if (named !== undefined) return known(named.get("containerPort").number());
  }
  return undefined;
}

function verdictOf(route: RouteChoice, destinations: readonly DestinationOutcome[]): Verdict {
  if (route.open !== undefined) return "unknown";
  if (destinations.length === 0) return "unroutable";
  const isNowhere = ({ service, isElsewhere }: DestinationOutcome): boolean =>
    service === undefined && !isElsewhere;
  const outcomes = destinations.flatMap((destination): readonly (boolean | undefined)[] => {
    const { workloads } = destination;
    if (isNowhere(destination)) return [false];
    // What runs outside of the set is let through by this side; the other side is not known here.
    if (workloads.length === 0) return [true];
    return workloads.map(({ connection, authorization }) =>
      connection.refusal !== undefined ? false : authorization.allowed,
    );
  });
  if (outcomes.includes(undefined)) return "unknown";
  if (destinations.every(isNowhere)) return "unroutable";
  if (outcomes.every((outcome) => outcome === true)) return "allowed";
  return outcomes.every((outcome) => outcome === false) ? "denied" : "mixed";
}
