import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { MeshModel } from "../model";
import type { Rule, Verdict } from "../rule";
import { push } from "../model/workloads";
import { known } from "../reader";

/** Options of {@link gatewayNoPlaintext}. */
export interface PlaintextOptions {
  /** Port numbers that may be plaintext, for a load balancer in front that ends TLS. */
  readonly allowedPorts: readonly number[];
}

/** It asks the routes of a Gateway API listener whether they redirect, so it needs the whole set. */
export const gatewayNoPlaintext: Rule<PlaintextOptions> = {
  id: "gateway-no-plaintext",
  group: "gateway",
  title: "Gateways speak TLS",
  description:
    "A gateway opens a plaintext port that does not merely redirect to HTTPS, so requests and credentials cross the network readable and changeable.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: [],
  fix: "Serve HTTPS and set tls.httpsRedirect: true on the HTTP server",
  docs: "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
  options: {
    allowedPorts: {
      type: "array",
      items: { type: "number" },
      description: "Port numbers that may be plaintext, for a load balancer in front that ends TLS.",
      default: [],
    },
  },
  *check(model, options) {
    const allowed = new Set(options.allowedPorts);
    for (const object of model.ofKind(kinds.gateway)) {
      for (const server of object.spec.get("servers").items()) yield* checkServer(object, server, allowed);
    }
    const gateways = model.ofKind(kinds.kubernetesGateway);
    if (gateways.length === 0) return;
    const routes = routesByGateway(model);
    for (const object of gateways) {
      for (const listener of object.spec.get("listeners").items()) {
        yield* checkListener(object, listener, routes.get(object.key) ?? [], allowed);
      }
    }
  },
};

function* checkServer(object: MeshObject, server: Value, allowed: ReadonlySet<number>): Iterable<Verdict> {
  const value = server.get("port").get("protocol");
  const protocol = value.text();
  const port = known(server.get("port").get("number").number());
  const tls = server.get("tls");
  const redirect = tls.get("httpsRedirect").boolean();
  if (port !== undefined && allowed.has(port)) return;
  if (protocol === UNKNOWN) yield object.wait(value.path);
  if (protocol === UNKNOWN || protocol === undefined) return;
  if (isEncrypted(protocol) || redirect === true || isTerminated(tls)) return;
  if (redirect === UNKNOWN || tls.get("mode").isUnknown) {
    yield object.wait(tls.path);
    return;
  }
  const opens = `port ${port ?? "?"} serves plaintext ${protocol.toUpperCase()}`;
  yield isHttp(protocol)
    ? object.report(server.path, `${opens} without tls.httpsRedirect`)
    : object.report(server.path, `${opens} without TLS`, {
        fix: "Use protocol TLS with mode SIMPLE, MUTUAL or, where the client's TLS ends at the workload, PASSTHROUGH",
      });
}

function isEncrypted(protocol: string): boolean {
  return /^(https|tls)$/i.test(protocol);
}

function isHttp(protocol: string): boolean {
  return /^(http2?|grpc(-web)?|http_proxy)$/i.test(protocol);
}

/** A TLS mode on another protocol: TCP inside TLS, or the mesh's own mutual TLS. */
function isTerminated(tls: Value): boolean {
  return typeof tls.get("mode").text() === "string";
}

function* checkListener(
  object: MeshObject,
  listener: Value,
  routes: readonly AttachedRoute[],
  allowed: ReadonlySet<number>,
): Iterable<Verdict> {
  const protocol = listener.get("protocol").text();
  const port = known(listener.get("port").number());
  const name = known(listener.get("name").text());
  if (protocol === UNKNOWN) yield object.wait(listener.get("protocol").path);
  // UDP and the tunnel of a waypoint are not a client's plaintext; a TCP listener's stream is.
  if ((protocol !== "HTTP" && protocol !== "TCP") || (port !== undefined && allowed.has(port))) return;
  const attached = routes.filter(({ section }) => section === undefined || section === name);
  if (protocol === "HTTP" && attached.length > 0 && attached.every(({ route }) => redirectsToHttps(route)))
    return;
  const which = name === undefined ? "the listener" : `listener "${name}"`;
  const serving = attached.find(({ route }) => !redirectsToHttps(route));
  const because =
    serving === undefined
      ? "and no route of it redirects to HTTPS"
      : `and "${serving.route.key}" serves requests there instead of redirecting`;
  yield object.report(
    listener.path,
    protocol === "HTTP"
      ? `${which} opens port ${port ?? "?"} for plaintext HTTP, ${because}`
      : `${which} opens port ${port ?? "?"} for plaintext TCP`,
    {
      fix:
        protocol === "HTTP"
          ? "Serve HTTPS, and attach to this listener only a route with a RequestRedirect filter of scheme https"
          : "Use a listener of protocol TLS",
    },
  );
}

interface AttachedRoute {
  readonly route: MeshObject;
  /** The listener it names; all of them where it names none. */
  readonly section: string | undefined;
}

function routesByGateway(model: MeshModel): ReadonlyMap<string, readonly AttachedRoute[]> {
  const byGateway = new Map<string, AttachedRoute[]>();
  for (const kind of [kinds.httpRoute, kinds.grpcRoute]) {
    for (const route of model.ofKind(kind)) {
      for (const parent of route.spec.get("parentRefs").items()) {
        const name = known(parent.get("name").text());
        const namespace = known(parent.get("namespace").text()) ?? known(route.namespace);
        if ((parent.get("kind").text() ?? "Gateway") !== "Gateway" || name === undefined) continue;
        push(byGateway, `${namespace ?? ""}/${name}`, {
          route,
          section: known(parent.get("sectionName").text()),
        });
      }
    }
  }
  return byGateway;
}

function redirectsToHttps(route: MeshObject): boolean {
  const rules = route.spec.get("rules").items();
  return (
    rules.length > 0 &&
    rules.every((rule) =>
      rule
        .get("filters")
        .items()
        .some((filter) => filter.get("requestRedirect").get("scheme").text() === "https"),
    )
  );
}
