import type * as inputs from "@pulumi/kubernetes/types/input";

import type {
  MutatingWebhookConfigurationObject,
  ValidatingWebhookConfigurationObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { controlPlaneNames } from "./names";
import type { RemoteIstiod } from "./remote/settings";
import { caBundle, webhookAt } from "./remote/webhooks";
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
export function fieldsOwnedByIstiod(
  webhooks: number,
  remote?: Pick<RemoteIstiod, "webhookCertificateAuthorityPem">,
): string[] {
  // A certificate that was given is ours to change.
  const given = remote?.webhookCertificateAuthorityPem !== undefined;
  const fields = given ? ["failurePolicy"] : ["clientConfig.caBundle", "failurePolicy"];
  return Array.from({ length: webhooks }).flatMap((_, index) =>
    fields.map((field) => `webhooks[${index}].${field}`),
  );
}

/**
 * Makes the deployment wait until istiod has written its certificate into the webhook. A ready Deployment is not enough:
 * before that moment API servers cannot call the injector, and pods come up without sidecars.
 */
export const WAIT_FOR_CERTIFICATE = { "pulumi.com/waitFor": "jsonpath={.webhooks[*].clientConfig.caBundle}" };

/**
 * {@link WAIT_FOR_CERTIFICATE}, unless istiod runs in another cluster: it can write its certificate only once it has been
 * told of this cluster, which may take this very deployment to be over.
 */
export function waitingForCertificate({
  remote,
}: Pick<ControlPlaneSettings, "remote">): Record<string, string> {
  return remote === undefined ? WAIT_FOR_CERTIFICATE : {};
}

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

type ClientConfig = inputs.admissionregistration.v1.WebhookClientConfig;

/** How API servers call istiod: by its Service, or where it runs in another cluster, by what leads there. */
function client(
  settings: Pick<ControlPlaneSettings, "namespace" | "revision"> & {
    readonly remote?: RemoteIstiod | undefined;
  },
  path: string,
  port?: number,
): ClientConfig {
  const { namespace, remote } = settings;
  const url = remote && webhookAt(remote, path);
  const authority = remote && caBundle(remote);
  const service = { name: controlPlaneNames(settings).istiod, namespace, path };
  return {
    ...(url === undefined ? { service: { ...service, ...(port === undefined ? {} : { port }) } } : { url }),
    ...(authority === undefined ? {} : { caBundle: authority }),
  };
}

/** The webhooks by which pods that name a revision or a tag get their sidecars from the control plane behind it. */
export function injectorWebhooks(
  rev: string,
  controlPlane: Parameters<typeof client>[0],
  active = true,
): InjectorWebhook["webhooks"] {
  return selections(rev).map(({ name, namespace, object }) => ({
    name,
    admissionReviewVersions: ["v1"],
    clientConfig: client(controlPlane, controlPlane.remote?.injectionPath ?? "/inject", 443),
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
      annotations: waitingForCertificate(settings),
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
      annotations: waitingForCertificate(settings),
      labels: { app: "istiod", istio: "istiod", [REVISION]: names.rev, ...commonLabels("istiod") },
    },
    webhooks: [
      {
        name: "rev.validation.istio.io",
        admissionReviewVersions: ["v1"],
        clientConfig: client(settings, "/validate"),
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
