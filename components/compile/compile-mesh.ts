import type { MeshIntent } from "../intent/intent";
import { type InputProblem, MeshError, type Problem } from "../intent/problem";
import { show } from "../intent/show";
import { ambientProblems } from "./ambient-problems";
import { compileAuthorizationPolicies } from "./authorization-policy";
import type { Compiled } from "./compiled";
import { makeContext } from "./context";
import { delegateProblems } from "./delegate-problems";
import { compileRoutes } from "./compile-routes";
import { declareHosts } from "./declared-hosts";
import { compileEgress } from "./egress";
import { Refusals } from "./gateway-api/refusals";
import { compileGlobalRateLimits } from "./rate-limit/global";
import { compileLocalRateLimits } from "./rate-limit/local";
import { identify, type MeshManifest } from "./mesh-manifest";
import { type CompileOptions, readOptions } from "./options";
import { LONGEST_NAME } from "./names";
import { compileServices } from "./kubernetes-service";
import { inApplyOrder } from "./order";
import { compileNetworkPolicies } from "./network-policy";
import { compilePassthroughPermissions } from "./passthrough";
import { compilePeerAuthentications } from "./peer-authentication";
import { compileProxyConfigs } from "./proxy-config";
import { compileRequestAuthentications } from "./request-authentication";
import { compileServiceEntries } from "./service-entry";
import { compileSidecars } from "./sidecar";
import { compileTelemetries } from "./telemetry";
import { transformed } from "./transform";
import { compileWorkloads } from "./workloads";

/**
 * Compiles a mesh to the Kubernetes objects that make Istio behave so.
 *
 * Pure: the same mesh gives the same objects in the same order, whatever the order of its declarations.
 *
 * @param mesh what `defineMesh` returned
 * @returns the objects in the order of apply
 * @throws {@link MeshError} with every problem of the mesh, of the options or of the hooks
 * @example const manifests = compileMesh(shop, { trustDomain: "example.org" });
 */
export function compileMesh(
  mesh: { intent(): MeshIntent },
  options: CompileOptions = {},
): readonly MeshManifest[] {
  const context = makeContext(intentOf(mesh), readOptions(options));
  const refusals = new Refusals();
  const compiled: readonly Compiled[] = [
    ...compilePeerAuthentications(context),
    ...compileRequestAuthentications(context),
    ...compileAuthorizationPolicies(context),
    ...compileNetworkPolicies(context),
    ...compileTelemetries(context),
    ...compileServices(context),
    ...compileServiceEntries(context),
    ...compileWorkloads(context),
    ...compileEgress(context),
    ...compileLocalRateLimits(context),
    ...compileGlobalRateLimits(context),
    ...compilePassthroughPermissions(context),
    ...compileProxyConfigs(context),
    ...compileSidecars(context),
    ...compileRoutes(context, refusals),
  ];
  const problems: Problem[] = [
    ...refusals.problems,
    ...ambientProblems(context),
    ...delegateProblems(context),
    ...identityProblems(compiled),
  ];
  const manifests = compiled.map((each) => transformed(unshared(each), options.transform ?? {}, problems));
  if (problems.length > 0) throw new MeshError(`mesh ${JSON.stringify(context.intent.name)}`, problems);
  return inApplyOrder(manifests.map(declareHosts(context)));
}

/** Callers without a compiler may pass anything; what they get is a problem, not a TypeError. */
function intentOf(mesh: unknown): MeshIntent {
  if (typeof mesh === "object" && mesh !== null && "intent" in mesh && typeof mesh.intent === "function") {
    return (mesh as { intent(): MeshIntent }).intent();
  }
  throw new MeshError("compileMesh", [
    {
      id: "compile/mesh",
      path: "mesh",
      message: "is not a mesh",
      got: show(mesh),
      expected: "what defineMesh returned",
      fix: "pass the mesh itself",
    },
  ]);
}

/** No two places hold one and the same list: a hook may then change one, and YAML needs no anchors. */
function unshared({ manifest, source }: Compiled): Compiled {
  return { manifest: JSON.parse(JSON.stringify(manifest)) as MeshManifest, source };
}

/** Two objects of one name would overwrite each other, the later one winning in silence. */
function* identityProblems(compiled: readonly Compiled[]): Iterable<InputProblem> {
  const seen = new Map<string, Compiled>();
  for (const each of compiled) {
    const name = identify(each.manifest);
    if (each.manifest.metadata.name.length > LONGEST_NAME) {
      yield {
        id: "compile/name-too-long",
        path: name,
        message: "has a name that is too long for Kubernetes",
        got: `${each.manifest.metadata.name.length} characters`,
        expected: `${LONGEST_NAME} at most`,
        fix: "give the gateway a shorter name, or expose a shorter host",
      };
    }
    const first = seen.get(name);
    if (first !== undefined) {
      yield {
        id: "compile/duplicate-object",
        path: name,
        message: "is compiled twice",
        got: `${JSON.stringify(first.source)} and ${JSON.stringify(each.source)}`,
        expected: "a name of its own for each object",
        fix: "rename one of the two, or move it to another namespace",
      };
    }
    seen.set(name, each);
  }
}
