import type { KubernetesObject } from "../../../analysis";
import type { Draw } from "./draw";
import { at, listAt, type App, type Mesh } from "./mesh";
import { AMBIENT, MACHINES } from "./ambient-objects";
import { EDGE, ROOT } from "./platform-objects";

const APART: ReadonlySet<string> = new Set([AMBIENT, MACHINES, EDGE, ROOT]);

/** Objects of a kind in the namespaces of services with sidecars. */
export function ofApps(mesh: Mesh, kind: string, group = ""): readonly KubernetesObject[] {
  return mesh.of(kind, group).filter(({ metadata }) => !APART.has(metadata.namespace ?? metadata.name));
}

/** The workloads of services with sidecars. */
export function workloads(mesh: Mesh): readonly KubernetesObject[] {
  return ["Deployment", "StatefulSet", "DaemonSet"].flatMap((kind) => ofApps(mesh, kind));
}

export function appNamespace(mesh: Mesh, draw: Draw): KubernetesObject {
  return draw.from(ofApps(mesh, "Namespace"));
}

/** A service that speaks HTTP, and its VirtualService. */
export function routed(mesh: Mesh, draw: Draw): readonly [App, KubernetesObject] {
  const routes = mesh.of("VirtualService");
  const pairs = mesh.apps.flatMap((app) => {
    const route = routes.find(
      (each) =>
        each.metadata.name === app.name &&
        each.metadata.namespace === app.namespace &&
        listAt(each, "spec.http").length > 0,
    );
    return route === undefined ? [] : [[app, route] as const];
  });
  return draw.from(pairs);
}

/** A rule of a VirtualService: its path, and what stands there. */
export function httpRule(route: KubernetesObject, draw: Draw): readonly [string, unknown] {
  const [index, rule] = draw.placeIn(listAt(route, "spec.http"));
  return [`spec.http[${index}]`, rule];
}

/** A share of a rule of a VirtualService: its path. */
export function share(route: KubernetesObject, draw: Draw): string {
  const [path, rule] = httpRule(route, draw);
  const [index] = draw.placeIn(listAt(rule, "route"));
  return `${path}.route[${index}]`;
}

/** The service's own rule of traffic. */
export function destinationRule(mesh: Mesh, app: App): KubernetesObject {
  return mesh.find("DestinationRule", app.namespace, app.name);
}

/** The policy that names the callers of a service. */
export function callersPolicy(mesh: Mesh, draw: Draw): KubernetesObject {
  return draw.from(
    ofApps(mesh, "AuthorizationPolicy").filter(
      (policy) => listAt(policy, "spec.rules.0.from.0.source.principals").length > 0,
    ),
  );
}

/** A copy of a text with a slip of the pen. */
export function misspelt(text: unknown): string {
  const word = String(text);
  return `${word.slice(0, -1)}x${word.slice(-1)}`;
}

export function textAt(value: unknown, path: string): string {
  return String(at(value, path));
}
