import type { InputProblem } from "../../intent/problem";
import {
  BUNDLE_VERSION,
  GATEWAY_API_REQUIREMENTS,
  gatewayApiCrds,
  type GatewayApiRequirement,
  isAtLeast,
} from "../../resources/crds";
import { choiceProblems, printed } from "../problems";
import { versionProblems } from "../versions";
import { type GatewayApiCrdsArgs, GatewayApiOwnership } from "./args";

/** A definition that the mesh needs, and what istiod asks of it. */
export interface RequiredDefinition extends GatewayApiRequirement {
  readonly kind: string;
  /** `httproutes.gateway.networking.k8s.io` */
  readonly name: string;
}

/** The kinds of the standard channel that istiod reads. */
const KINDS: ReadonlyMap<string, RequiredDefinition> = new Map(
  gatewayApiCrds.crds.flatMap(({ metadata: { name }, names: { kind } }) => {
    const requirement = GATEWAY_API_REQUIREMENTS.get(name);
    return requirement === undefined ? [] : [[kind, { ...requirement, kind, name }] as const];
  }),
);

/** Whether istiod reads a kind of the Gateway API's standard channel. */
export function isRead(kind: string): boolean {
  return KINDS.has(kind);
}

/** Minimum releases that are new in 1.31. */
const NEW_IN_1_31: readonly string[] = ["TCPRoute"];

/** The definitions that the arguments ask for. */
export function requiredDefinitions({
  kinds,
  istioVersion,
}: Pick<GatewayApiCrdsArgs, "kinds" | "istioVersion">): RequiredDefinition[] {
  const older = istioVersion?.startsWith("1.30.") === true;
  return [...KINDS.values()]
    .filter(({ kind }) => kinds === undefined || kinds.includes(kind))
    .map(({ minimum, ...rest }) =>
      minimum === undefined || (older && NEW_IN_1_31.includes(rest.kind)) ? rest : { ...rest, minimum },
    );
}

/** Every problem of the arguments, none when they are fine. */
export function gatewayApiCrdsProblems(args: GatewayApiCrdsArgs): InputProblem[] {
  const problems = [
    ...choiceProblems("ownership", args.ownership, Object.values(GatewayApiOwnership)),
    ...versionProblems("istioVersion", args.istioVersion),
    ...(args.kinds ?? []).flatMap((kind, index) =>
      choiceProblems(`kinds[${index}]`, kind, [...KINDS.keys()]),
    ),
  ];
  const { bundleVersion } = args;
  if (bundleVersion === undefined) return problems;
  if (args.ownership !== GatewayApiOwnership.Adopt) {
    problems.push({
      id: "platform/gateway-api-version",
      path: "bundleVersion",
      message: "says what the cluster has, but the definitions are installed",
      got: printed(bundleVersion),
      expected: `ownership ${printed(GatewayApiOwnership.Adopt)}`,
      fix: "Remove `bundleVersion`, or adopt what the cluster has",
    });
  }
  if (isAtLeast(bundleVersion, "0.0.0") === undefined) {
    problems.push({
      id: "platform/gateway-api-version",
      path: "bundleVersion",
      message: "is not a release of the Gateway API",
      got: printed(bundleVersion),
      expected: 'a release such as "v1.6.0"',
      fix: `Copy the annotation ${BUNDLE_VERSION} of the cluster's definitions`,
    });
    return problems;
  }
  return [
    ...problems,
    ...requiredDefinitions(args).flatMap(({ kind, minimum }) =>
      minimum === undefined || isAtLeast(bundleVersion, minimum) === true
        ? []
        : [tooOld("bundleVersion", kind, bundleVersion, minimum)],
    ),
  ];
}

/** What a definition looks like in a cluster; every field may be absent. */
export interface FoundDefinition {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly served?: readonly string[] | undefined;
}

/** What keeps istiod from reading a kind by the definition that was found. */
export function definitionProblems(
  { kind, name, served: wanted, minimum }: RequiredDefinition,
  { annotations, served = [] }: FoundDefinition,
): InputProblem[] {
  const problems: InputProblem[] = [];
  if (!served.includes(wanted)) {
    problems.push({
      id: "platform/gateway-api-version",
      path: name,
      message: `does not serve the version of ${kind} that istiod reads`,
      got: served.length === 0 ? "no version" : served.join(", "),
      expected: wanted,
      fix: "Raise the cluster's Gateway API to v1.6.0 or later",
    });
  }
  const release = annotations?.[BUNDLE_VERSION];
  if (minimum !== undefined && (release === undefined || isAtLeast(release, minimum) !== true)) {
    problems.push(tooOld(name, kind, release, minimum));
  }
  return problems;
}

function tooOld(path: string, kind: string, release: string | undefined, minimum: string): InputProblem {
  return {
    id: "platform/gateway-api-version",
    path,
    message: `istiod would look past every ${kind}`,
    got: release === undefined ? `no annotation ${BUNDLE_VERSION}` : printed(release),
    expected: `release v${minimum} or later`,
    fix: "Raise the cluster's Gateway API to v1.6.0 or later, or let it be installed",
  };
}
