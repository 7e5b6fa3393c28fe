/** Names, labels and annotations of what istiod deploys for a Gateway of the Kubernetes Gateway API. */
import { block, item, lines, quoted } from "../../template-text";

/** Notes of the Gateway to istiod itself and of kubectl to itself; they mean nothing on another object. */
const OWN_NOTES = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "gateway.istio.io/name-override",
  "gateway.istio.io/service-account",
  "gateway.istio.io/controller-version",
];

const NAME = '"gateway.networking.k8s.io/gateway-name" .Name';
const CLASS = '"gateway.networking.k8s.io/gateway-class-name" (print .Spec.GatewayClassName)';

/** The annotations that the Gateway gives to everything of it. */
export const infrastructureAnnotations = `(omit .InfrastructureAnnotations ${OWN_NOTES.map((name) => `"${name}"`).join(" ")})`;

function map(...parts: readonly string[]): string {
  return `{{ toJsonMap ${parts.join(" ")} }}`;
}

/** Deletes the object with its Gateway. */
const owner = lines(
  "ownerReferences:",
  item(
    "apiVersion: gateway.networking.k8s.io/v1",
    "kind: Gateway",
    `name: ${quoted(".Name")}`,
    `uid: ${quoted(".UID")}`,
  ),
);

/** Metadata of an object; `annotations` are defaults that the Gateway's own ones override. */
export function objectMetadata(name: string, annotations: readonly string[] = []): string {
  return block(
    "metadata",
    `name: ${quoted(name)}`,
    `namespace: ${quoted(".Namespace")}`,
    `annotations: ${map(...annotations, infrastructureAnnotations)}`,
    `labels: ${map(".InfrastructureLabels", `(strdict ${NAME} ${CLASS})`)}`,
    owner,
  );
}

const SCRAPED =
  '"prometheus.io/path" "/stats/prometheus" "prometheus.io/port" "15020" "prometheus.io/scrape" "true"';

/**
 * Metadata of the pods. They are proxies already, so nothing is injected into them; the Gateway's labels may file them
 * under another service.
 *
 * @param labels further defaults, in pairs
 */
export function podMetadata(labels = ""): string {
  const defaults = `"sidecar.istio.io/inject" "false" "service.istio.io/canonical-name" .DeploymentName "service.istio.io/canonical-revision" "latest" ${labels}`;
  return block(
    "metadata",
    `annotations: ${map(infrastructureAnnotations, `(strdict "istio.io/rev" (.Revision | default "default") ${SCRAPED})`)}`,
    `labels: ${map(`(strdict ${defaults.trim()})`, ".InfrastructureLabels", `(strdict ${NAME} ${CLASS} "gateway.istio.io/managed" .ControllerLabel)`)}`,
  );
}

/** Selects the pods of the Gateway. */
export const podSelector = `gateway.networking.k8s.io/gateway-name: ${quoted(".Name")}`;
