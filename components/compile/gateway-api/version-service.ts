import type { RouteIntent, ServiceIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import { serviceManifest } from "../kubernetes-service";
import { LONGEST_SERVICE_NAME } from "../names";
import { versionServiceName } from "./names";
import type { Refusals } from "./refusals";
import type { ServiceManifest } from "./service-manifest";

/**
 * A Service for each subset that routes lead to: the Gateway API has no subsets, and speaks of versions by their own
 * Services. It selects the service's workloads that carry the subset's labels too, and opens the service's ports.
 */
export function compileVersionServices(
  context: Context,
  routes: readonly RouteIntent[],
  refusals: Refusals,
): Compiled<ServiceManifest>[] {
  const taken = new Map(
    context.intent.services.map(({ key, name, namespace }) => [`${namespace}/${name}`, key]),
  );
  return [...subsetsReached(routes)].sort().map((reached) => {
    const { service, subset } = JSON.parse(reached) as { service: string; subset: string };
    const owner = context.service(service);
    const name = versionServiceName(owner, subset);
    const path = `services.${service}.subsets.${subset}`;
    const other = taken.get(`${owner.namespace}/${name}`);
    if (other !== undefined) {
      refusals.report(
        "version-service",
        path,
        `needs a Service of its own, whose name services.${other} has already`,
        { got: name, expected: "a name that no other Service has", fix: "rename the subset or the service" },
      );
    }
    taken.set(`${owner.namespace}/${name}`, `${service}.subsets.${subset}`);
    if (name.length > LONGEST_SERVICE_NAME) {
      refusals.report("version-service", path, `needs a Service of its own, whose name is too long`, {
        got: `${name}, ${name.length} characters`,
        expected: `${LONGEST_SERVICE_NAME} at most`,
        fix: "shorten the name of the subset or of the service",
      });
    }
    return { source: { kind: "service", service }, manifest: manifest(context, owner, subset, name) };
  });
}

function subsetsReached(routes: readonly RouteIntent[]): ReadonlySet<string> {
  return new Set(
    routes.flatMap(({ to, mirrors = [] }) =>
      [...to, ...mirrors].flatMap((share) =>
        share.to.kind === "service" && share.to.subset !== undefined
          ? [JSON.stringify({ service: share.to.service, subset: share.to.subset })]
          : [],
      ),
    ),
  );
}

function manifest(context: Context, service: ServiceIntent, subset: string, name: string): ServiceManifest {
  const labels = service.subsets.find((each) => each.name === subset)?.labels;
  return serviceManifest(context, service, name, { ...service.labels, ...labels });
}
