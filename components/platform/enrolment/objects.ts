import type { Problem } from "../../intent/problem";
import type { NamespaceObject } from "../kubernetes-objects";
import { choiceProblems, labelProblems, printed } from "../problems";
import {
  NamespaceOwnership,
  PodSecurity,
  SidecarInjection,
  type InjectionArgs,
  type NamespaceArgs,
} from "./args";

const REVISION = "istio.io/rev";
const INJECTION = "istio-injection";

/** Labels that decide how a namespace takes part in the mesh; each has its argument. */
const DECIDING_LABELS: Readonly<Record<string, string>> = {
  [REVISION]: "revision",
  [INJECTION]: "injection",
  "pod-security.kubernetes.io/enforce": "podSecurity",
};

function namespaceProblems(name: string, args: NamespaceArgs): Problem[] {
  const path = `namespaces.${name}`;
  const problems = [
    ...labelProblems(path, name),
    ...choiceProblems(`${path}.ownership`, args.ownership, Object.values(NamespaceOwnership)),
    ...choiceProblems(`${path}.injection`, args.injection, Object.values(SidecarInjection)),
    ...choiceProblems(`${path}.podSecurity`, args.podSecurity, Object.values(PodSecurity)),
    ...labelProblems(`${path}.revision`, args.revision),
  ];
  if (
    args.revision !== undefined &&
    (args.injection ?? SidecarInjection.Enabled) !== SidecarInjection.Enabled
  ) {
    problems.push({
      id: "platform/mixed-injection",
      path: `${path}.revision`,
      message: `names who injects, while \`injection\` is ${printed(args.injection)}`,
      got: printed(args.revision),
      expected: '`injection: "enabled"`, or no revision',
      fix: "Remove `revision` or change `injection`",
    });
  }
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
export function injectionProblems(args: InjectionArgs): Problem[] {
  const namespaces = Object.entries(args.namespaces);
  if (namespaces.length === 0) {
    return [
      {
        // A component without children would let everything that depends on it go ahead at once.
        id: "platform/no-namespaces",
        path: "namespaces",
        message: "is empty",
        expected: "at least one namespace",
        fix: "Name a namespace, or leave the component out",
      },
    ];
  }
  return namespaces.flatMap(([name, namespace]) => namespaceProblems(name, namespace));
}

function injectionLabels({
  injection = SidecarInjection.Enabled,
  revision,
}: NamespaceArgs): Record<string, string> {
  switch (injection) {
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

/** The object of a namespace: the whole of it, or what is laid over one that exists. */
export function namespaceObject(name: string, args: NamespaceArgs): NamespaceObject {
  const { podSecurity, annotations } = args;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...args.labels,
        ...(podSecurity === undefined ? {} : { "pod-security.kubernetes.io/enforce": podSecurity }),
        ...injectionLabels(args),
      },
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}
