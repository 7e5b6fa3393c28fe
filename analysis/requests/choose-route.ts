import { isVisibleTo } from "../model/export-scope";
import { hostCovers } from "../model/hosts";
import type { MeshObject } from "../model/mesh-object";
import { delegateOf, MESH_GATEWAY, type RouteRule, type VirtualServiceView } from "../model/virtual-service";
import type { MeshModel } from "../model";
import type { Value } from "../reader";
import { meetsCaller, meetsHttpMatch } from "./http-match";
import { every, some, type Answer, type MeshRequest } from "./request";

/** The rule that takes a request. */
export interface ChosenRoute {
  readonly object: MeshObject;
  readonly rule: RouteRule;
  /** The VirtualService that delegated to the one of the rule. */
  readonly delegatedBy?: MeshObject;
}

/** What becomes of a request by the routes of the set. */
export interface RouteChoice {
  /** Absent where no VirtualService speaks of the host, or none of its rules takes the request. */
  readonly chosen?: ChosenRoute;
  /** The VirtualServices that were asked, in order; empty where none speaks of the host. */
  readonly asked: readonly MeshObject[];
  /** A rule that might take it, by a value that is known only after deployment. */
  readonly open?: Value;
}

/** Which rule takes a request: that of the most specific host, the first that matches. */
export function chooseRoute(model: MeshModel, request: MeshRequest, isHttp: boolean): RouteChoice {
  const views = viewsFor(model, request);
  const asked = views.map(({ object }) => object);
  for (const view of views) {
    for (const rule of view.rules) {
      if ((rule.protocol === "http") !== isHttp) continue;
      const answer = takes(rule, request, String(view.object.namespace));
      if (answer === false) continue;
      if (answer === undefined) return { asked, open: rule.value };
      const delegated = delegate(model, view, rule, request);
      if (delegated !== undefined) return { asked, ...delegated };
      return { asked, chosen: { object: view.object, rule } };
    }
  }
  return { asked };
}

/** The VirtualServices that the caller's proxy has for the host; at a gateway all of them together, in a sidecar one. */
function viewsFor(model: MeshModel, request: MeshRequest): readonly VirtualServiceView[] {
  const gateway = request.from.gateway ?? MESH_GATEWAY;
  for (const { things } of model.virtualServiceIndex.covering(request.host)) {
    const views = things.filter(
      ({ gateways, scope }) => gateways.includes(gateway) && isVisibleTo(scope, request.from.namespace),
    );
    if (views.length > 0) return request.from.gateway === undefined ? views.slice(0, 1) : views;
  }
  return [];
}

function takes({ protocol, value }: RouteRule, request: MeshRequest, namespace: string): Answer {
  const matches = value.get("match");
  if (matches.isUnknown || value.isUnknown) return undefined;
  if (matches.items().length === 0) return true;
  return some(matches.items(), (match) => {
    if (protocol === "http") return meetsHttpMatch(match, request, namespace);
    return every(
      [
        meetsCaller(match, request, namespace),
        protocol === "tcp" ||
          some(match.get("sniHosts").items(), (host) => meetsServerName(host, request.host)),
      ],
      (part) => part,
    );
  });
}

function meetsServerName(host: Value, name: string): Answer {
  const text = host.text();
  return typeof text === "symbol" ? undefined : text !== undefined && hostCovers(text, name);
}

/** A rule that delegates takes what a rule of the delegate takes. */
function delegate(
  model: MeshModel,
  view: VirtualServiceView,
  rule: RouteRule,
  request: MeshRequest,
): Pick<RouteChoice, "chosen" | "open"> | undefined {
  if (!rule.value.has("delegate")) return undefined;
  const target = delegateOf(rule.value, view.object.namespace);
  const other = target && model.virtualService(target.namespace, target.name);
  if (other === undefined) return {};
  const { object } = other;
  for (const inner of other.rules) {
    const answer = inner.protocol === "http" ? takes(inner, request, String(object.namespace)) : false;
    if (answer === undefined) return { open: inner.value };
    if (answer) return { chosen: { object, rule: inner, delegatedBy: view.object } };
  }
  return {};
}
