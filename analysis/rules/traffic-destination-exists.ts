import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { isVisibleTo } from "../model/export-scope";
import { qualify } from "../model/hosts";
import { kinds } from "../model/kinds";
import { delegateOf, type DestinationUse, type VirtualServiceView } from "../model/virtual-service";
import type { Rule, Verdict } from "../rule";
import { nearest } from "../text";

export const trafficDestinationExists: Rule = {
  id: "traffic-destination-exists",
  group: "traffic",
  title: "Routes lead to hosts and ports that exist",
  description:
    "A route, mirror or delegate names a host that no Service or ServiceEntry declares, a port that it does not open, or no port where it opens several: requests get a 503.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101", "IST0112", "KIA1101"],
  fix: "Correct the name, or declare the host: by a Service or ServiceEntry in this set, or, where it lives elsewhere, by the annotation meshwright.dev/declared-hosts",
  docs: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
  *check(model) {
    for (const view of model.virtualServices) {
      for (const use of view.destinations()) yield* checkDestination(model, view, use);
      for (const { value } of view.rules)
        yield* checkDelegate(model, view, value.has("delegate") ? value : undefined);
    }
  },
};

function* checkDestination(
  model: MeshModel,
  view: VirtualServiceView,
  use: DestinationUse,
): Iterable<Verdict> {
  const { object } = view;
  const hostValue = use.destination.get("host");
  const host = hostValue.text();
  if (host === UNKNOWN || (host !== undefined && object.namespace === UNKNOWN))
    yield object.wait(hostValue.path);
  // An absent host is a malformed object, which schema-valid reports.
  if (host === undefined || host === "" || host === UNKNOWN || object.namespace === UNKNOWN) return;

  const complete = qualify(host, object.namespace, model.config.clusterDomain);
  const entries = model.registry.lookup(complete);
  if (entries.length === 0) {
    const ports = model.registry.declaredPorts(complete);
    if (ports !== undefined) yield* checkPort(view, use, complete, ports, false);
    else if (model.registry.isOpen) yield object.wait(hostValue.path);
    else
      yield object.report(hostValue.path, unknownHost(model, use.role, host, complete), {
        anchors: anchorsOf(use),
      });
    return;
  }
  const visible = entries.filter((entry) =>
    view.clientNamespaces.some((namespace) => isVisibleTo(entry.scope, namespace)),
  );
  if (visible.length === 0) {
    const owner = entries.map((entry) => `${entry.kind} "${entry.object.key}"`).join(", ");
    yield object.report(
      hostValue.path,
      `the ${use.role} goes to host "${complete}", but ${owner} does not export it to namespace "${object.namespace}"`,
      {
        anchors: ["IST0101"],
        fix: "Export the host to this namespace (exportTo), or move the route to one that sees it",
      },
    );
    return;
  }
  const open = visible.flatMap((entry) => entry.ports.map(({ number }) => number));
  const isOpen = visible.some(({ portsOpen }) => portsOpen);
  yield* checkPort(view, use, complete, ascending(open), isOpen);
}

function* checkPort(
  view: VirtualServiceView,
  use: DestinationUse,
  host: string,
  open: readonly number[],
  portsOpen: boolean,
): Iterable<Verdict> {
  const { object } = view;
  const portValue = use.destination.get("port").get("number");
  const port = portValue.number();
  if (port === UNKNOWN) yield object.wait(portValue.path);
  else if (port === undefined) {
    if (open.length > 1) {
      yield object.report(
        use.destination.path,
        `the ${use.role} to "${host}" names no port, and the host opens several: ${open.join(", ")}`,
        { anchors: ["IST0112"], fix: `Set ${use.destination.path}.port.number to one of ${open.join(", ")}` },
      );
    }
  } else if (!open.includes(port)) {
    if (portsOpen) yield object.wait(portValue.path);
    else if (open.length > 0) {
      yield object.report(
        portValue.path,
        `the ${use.role} goes to port ${port} of "${host}", which opens ${open.join(", ")}`,
        {
          anchors: ["IST0101"],
          fix: `Use one of the ports ${open.join(", ")}, or open port ${port} on the host`,
        },
      );
    }
  }
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function* checkDelegate(
  model: MeshModel,
  view: VirtualServiceView,
  rule: DestinationUse["destination"] | undefined,
): Iterable<Verdict> {
  if (rule === undefined) return;
  const { object } = view;
  const value = rule.get("delegate");
  const target = delegateOf(rule, object.namespace);
  if (target === undefined) {
    yield object.wait(value.path);
    return;
  }
  if (model.find(kinds.virtualService, target.namespace, target.name) !== undefined) return;
  if (
    model.virtualServices.some((each) => each.object.name === UNKNOWN || each.object.namespace === UNKNOWN)
  ) {
    yield object.wait(value.path);
    return;
  }
  yield object.report(
    value.path,
    `the rule delegates to VirtualService "${target.namespace}/${target.name}", which does not exist`,
    {
      anchors: ["IST0101"],
      fix: "Correct the delegate's name and namespace, or add that VirtualService to this set",
    },
  );
}

/** Kiali looks at routes alone, so its code does not speak of a mirror. */
function anchorsOf(use: DestinationUse): readonly string[] {
  return use.role === "route" ? ["IST0101", "KIA1101"] : ["IST0101"];
}

function unknownHost(model: MeshModel, role: string, host: string, complete: string): string {
  const named = host.toLowerCase() === complete ? `"${complete}"` : `"${host}" (that is "${complete}")`;
  const base = `the ${role} goes to host ${named}, which no Service or ServiceEntry declares`;
  if (host.includes(".")) {
    // `reviews.bookinfo` reads like a short name and is none: say so instead of leaving the reader to wonder.
    for (const suffix of [`.svc.${model.config.clusterDomain}`, `.${model.config.clusterDomain}`]) {
      const meant = `${complete}${suffix}`;
      if (model.registry.knows(meant)) {
        return `${base}: a name with a dot is taken as it stands; "${meant}" exists`;
      }
    }
  }
  const near = nearest(complete, model.registry.hosts);
  return near === undefined ? base : `${base}; did you mean "${near}"?`;
}
