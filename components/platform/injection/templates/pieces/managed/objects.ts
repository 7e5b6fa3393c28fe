/** The objects around a managed gateway's pods. */
import { block, lines, quoted, when } from "../../template-text";
import { objectMetadata, podMetadata, podSelector } from "./metadata";

/** YAML documents of one template, as istiod splits them. */
export function documents(...objects: readonly string[]): string {
  return objects.join("\n---\n");
}

export const serviceAccount = lines(
  "apiVersion: v1",
  "kind: ServiceAccount",
  objectMetadata(".ServiceAccount"),
);

/** The deployment around a pod. */
export function deployment(podLabels: string, ...podSpec: readonly string[]): string {
  return lines(
    "apiVersion: apps/v1",
    "kind: Deployment",
    objectMetadata(".DeploymentName"),
    block(
      "spec",
      block("selector", block("matchLabels", podSelector)),
      block(
        "template",
        podMetadata(podLabels),
        block("spec", `serviceAccountName: ${quoted(".ServiceAccount")}`, ...podSpec),
      ),
    ),
  );
}

const ports = lines(
  "ports:",
  "{{- range .Ports }}",
  "- name: {{ .Name | quote }}",
  "  port: {{ .Port }}",
  '  protocol: {{ .Protocol | default "TCP" }}',
  "  appProtocol: {{ structToJSON .AppProtocol }}",
  "{{- end }}",
);

/** The service of a gateway, on the address that the Gateway asks for where its kind allows one. */
export function service(annotations: readonly string[] = []): string {
  return lines(
    "apiVersion: v1",
    "kind: Service",
    objectMetadata(".DeploymentName", annotations),
    block(
      "spec",
      "type: {{ .ServiceType }}",
      "ipFamilyPolicy: PreferDualStack",
      when(
        'and .Spec.Addresses (eq .ServiceType "LoadBalancer")',
        "loadBalancerIP: {{ (index .Spec.Addresses 0).Value | quote }}",
      ),
      block("selector", podSelector),
      ports,
    ),
  );
}

/** istiod applies this one only where the Gateway's parameters say how to scale; then it is laid over this. */
export const autoscaler = lines(
  "apiVersion: autoscaling/v2",
  "kind: HorizontalPodAutoscaler",
  objectMetadata(".DeploymentName"),
  block(
    "spec",
    block("scaleTargetRef", "apiVersion: apps/v1", "kind: Deployment", `name: ${quoted(".DeploymentName")}`),
    "maxReplicas: 1",
  ),
);

/** The same for disruption. */
export const disruptionBudget = lines(
  "apiVersion: policy/v1",
  "kind: PodDisruptionBudget",
  objectMetadata(".DeploymentName"),
  block("spec", block("selector", block("matchLabels", podSelector))),
);
