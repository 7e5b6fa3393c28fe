import type { InputProblem } from "../../intent/problem";
import type { NamespaceObject } from "../kubernetes-objects";
import { choiceProblems, derivedProblems, labelProblems, printed } from "../problems";
import {
  DataplaneMode,
  NamespaceOwnership,
  PodSecurity,
  SidecarInjection,
  type InjectionArgs,
  type NamespaceArgs,
} from "./args";

const REVISION = "istio.io/rev";
const INJECTION = "istio-injection";
const DATAPLANE_MODE = "istio.io/dataplane-mode";
const WAYPOINT = "istio.io/use-waypoint";
const WAYPOINT_NAMESPACE = "istio.io/use-waypoint-namespace";

const CONTROL_PLANE_CLUSTERS = "topology.istio.io/controlPlaneClusters";

/** Labels that decide how a namespace takes part in the mesh; each has its argument. */
const DECIDING_LABELS: Readonly<Record<string, string>> = {
  [REVISION]: "revision",
  [INJECTION]: "injection",
  [DATAPLANE_MODE]: "dataplaneMode",
  [WAYPOINT]: "waypoint",
  [WAYPOINT_NAMESPACE]: "waypointNamespace",
  "pod-security.kubernetes.io/enforce": "podSecurity",
};

function namespaceProblems(name: string, args: NamespaceArgs): InputProblem[] {
  const path = `namespaces.${name}`;
  const problems = [
    ...labelProblems(path, name),
    ...choiceProblems(`${path}.ownership`, args.ownership, Object.values(NamespaceOwnership)),
    ...choiceProblems(`${path}.injection`, args.injection, Object.values(SidecarInjection)),
    ...choiceProblems(`${path}.podSecurity`, args.podSecurity, Object.values(PodSecurity)),
    ...choiceProblems(`${path}.dataplaneMode`, args.dataplaneMode, Object.values(DataplaneMode)),
    ...labelProblems(`${path}.revision`, args.revision),
    ...labelProblems(`${path}.waypoint`, args.waypoint),
    ...labelProblems(`${path}.waypointNamespace`, args.waypointNamespace),
  ];
  const ambient = args.dataplaneMode === DataplaneMode.Ambient;
  if (ambient && args.injection === SidecarInjection.Enabled) {
    problems.push({
      id: "platform/mixed-injection",
      path: `${path}.dataplaneMode`,
      message:
        "is ambient, while every pod gets a sidecar: the sidecars would win, and ambient would mean nothing",
      got: printed(args.dataplaneMode),
      expected: '`injection: "on-request"` or `"disabled"` beside it',
      fix: "Remove `injection`, or `dataplaneMode`",
    });
  }
  for (const field of ["waypoint", "waypointNamespace"] as const) {
    if (args[field] === undefined || (ambient && (field === "waypoint" || args.waypoint !== undefined)))
      continue;
    problems.push({
      id: "platform/mixed-injection",
      path: `${path}.${field}`,
      message: ambient ? "says where no waypoint is" : "is for ambient pods, and the namespace has none",
      got: printed(args[field]),
      expected: ambient ? "a `waypoint` beside it" : '`dataplaneMode: "ambient"`',
      fix: ambient ? "Name the waypoint" : `Remove \`${field}\``,
    });
  }
  if (args.revision !== undefined && injectionOf(args) !== SidecarInjection.Enabled) {
    problems.push({
      id: "platform/mixed-injection",
      path: `${path}.revision`,
      message: `names who injects, while \`injection\` is ${printed(injectionOf(args))}`,
      got: printed(args.revision),
      expected: '`injection: "enabled"`, or no revision',
      fix: "Remove `revision` or change `injection`",
    });
  }
  problems.push(
    ...(args.controlPlaneClusters ?? []).flatMap((cluster, index) =>
      cluster === "*" ? [] : labelProblems(`${path}.controlPlaneClusters[${index}]`, cluster),
    ),
    ...derivedProblems(`${path}.annotations`, args.annotations, {
      [CONTROL_PLANE_CLUSTERS]: "controlPlaneClusters",
    }),
  );
  for (const [label, argument] of Object.entries(DECIDING_LABELS)) {
    if (args.labels !== undefined && label in args.labels) {
      problems.push({
        id: "platform/mixed-injection",
        path: `${path}.labels["${label}"]`,
        message: "is set by an argument, and two sources would contradict each other",
        got: printed(args.labels[label]),
        expected: "no value here",
        fix: `Use \`${argument}\``,
      });
    }
  }
  return problems;
}

/** Every problem of the arguments, none when they are fine. */
export function injectionProblems(args: InjectionArgs): InputProblem[] {
  const namespaces = Object.entries(args.namespaces);
  if (namespaces.length === 0) {
    return [
      {
        // A component without children would let everything that depends on it go ahead at once.
        id: "platform/no-namespaces",
        path: "namespaces",
        message: "is empty",
        got: "no namespaces",
        expected: "at least one namespace",
        fix: "Name a namespace, or leave the component out",
      },
    ];
  }
  return namespaces.flatMap(([name, namespace]) => namespaceProblems(name, namespace));
}

/** Who gets sidecars in a namespace. */
export function injectionOf({ injection, dataplaneMode }: NamespaceArgs): SidecarInjection {
  if (injection !== undefined) return injection;
  return dataplaneMode === DataplaneMode.Ambient ? SidecarInjection.OnRequest : SidecarInjection.Enabled;
}

function injectionLabels(args: NamespaceArgs): Record<string, string> {
  const { revision } = args;
  switch (injectionOf(args)) {
    case SidecarInjection.Enabled:
      // Never both: the older label wins over a revision and would hide it.
      return revision === undefined || revision === "default"
        ? { [INJECTION]: "enabled" }
        : { [REVISION]: revision };
    case SidecarInjection.Disabled:
      return { [INJECTION]: "disabled" };
    case SidecarInjection.OnRequest:
      return {};
  }
}

function ambientLabels({
  dataplaneMode,
  waypoint,
  waypointNamespace,
}: NamespaceArgs): Record<string, string> {
  return {
    ...(dataplaneMode === undefined ? {} : { [DATAPLANE_MODE]: dataplaneMode }),
    ...(waypoint === undefined ? {} : { [WAYPOINT]: waypoint }),
    ...(waypointNamespace === undefined ? {} : { [WAYPOINT_NAMESPACE]: waypointNamespace }),
  };
}

/** The object of a namespace: the whole of it, or what is laid over one that exists. */
export function namespaceObject(name: string, args: NamespaceArgs): NamespaceObject {
  const { podSecurity, controlPlaneClusters: clusters } = args;
  const annotations =
    clusters === undefined
      ? args.annotations
      : { ...args.annotations, [CONTROL_PLANE_CLUSTERS]: clusters.join(",") };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...args.labels,
        ...(podSecurity === undefined ? {} : { "pod-security.kubernetes.io/enforce": podSecurity }),
        ...injectionLabels(args),
        ...ambientLabels(args),
      },
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}
