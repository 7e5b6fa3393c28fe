import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshModel } from "../model";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";

/** Options of {@link gatewayNoWildcardHost}. */
export interface WildcardHostOptions {
  /** Objects that may serve every host, as `namespace/name`. */
  readonly allowed: readonly string[];
}

/** Nothing in these connections says which host is meant, and Istio asks for a star. */
const HOSTLESS = ["TCP", "MONGO", "MYSQL", "REDIS"];

const FIX = 'Name the hosts, for example "shop.example.com" or "*.example.com"';

export const gatewayNoWildcardHost: Rule<WildcardHostOptions> = {
  id: "gateway-no-wildcard-host",
  group: "gateway",
  title: "Gateways and routes name their hosts",
  description:
    "A Gateway, a listener, a VirtualService or a route takes every host there is (*, */*, or none named), so it also answers for hosts that belong to others.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: FIX,
  docs: "https://istio.io/latest/docs/ops/best-practices/security/#avoid-overly-broad-hosts-configurations",
  options: {
    allowed: {
      type: "array",
      items: { type: "string" },
      description: "Objects that may serve every host, as namespace/name.",
      default: [],
    },
  },
  *check(model, options) {
    for (const verdict of checkAll(model))
      if (!options.allowed.includes(verdict.object.key)) yield verdict.verdict;
  },
};

interface Placed {
  readonly object: MeshObject;
  readonly verdict: Verdict;
}

function* checkAll(model: MeshModel): Iterable<Placed> {
  const place = (object: MeshObject, verdicts: Iterable<Verdict>): Placed[] =>
    [...verdicts].map((verdict) => ({ object, verdict }));
  for (const object of model.ofKind(kinds.gateway)) {
    for (const server of object.spec.get("servers").items()) {
      const protocol = server.get("port").get("protocol").text();
      if (typeof protocol === "string" && HOSTLESS.includes(protocol.toUpperCase())) continue;
      if (isWayToIstiod(server)) continue;
      yield* place(object, checkHosts(object, server.get("hosts")));
    }
  }
  for (const object of model.ofKind(kinds.virtualService)) {
    const routed = (field: string): boolean => object.spec.has(field);
    if (routed("tcp") && !routed("http") && !routed("tls")) continue;
    if (routed("tls") && !routed("http") && !routed("tcp") && leadsToIstiod(object)) continue;
    yield* place(object, checkHosts(object, object.spec.get("hosts")));
  }
  for (const object of model.ofKind(kinds.kubernetesGateway)) {
    for (const listener of object.spec.get("listeners").items())
      yield* place(object, checkListener(object, listener));
  }
  for (const kind of [kinds.httpRoute, kinds.grpcRoute, kinds.tlsRoute]) {
    for (const object of model.ofKind(kind)) yield* place(object, checkRoute(object));
  }
}

/** Where istiod serves the proxies and webhooks of other clusters, and machines, through an eastwest gateway. */
const ISTIOD_PORTS: readonly unknown[] = [15_012, 15_017];

/**
 * TLS that goes on to istiod as it is: clients know it by names and addresses of their own clusters, which nobody here can
 * list, and nobody else is behind these ports.
 */
function isWayToIstiod(server: Value): boolean {
  return (
    server.get("tls").get("mode").text() === "PASSTHROUGH" &&
    ISTIOD_PORTS.includes(server.get("port").get("number").number())
  );
}

/** Routes for these ports alone. */
function leadsToIstiod(object: MeshObject): boolean {
  const matches = object.spec
    .get("tls")
    .items()
    .map((route) => route.get("match").items());
  return matches.every(
    (each) => each.length > 0 && each.every((match) => ISTIOD_PORTS.includes(match.get("port").number())),
  );
}

/** A host of a Gateway may carry the namespace of the VirtualServices it is for: `shop/*` names no host either. */
function* checkHosts(object: MeshObject, hosts: Value): Iterable<Verdict> {
  if (hosts.isUnknown) yield object.wait(hosts.path);
  for (const value of hosts.items()) {
    const host = value.text();
    if (host === UNKNOWN) yield object.wait(value.path);
    else if (host !== undefined && host.slice(host.indexOf("/") + 1).trim() === "*") {
      yield object.report(value.path, `host "${host}" takes every host`);
    }
  }
}

function* checkListener(object: MeshObject, listener: Value): Iterable<Verdict> {
  const protocol = listener.get("protocol").text();
  const value = listener.get("hostname");
  const hostname = value.text();
  // Only these protocols see a host; HBONE is the tunnel of a waypoint, and the others are plain connections.
  if (protocol !== UNKNOWN && protocol !== "HTTP" && protocol !== "HTTPS" && protocol !== "TLS") return;
  if (hostname === UNKNOWN || protocol === UNKNOWN) yield object.wait(value.path);
  else if (hostname === undefined || hostname === "" || hostname === "*") {
    const name = listener.get("name").text();
    const which = typeof name === "string" ? `listener "${name}"` : "the listener";
    yield object.report(value.path, `${which} names no hostname, so it takes every host`);
  }
}

/** A route without hostnames takes whatever its gateway lets in; one that is attached to a Service has no hosts. */
function* checkRoute(object: MeshObject): Iterable<Verdict> {
  const hostnames = object.spec.get("hostnames");
  if (hostnames.isUnknown) {
    yield object.wait(hostnames.path);
    return;
  }
  yield* checkHosts(object, hostnames);
  if (hostnames.items().length > 0) return;
  const gateway = object.spec
    .get("parentRefs")
    .items()
    .find((parent) => (parent.get("kind").text() ?? "Gateway") === "Gateway");
  if (gateway !== undefined)
    yield object.report(hostnames.path, "the route names no hostname, so it takes every host of its gateway");
}
