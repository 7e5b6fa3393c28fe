import type { Rule } from "../rule";
import { authzDefaultDeny, type DefaultDenyOptions } from "./authz-default-deny";
import { authzNoAllowAll } from "./authz-no-allow-all";
import { exceptionValid } from "./exception-valid";
import { gatewayNoPlaintext, type PlaintextOptions } from "./gateway-no-plaintext";
import { gatewayNoWildcardHost, type WildcardHostOptions } from "./gateway-no-wildcard-host";
import { installGatewayApiVersion } from "./install-gateway-api-version";
import { mtlsMeshStrict } from "./mtls-mesh-strict";
import { mtlsNoDowngrade } from "./mtls-no-downgrade";
import type { RuleId } from "./rule-id";
import { schemaValid } from "./schema-valid";
import { trafficDestinationExists } from "./traffic-destination-exists";
import { trafficRouteReachable } from "./traffic-route-reachable";
import { trafficSingleOwner } from "./traffic-single-owner";
import { trafficSubsetExists } from "./traffic-subset-exists";
import { trafficWeightsSane } from "./traffic-weights-sane";

/** The options of the rules that have any, by rule. */
export interface RuleOptions {
  readonly "authz-default-deny": DefaultDenyOptions;
  readonly "gateway-no-wildcard-host": WildcardHostOptions;
  readonly "gateway-no-plaintext": PlaintextOptions;
}

/** The options of one rule; a rule that is not in {@link RuleOptions} has none. */
export type OptionsOf<Id extends RuleId> = Id extends keyof RuleOptions ? RuleOptions[Id] : object;

const byId: { readonly [Id in RuleId]: Rule<OptionsOf<Id>> } = {
  "install-gateway-api-version": installGatewayApiVersion,
  "mtls-mesh-strict": mtlsMeshStrict,
  "mtls-no-downgrade": mtlsNoDowngrade,
  "authz-default-deny": authzDefaultDeny,
  "authz-no-allow-all": authzNoAllowAll,
  "traffic-destination-exists": trafficDestinationExists,
  "traffic-subset-exists": trafficSubsetExists,
  "traffic-single-owner": trafficSingleOwner,
  "traffic-route-reachable": trafficRouteReachable,
  "traffic-weights-sane": trafficWeightsSane,
  "gateway-no-wildcard-host": gatewayNoWildcardHost,
  "gateway-no-plaintext": gatewayNoPlaintext,
  "schema-valid": schemaValid,
  "exception-valid": exceptionValid,
};

/** Every rule, in the order of the catalogue. */
export const allRules: readonly Rule[] = Object.values<Rule>(byId);
