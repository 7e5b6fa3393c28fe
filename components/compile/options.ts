import { isDnsLabel, isDnsSubdomain, isNamespacedHost } from "../intent/dns";
import { type InputProblem, MeshError } from "../intent/problem";
import { ROUTING_APIS, type RoutingApi } from "../intent/routing-api";
import { oneOf, show } from "../intent/show";
import type { Transforms } from "./transform";

/** The facts of an installation that a mesh is compiled for. */
export interface CompileOptions {
  /** The DNS domain of the cluster's services. @default "cluster.local" */
  readonly clusterDomain?: string;
  /**
   * The trust domain in the identities of callers.
   *
   * @default "cluster.local", which Istio takes for the mesh's own trust domain whatever that is called
   */
  readonly trustDomain?: string;
  /** Where mesh-wide policies live: Istio's root namespace. @default "istio-system" */
  readonly rootNamespace?: string;
  /**
   * The objects that routes and gateways are written as; a gateway's own `api` counts before it.
   *
   * The Gateway API's definitions must be in the cluster. What it cannot say is refused.
   *
   * @default "istio"
   */
  readonly api?: RoutingApi;
  /**
   * What every scope keeps beside what the mesh itself needs, as `namespace/host`: hosts that Istio's mesh configuration
   * names and the mesh does not. `ServiceMesh` fills it in.
   *
   * @default - nothing
   */
  readonly keepInScope?: readonly string[];
  /**
   * Namespaces whose workloads are in ambient, by name. Policies for them are then where they are read: those that speak of
   * requests at the waypoint, the others at ztunnel. `ServiceMesh` fills it in.
   *
   * @default - workloads have sidecars
   */
  readonly ambient?: Readonly<Record<string, AmbientNamespace>>;
  /** One hook per kind, for fields that the intent does not model. @default - objects stay as compiled */
  readonly transform?: Transforms;
}

/** A namespace in ambient, with the waypoint that the services of it are reached through. */
export interface AmbientNamespace {
  /** Name of the waypoint's Gateway, and of its service account. @default - none, so nobody there reads requests */
  readonly waypoint?: string;
  /** Namespace of the waypoint. @default - the same */
  readonly waypointNamespace?: string;
}

export type Installation = Readonly<Required<Omit<CompileOptions, "transform">>>;

/**
 * Fills the defaults in.
 *
 * @throws {@link MeshError} with every option that is wrong
 */
export function readOptions(options: CompileOptions): Installation {
  const problems: InputProblem[] = [];
  if (typeof options !== "object" || options === null) {
    throw new MeshError("compileMesh", [
      {
        id: "compile/option",
        path: "options",
        message: "is not an object",
        got: show(options),
        expected: "an object with clusterDomain, trustDomain, rootNamespace, api, keepInScope or transform",
        fix: "pass such an object, or nothing",
      },
    ]);
  }
  const read = (
    name: Exclude<keyof Installation, "ambient" | "api" | "keepInScope">,
    fallback: string,
    test: (text: string) => boolean,
  ): string => {
    const value: unknown = options[name] ?? fallback;
    if (typeof value === "string" && test(value)) return value;
    problems.push({
      id: "compile/option",
      path: `options.${name}`,
      message: "is not a DNS name",
      got: show(value),
      expected: `a name such as ${JSON.stringify(fallback)}`,
      fix: "correct the option",
    });
    return fallback;
  };
  const api = ROUTING_APIS.find((each) => each === (options.api ?? "istio"));
  if (api === undefined) {
    problems.push({
      id: "compile/option",
      path: "options.api",
      message: "is not an API that routes can be written for",
      got: show(options.api),
      expected: oneOf(ROUTING_APIS),
      fix: "correct the option",
    });
  }
  const kept: unknown = options.keepInScope ?? [];
  const keepInScope = (Array.isArray(kept) ? (kept as readonly unknown[]) : [kept]).filter(
    (host, index): host is string => {
      if (typeof host === "string" && isNamespacedHost(host)) return true;
      problems.push({
        id: "compile/option",
        path: `options.keepInScope[${index}]`,
        message: "is not a host as a Sidecar takes it",
        got: show(host),
        expected: "namespace/host, such as */otel.observability.svc.cluster.local",
        fix: "correct the option",
      });
      return false;
    },
  );
  const ambient: Record<string, AmbientNamespace> = {};
  for (const [namespace, value] of Object.entries(options.ambient ?? {})) {
    const names = [namespace, value.waypoint, value.waypointNamespace].filter((name) => name !== undefined);
    if (names.every(isDnsLabel)) ambient[namespace] = { ...value };
    else
      problems.push({
        id: "compile/option",
        path: `options.ambient.${namespace}`,
        message: "is not a namespace with a waypoint",
        got: show(value),
        expected: "DNS labels for the namespace, its waypoint and the waypoint's namespace",
        fix: "correct the option",
      });
  }
  const installation = {
    keepInScope,
    ambient,
    api: api ?? "istio",
    clusterDomain: read("clusterDomain", "cluster.local", isDnsSubdomain),
    trustDomain: read("trustDomain", "cluster.local", isDnsSubdomain),
    rootNamespace: read("rootNamespace", "istio-system", isDnsLabel),
  };
  if (problems.length > 0) throw new MeshError("compileMesh", problems);
  return installation;
}
