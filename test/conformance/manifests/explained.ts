/** A deliberate difference: one object, one path, and why it is right. */
export interface Explained {
  readonly cases: readonly string[];
  readonly object: string;
  readonly path: string;
  readonly reason: string;
  /** The difference is in a pod that is there only once the injector has completed it. */
  readonly injected?: true;
}

const EVERYWHERE = ["default", "demo", "multinet", "default-1.30", "cni", "ambient"];

/** The cases whose profile has a gateway. */
const WITH_INGRESS = EVERYWHERE.filter((name) => name !== "ambient");

const RESTRICTED =
  "Pod Security `restricted` asks for a seccomp profile by name; the installer leaves it to the runtime.";

const WAIT =
  "DESIGN.md, section 3: wait for the injector's `caBundle`, not only for a Ready Deployment. The annotation is how the provider is told.";

export const EXPLAINED: readonly Explained[] = [
  {
    cases: EVERYWHERE,
    object: "Deployment istio-system/istiod",
    path: "spec.template.spec.containers.discovery.securityContext.seccompProfile",
    reason: RESTRICTED,
  },
  ...["data.original-values.pilot.seccompProfile", "data.merged-values.pilot.seccompProfile"].map((path) => ({
    cases: EVERYWHERE,
    object: "ConfigMap istio-system/values",
    path,
    reason: `${RESTRICTED} The values say what was done.`,
  })),
  {
    cases: EVERYWHERE,
    object: "ConfigMap istio-system/values",
    path: "data.merged-values.seccompProfile.type",
    reason: `${RESTRICTED} The values say what was done.`,
  },
  {
    cases: EVERYWHERE,
    object: "ConfigMap istio-system/values",
    path: 'metadata.annotations["kubernetes.io/description"]',
    reason: "A description for people, in our own words.",
  },
  {
    cases: EVERYWHERE,
    object: "MutatingWebhookConfiguration istio-sidecar-injector",
    path: "metadata.annotations",
    reason: WAIT,
  },
  {
    cases: EVERYWHERE,
    object: "ValidatingWebhookConfiguration istio-validator-istio-system",
    path: "metadata.annotations",
    reason: WAIT,
  },
  {
    cases: EVERYWHERE,
    object: "ValidatingWebhookConfiguration istio-validator-istio-system",
    path: 'webhooks["rev.validation.istio.io"].failurePolicy',
    reason:
      "DESIGN.md, section 3: istiod rewrites `failurePolicy` of its webhooks. A server-side apply that names it is in conflict with istiod the second time.",
  },
  {
    cases: EVERYWHERE,
    object: "ConfigMap istio-system/istio-sidecar-injector",
    path: "data.config.templates",
    reason: "The two templates of agentgateway are for another proxy, which is off by default.",
  },
  ...Object.entries({ ingress: WITH_INGRESS, egress: ["demo"] }).map(([direction, cases]) => ({
    cases,
    object: `Deployment istio-system/istio-${direction}gateway`,
    path: "spec.template.spec.securityContext.seccompProfile",
    reason: RESTRICTED,
    injected: true as const,
  })),
];
