import type * as inputs from "@pulumi/kubernetes/types/input";

import type {
  MutatingWebhookConfigurationObject,
  ValidatingWebhookConfigurationObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { controlPlaneNames } from "./names";
import type { ControlPlaneSettings } from "./settings";

/** With its webhooks in a plain list, because how many there are decides which fields istiod owns. */
export type InjectorWebhook = MutatingWebhookConfigurationObject & {
  readonly webhooks: inputs.admissionregistration.v1.MutatingWebhook[];
};
export type ValidatorWebhook = ValidatingWebhookConfigurationObject & {
  readonly webhooks: inputs.admissionregistration.v1.ValidatingWebhook[];
};

type Requirement = inputs.meta.v1.LabelSelectorRequirement;

/**
 * Fields of the webhooks that istiod writes at run time: the certificate that API servers must trust, and the policy on
 * failure, which it raises once it can answer. Put back to what was declared, they would shut the API server out, so
 * they are ignored after creation. Entries are named one by one, because a wildcard inside a list is not relied upon.
 */
export function fieldsOwnedByIstiod(webhooks: number): string[] {
  return Array.from({ length: webhooks }).flatMap((_, index) => [
    `webhooks[${index}].clientConfig.caBundle`,
    `webhooks[${index}].failurePolicy`,
  ]);
}

/**
 * Makes the deployment wait until istiod has written its certificate into the webhook. A ready Deployment is not enough:
 * before that moment API servers cannot call the injector, and pods come up without sidecars.
 */
export const WAIT_FOR_CERTIFICATE = { "pulumi.com/waitFor": "jsonpath={.webhooks[*].clientConfig.caBundle}" };

const INJECT = "sidecar.istio.io/inject";
const NAMESPACE_INJECTION = "istio-injection";
const REVISION = "istio.io/rev";

const is = (key: string, ...values: string[]): Requirement => ({ key, operator: "In", values });
const isNot = (key: string, ...values: string[]): Requirement => ({ key, operator: "NotIn", values });
const absent = (key: string): Requirement => ({ key, operator: "DoesNotExist" });

interface Selection {
  readonly name: string;
  readonly namespace: Requirement[];
  readonly object: Requirement[];
}

/**
 * Which pods are injected. A webhook answers for one way of asking, and the ways exclude each other, so that no pod is
 * injected twice: by the namespace's label, or by the pod's own where the namespace has none.
 *
 * @param rev the revision or the tag that namespaces and pods name
 */
function selections(rev: string): Selection[] {
  const byRevision: Selection[] = [
    {
      name: "rev.namespace.sidecar-injector.istio.io",
      namespace: [is(REVISION, rev), absent(NAMESPACE_INJECTION)],
      object: [isNot(INJECT, "false")],
    },
    {
      name: "rev.object.sidecar-injector.istio.io",
      namespace: [absent(REVISION), absent(NAMESPACE_INJECTION)],
      object: [isNot(INJECT, "false"), is(REVISION, rev)],
    },
  ];
  if (rev !== "default") return byRevision;
  // Those who name none mean the default one.
  return [
    ...byRevision,
    {
      name: "namespace.sidecar-injector.istio.io",
      namespace: [is(NAMESPACE_INJECTION, "enabled")],
      object: [isNot(INJECT, "false")],
    },
    {
      name: "object.sidecar-injector.istio.io",
      namespace: [absent(NAMESPACE_INJECTION), absent(REVISION)],
      object: [is(INJECT, "true"), absent(REVISION)],
    },
  ];
}

/** What no namespace and no pod is labelled with: `istioctl tag` turns webhooks off by the same words. */
const NOBODY = { matchLabels: { "istio.io/deactivated": "never-match" } };

/** The webhooks by which pods that name a revision or a tag get their sidecars from the control plane behind it. */
export function injectorWebhooks(
  rev: string,
  controlPlane: Pick<ControlPlaneSettings, "namespace" | "revision">,
  active = true,
): InjectorWebhook["webhooks"] {
  const service = { name: controlPlaneNames(controlPlane).istiod, namespace: controlPlane.namespace };
  return selections(rev).map(({ name, namespace, object }) => ({
    name,
    admissionReviewVersions: ["v1"],
    clientConfig: { service: { ...service, path: "/inject", port: 443 } },
    // A pod without its sidecar would run outside of every policy: better that it does not start.
    failurePolicy: "Fail",
    namespaceSelector: active ? { matchExpressions: namespace } : NOBODY,
    objectSelector: active ? { matchExpressions: object } : NOBODY,
    reinvocationPolicy: "Never",
    rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    sideEffects: "None",
  }));
}

/** The webhook by which new pods get their sidecars. */
export function injectorWebhook(settings: ControlPlaneSettings): InjectorWebhook {
  const names = controlPlaneNames(settings);
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: {
      name: names.injectorWebhook,
      annotations: WAIT_FOR_CERTIFICATE,
      labels: { app: "sidecar-injector", [REVISION]: names.rev, ...commonLabels("istiod") },
    },
    webhooks: injectorWebhooks(names.rev, settings, settings.isDefault),
  };
}

/** Mesh objects that istiod checks when they are created or changed. */
export const MESH_OBJECTS = {
  apiGroups: ["security.istio.io", "networking.istio.io", "telemetry.istio.io", "extensions.istio.io"],
  apiVersions: ["*"],
  operations: ["CREATE", "UPDATE"],
  resources: ["*"],
};

/** The webhook by which istiod refuses mesh objects that it could not use. */
export function validatorWebhook(settings: ControlPlaneSettings): ValidatorWebhook {
  const names = controlPlaneNames(settings);
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: {
      name: names.validatorWebhook,
      annotations: WAIT_FOR_CERTIFICATE,
      labels: { app: "istiod", istio: "istiod", [REVISION]: names.rev, ...commonLabels("istiod") },
    },
    webhooks: [
      {
        name: "rev.validation.istio.io",
        admissionReviewVersions: ["v1"],
        clientConfig: { service: { name: names.istiod, namespace: settings.namespace, path: "/validate" } },
        // No `failurePolicy`: istiod sets it to `Fail`, which is also what a server assumes. Said otherwise here, every
        // second `kubectl apply --server-side` would be in conflict with istiod. Nothing is shut out before istiod
        // answers, because the selector leaves objects without a revision label alone.
        objectSelector: { matchExpressions: [is(REVISION, names.rev)] },
        rules: [MESH_OBJECTS],
        sideEffects: "None",
      },
    ],
  };
}
