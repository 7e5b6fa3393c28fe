import type { Rule } from "../rule";
import { authzDefaultDeny, type DefaultDenyOptions } from "./authz-default-deny";
import { authzIdentityNeedsMtls } from "./authz-identity-needs-mtls";
import { authzNoAllowAll } from "./authz-no-allow-all";
import { authzPathNormalization } from "./authz-path-normalization";
import { authzReferencesExist } from "./authz-references-exist";
import { authzSafePattern } from "./authz-safe-pattern";
import { authzTargetExists } from "./authz-target-exists";
import { egressNoCatchAll } from "./egress-no-catch-all";
import { egressRegistryOnly } from "./egress-registry-only";
import { egressServiceEntryConsistent } from "./egress-serviceentry-consistent";
import { egressTlsVerified } from "./egress-tls-verified";
import { exceptionValid } from "./exception-valid";
import { gatewayConflict } from "./gateway-conflict";
import { gatewayCredentialValid } from "./gateway-credential-valid";
import { gatewayNoPlaintext, type PlaintextOptions } from "./gateway-no-plaintext";
import { gatewayNoWildcardHost, type WildcardHostOptions } from "./gateway-no-wildcard-host";
import { gatewayRouteBinding } from "./gateway-route-binding";
import { gatewayTlsMinimum, type TlsMinimumOptions } from "./gateway-tls-minimum";
import { gatewayWorkloadPorts } from "./gateway-workload-ports";
import { installControlPlaneHardened } from "./install-control-plane-hardened";
import { installGatewayApiVersion } from "./install-gateway-api-version";
import { installInjectorUnique } from "./install-injector-unique";
import { installNamespaceDataplane, type NamespaceDataplaneOptions } from "./install-namespace-dataplane";
import { installPlatformCompatible, type PlatformOptions } from "./install-platform-compatible";
import { installRevisionConsistent } from "./install-revision-consistent";
import { installStableSurface, type StableSurfaceOptions } from "./install-stable-surface";
import { jwtClaimsBacked } from "./jwt-claims-backed";
import { jwtRequiresAuthorization } from "./jwt-requires-authorization";
import { jwtRuleHardened } from "./jwt-rule-hardened";
import { type CertificateLifetimeOptions, mtlsCertificateLifetime } from "./mtls-certificate-lifetime";
import { mtlsClientNotDisabled } from "./mtls-client-not-disabled";
import { mtlsClientServerAgree } from "./mtls-client-server-agree";
import { mtlsMeshStrict } from "./mtls-mesh-strict";
import { mtlsNoDowngrade } from "./mtls-no-downgrade";
import { mtlsPeerauthConflict } from "./mtls-peerauth-conflict";
import { multiclusterConsistent } from "./multicluster-consistent";
import { policyAttachmentEffective } from "./policy-attachment-effective";
import { resilienceFailoverOutlier } from "./resilience-failover-outlier";
import { resilienceNoFaultInProd, type NoFaultOptions } from "./resilience-no-fault-in-prod";
import { resilienceSubsetPolicyActive } from "./resilience-subset-policy-active";
import { resilienceTimeoutBudget } from "./resilience-timeout-budget";
import { schemaValid } from "./schema-valid";
import { telemetryConflict } from "./telemetry-conflict";
import { telemetryLabelsAndDefaults } from "./telemetry-labels-and-defaults";
import { telemetryProviderExists } from "./telemetry-provider-exists";
import { trafficDestinationExists } from "./traffic-destination-exists";
import { trafficDestinationRuleEffective } from "./traffic-destinationrule-effective";
import { trafficEnvoyFilter } from "./traffic-envoyfilter";
import { trafficMakeBeforeBreak } from "./traffic-make-before-break";
import { trafficPortProtocol } from "./traffic-port-protocol";
import { trafficRouteReachable } from "./traffic-route-reachable";
import { trafficServicePorts } from "./traffic-service-ports";
import { trafficSidecarScope } from "./traffic-sidecar-scope";
import { trafficSingleOwner } from "./traffic-single-owner";
import { trafficSubsetExists } from "./traffic-subset-exists";
import { trafficWeightsSane } from "./traffic-weights-sane";
import { workloadCaptured } from "./workload-captured";
import { workloadPodSecurity, type PodSecurityOptions } from "./workload-pod-security";
import { workloadSupplyAndCapacity } from "./workload-supply-and-capacity";
import type { RuleId } from "./rule-id";

/** The options of the rules that have any, by rule. */
export interface RuleOptions {
  readonly "install-namespace-dataplane": NamespaceDataplaneOptions;
  readonly "install-stable-surface": StableSurfaceOptions;
  readonly "install-platform-compatible": PlatformOptions;
  readonly "mtls-certificate-lifetime": CertificateLifetimeOptions;
  readonly "authz-default-deny": DefaultDenyOptions;
  readonly "resilience-no-fault-in-prod": NoFaultOptions;
  readonly "gateway-no-wildcard-host": WildcardHostOptions;
  readonly "gateway-tls-minimum": TlsMinimumOptions;
  readonly "gateway-no-plaintext": PlaintextOptions;
  readonly "workload-pod-security": PodSecurityOptions;
}

/** The options of one rule; a rule that is not in {@link RuleOptions} has none. */
export type OptionsOf<Id extends RuleId> = Id extends keyof RuleOptions ? RuleOptions[Id] : object;

const byId: { readonly [Id in RuleId]: Rule<OptionsOf<Id>> } = {
  "install-injector-unique": installInjectorUnique,
  "install-revision-consistent": installRevisionConsistent,
  "install-namespace-dataplane": installNamespaceDataplane,
  "install-gateway-api-version": installGatewayApiVersion,
  "install-stable-surface": installStableSurface,
  "install-control-plane-hardened": installControlPlaneHardened,
  "install-platform-compatible": installPlatformCompatible,
  "mtls-mesh-strict": mtlsMeshStrict,
  "mtls-no-downgrade": mtlsNoDowngrade,
  "mtls-client-not-disabled": mtlsClientNotDisabled,
  "mtls-client-server-agree": mtlsClientServerAgree,
  "mtls-peerauth-conflict": mtlsPeerauthConflict,
  "mtls-certificate-lifetime": mtlsCertificateLifetime,
  "jwt-requires-authorization": jwtRequiresAuthorization,
  "jwt-claims-backed": jwtClaimsBacked,
  "jwt-rule-hardened": jwtRuleHardened,
  "policy-attachment-effective": policyAttachmentEffective,
  "authz-default-deny": authzDefaultDeny,
  "authz-no-allow-all": authzNoAllowAll,
  "authz-safe-pattern": authzSafePattern,
  "authz-references-exist": authzReferencesExist,
  "authz-identity-needs-mtls": authzIdentityNeedsMtls,
  "authz-target-exists": authzTargetExists,
  "authz-path-normalization": authzPathNormalization,
  "traffic-destination-exists": trafficDestinationExists,
  "traffic-subset-exists": trafficSubsetExists,
  "traffic-destinationrule-effective": trafficDestinationRuleEffective,
  "traffic-single-owner": trafficSingleOwner,
  "traffic-route-reachable": trafficRouteReachable,
  "traffic-weights-sane": trafficWeightsSane,
  "traffic-port-protocol": trafficPortProtocol,
  "traffic-service-ports": trafficServicePorts,
  "traffic-sidecar-scope": trafficSidecarScope,
  "traffic-envoyfilter": trafficEnvoyFilter,
  "traffic-make-before-break": trafficMakeBeforeBreak,
  "resilience-timeout-budget": resilienceTimeoutBudget,
  "resilience-failover-outlier": resilienceFailoverOutlier,
  "resilience-subset-policy-active": resilienceSubsetPolicyActive,
  "resilience-no-fault-in-prod": resilienceNoFaultInProd,
  "gateway-no-wildcard-host": gatewayNoWildcardHost,
  "gateway-tls-minimum": gatewayTlsMinimum,
  "gateway-no-plaintext": gatewayNoPlaintext,
  "gateway-credential-valid": gatewayCredentialValid,
  "gateway-conflict": gatewayConflict,
  "gateway-workload-ports": gatewayWorkloadPorts,
  "gateway-route-binding": gatewayRouteBinding,
  "egress-registry-only": egressRegistryOnly,
  "egress-no-catch-all": egressNoCatchAll,
  "egress-tls-verified": egressTlsVerified,
  "egress-serviceentry-consistent": egressServiceEntryConsistent,
  "telemetry-provider-exists": telemetryProviderExists,
  "telemetry-conflict": telemetryConflict,
  "telemetry-labels-and-defaults": telemetryLabelsAndDefaults,
  "workload-captured": workloadCaptured,
  "workload-pod-security": workloadPodSecurity,
  "workload-supply-and-capacity": workloadSupplyAndCapacity,
  "multicluster-consistent": multiclusterConsistent,
  "schema-valid": schemaValid,
  "exception-valid": exceptionValid,
};

/** Every rule, in the order of the catalogue. */
export const allRules: readonly Rule[] = Object.values<Rule>(byId);
