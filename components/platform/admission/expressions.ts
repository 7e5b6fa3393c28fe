/*
 * The policies in CEL, as Kubernetes evaluates it. Every field may be missing: `.?` and `has` are used throughout, for an
 * expression that fails refuses the object with words that help nobody.
 */

/** A list of texts as CEL writes it; JSON's texts are CEL's. */
export function list(texts: readonly string[]): string {
  return JSON.stringify(texts);
}

const ACCEPTS_PLAINTEXT = list(["PERMISSIVE", "DISABLE"]);

/** Whether a PeerAuthentication demands mutual TLS, or leaves it to whoever is above it. */
export const demandsMtls = `!(object.?spec.?mtls.?mode.orValue("UNSET") in ${ACCEPTS_PLAINTEXT})`;

/** The same of its ports. */
export const portsDemandMtls = [
  "object.?spec.?portLevelMtls.orValue({}).all(port,",
  `!(object.spec.portLevelMtls[port].?mode.orValue("UNSET") in ${ACCEPTS_PLAINTEXT}))`,
].join(" ");

const both = (fields: readonly string[]): string[] =>
  fields.flatMap((field) => [field, `not${field.charAt(0).toUpperCase()}${field.slice(1)}`]);

const SOURCE = both([
  ...["principals", "requestPrincipals", "namespaces", "serviceAccounts"],
  ...["ipBlocks", "remoteIpBlocks"],
]);
const OPERATION = both(["hosts", "ports", "methods", "paths"]);

/** Whether an entry of `from` or `to` asks for nothing: without any of the fields, it stands for all. */
function asksNothing(entry: string, part: string, fields: readonly string[]): string {
  const some = fields.map((field) => `has(${entry}.${part}.${field})`).join(" || ");
  return `(!has(${entry}.${part}) || !(${some}))`;
}

const anyone = `(size(rule.?from.orValue([])) == 0 || rule.from.exists(from, ${asksNothing("from", "source", SOURCE)}))`;
const anything = `(size(rule.?to.orValue([])) == 0 || rule.to.exists(to, ${asksNothing("to", "operation", OPERATION)}))`;
const always = "size(rule.?when.orValue([])) == 0";

/** Whether every rule of an AuthorizationPolicy that allows asks for something. */
export const allowsNotAll = [
  'object.?spec.?action.orValue("ALLOW") != "ALLOW"',
  `!object.?spec.?rules.orValue([]).exists(rule, ${anyone} && ${anything} && ${always})`,
].join(" || ");

/** The pods that an object asks for, as a template: metadata and spec. */
export const template = [
  'object.kind == "Pod" ? object',
  'object.kind == "CronJob" ? object.spec.jobTemplate.spec.template',
  "object.spec.template",
].join(" : ");

export const podLabels = "variables.template.?metadata.?labels.orValue({})";
export const podAnnotations = "variables.template.?metadata.?annotations.orValue({})";
export const namespaceLabels = "namespaceObject.?metadata.?labels.orValue({})";

/** Whether these labels of a namespace have its pods injected. */
function injects(labels: string): string {
  return [
    `(${labels}[?"istio-injection"].orValue("") == "enabled"`,
    `|| (${labels}[?"istio-injection"].orValue("") != "disabled" && ${labels}[?"istio.io/rev"].orValue("") != ""`,
    `&& ${labels}[?"istio.io/dataplane-mode"].orValue("") != "ambient"))`,
  ].join(" ");
}

/** Whether they have ztunnel take the traffic of its pods. */
function isAmbient(labels: string): string {
  return `${labels}[?"istio.io/dataplane-mode"].orValue("") == "ambient"`;
}

export const injected = injects("variables.namespaceLabels");
export const ambient = isAmbient("variables.namespaceLabels");

/** Istio takes these words, in whatever case, for yes, and every other one for no. */
const YES = list(["", "y", "yes", "true", "on"]);
const INJECT = "sidecar.istio.io/inject";
const isYes = (map: string): string => `(${map}[?"${INJECT}"].orValue("").lowerAscii() in ${YES})`;

/** Whether a pod of an injected namespace gets its sidecar. */
export const keepsSidecar = `!variables.injected || (${isYes("variables.labels")} && ${isYes("variables.annotations")})`;

/** Whether a pod of an ambient namespace stays in ambient. */
export const keepsAmbient = [
  '!variables.ambient || variables.labels[?"istio.io/dataplane-mode"].orValue("ambient") == "ambient"',
].join("");

/** Annotations that take traffic past the proxy, whatever they say. */
const BYPASSES = [
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges",
  "traffic.sidecar.istio.io/excludeInterfaces",
];
/** Annotations that capture only what they name. */
const SELECTIONS = [
  "traffic.sidecar.istio.io/includeInboundPorts",
  "traffic.sidecar.istio.io/includeOutboundIPRanges",
];

/** Whether all traffic of a pod goes through its proxy. */
export const isCapturedWhole = [
  "!(variables.injected || variables.ambient)",
  [
    `(${list(BYPASSES)}.all(name, variables.annotations[?name].orValue("") == "")`,
    `&& ${list(SELECTIONS)}.all(name, variables.annotations[?name].orValue("*") == "*")`,
    '&& variables.annotations[?"sidecar.istio.io/interceptionMode"].orValue("") != "NONE"',
    '&& variables.annotations[?"ambient.istio.io/bypass-inbound-capture"].orValue("") != "true")',
  ].join(" "),
].join(" || ");

const OLD = "oldObject.?metadata.?labels.orValue({})";
const NEW = "object.?metadata.?labels.orValue({})";

/** Labels of a namespace before and after a change. */
export const labelsBefore = OLD;
export const labelsAfter = NEW;

/** Whether a namespace that was in the mesh still is. */
export const staysEnrolled = [
  `!(${injects("variables.before")} || ${isAmbient("variables.before")})`,
  `(${injects("variables.after")} || ${isAmbient("variables.after")})`,
].join(" || ");
