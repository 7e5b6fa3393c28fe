import { nearest } from "../text";

/** The ids of all rules, in the order of the catalogue. Rules can name each other by it without importing each other. */
export const ruleIds = [
  "install-injector-unique",
  "install-revision-consistent",
  "install-namespace-dataplane",
  "install-gateway-api-version",
  "install-stable-surface",
  "install-control-plane-hardened",
  "install-platform-compatible",
  "mtls-mesh-strict",
  "mtls-no-downgrade",
  "mtls-client-not-disabled",
  "mtls-client-server-agree",
  "mtls-peerauth-conflict",
  "mtls-certificate-lifetime",
  "jwt-requires-authorization",
  "jwt-claims-backed",
  "jwt-rule-hardened",
  "policy-attachment-effective",
  "authz-default-deny",
  "authz-no-allow-all",
  "authz-safe-pattern",
  "authz-references-exist",
  "authz-identity-needs-mtls",
  "authz-target-exists",
  "authz-path-normalization",
  "traffic-destination-exists",
  "traffic-subset-exists",
  "traffic-destinationrule-effective",
  "traffic-single-owner",
  "traffic-route-reachable",
  "traffic-weights-sane",
  "traffic-port-protocol",
  "traffic-service-ports",
  "traffic-sidecar-scope",
  "traffic-envoyfilter",
  "traffic-make-before-break",
  "resilience-timeout-budget",
  "resilience-failover-outlier",
  "resilience-subset-policy-active",
  "resilience-no-fault-in-prod",
  "gateway-no-wildcard-host",
  "gateway-tls-minimum",
  "gateway-no-plaintext",
  "gateway-credential-valid",
  "gateway-conflict",
  "gateway-workload-ports",
  "gateway-route-binding",
  "egress-registry-only",
  "egress-no-catch-all",
  "egress-tls-verified",
  "egress-serviceentry-consistent",
  "telemetry-provider-exists",
  "telemetry-conflict",
  "telemetry-labels-and-defaults",
  "workload-captured",
  "workload-pod-security",
  "workload-supply-and-capacity",
  "multicluster-consistent",
  "schema-valid",
  "exception-valid",
] as const;

export type RuleId = (typeof ruleIds)[number];

export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text);
}

/** The rule that a writer most likely meant. */
export function nearestRuleId(text: string): string | undefined {
  return nearest(text, ruleIds);
}
