import type { InputProblem } from "../../intent/problem";
import { inBrief } from "../problems";

/** What istiod's environment asks of it that its permissions and its pod must go along with. */
export interface AskedOfIstiod {
  /** Findings are written into the status of mesh objects. */
  readonly analysis: boolean;
  /** The root certificate is published as a ClusterTrustBundle. */
  readonly clusterTrustBundles: boolean;
  /** Deployments of gateways are made for Gateway objects of the Gateway API. */
  readonly gatewayDeployments: boolean;
  /** API group of multi-cluster services. */
  readonly multiClusterGroup: string;
  /** Taints are taken from nodes once the CNI agent is there. */
  readonly untaint: boolean;
  /** Go's cryptography is held to what FIPS 140-3 approves. */
  readonly fips: boolean;
}

const ANALYSIS = "PILOT_ENABLE_ANALYSIS";
const CLUSTER_TRUST_BUNDLES = "ENABLE_CLUSTER_TRUST_BUNDLE_API";
const GATEWAY_DEPLOYMENTS = "PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER";
const MULTI_CLUSTER_GROUP = "MCS_API_GROUP";
const UNTAINT = "PILOT_ENABLE_NODE_UNTAINT_CONTROLLERS";
const COMPLIANCE = "COMPLIANCE_POLICY";

const READ = [ANALYSIS, CLUSTER_TRUST_BUNDLES, GATEWAY_DEPLOYMENTS, MULTI_CLUSTER_GROUP, UNTAINT, COMPLIANCE];

/** Which names of an environment decide about permissions, and must therefore be known before anything is deployed. */
export function askedProblems(
  path: string,
  env: Readonly<Record<string, unknown>> | undefined,
): InputProblem[] {
  return READ.filter((name) => env?.[name] !== undefined && typeof env[name] !== "string").map((name) => ({
    id: "platform/permission-unknown",
    path: `${path}.${name}`,
    message: "decides which permissions istiod has, and is known only while deploying",
    got: inBrief(env?.[name]),
    expected: "a plain text",
    fix: "Write the value out",
  }));
}

/** Reads istiod's environment, which must be free of problems: see {@link askedProblems}. */
export function askedOfIstiod(env: Readonly<Record<string, unknown>>): AskedOfIstiod {
  const group = env[MULTI_CLUSTER_GROUP];
  return {
    analysis: env[ANALYSIS] === "true",
    clusterTrustBundles: env[CLUSTER_TRUST_BUNDLES] === "true",
    gatewayDeployments: env[GATEWAY_DEPLOYMENTS] !== "false",
    multiClusterGroup: typeof group === "string" && group !== "" ? group : "multicluster.x-k8s.io",
    untaint: env[UNTAINT] === "true",
    fips: env[COMPLIANCE] === "fips-140-3",
  };
}

/** What the installer has values of its own for. */
const OWN_VALUES = [ANALYSIS, UNTAINT, "EXTERNAL_ISTIOD"];

/** istiod's environment as the installer is told of it: what it has no value of its own for. */
export function installerEnv(env: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const rest = Object.entries(env).filter(([name]) => !OWN_VALUES.includes(name));
  return Object.fromEntries(
    // Its templates compare this one with a boolean, and fail for a text.
    rest.map(([name, value]) => [name, name === CLUSTER_TRUST_BUNDLES ? value === "true" : value]),
  );
}
