/** A deliberate difference: one object, one path, and why it is right. */
export interface Explained {
  readonly cases: readonly string[];
  readonly object: string;
  readonly path: string;
  /** What asks for it: a line of DESIGN.md, or in quotes one of what the platform has to deliver. */
  readonly reason: string;
  /** The difference is in a pod that is there only once the injector has completed it. */
  readonly injected?: true;
}

/** Where the official installer's output is at hand. */
const RECORDED = ["default", "demo", "multinet", "default-1.30", "cni", "ambient"];

/** The recorded cases whose profile has a gateway. */
const WITH_INGRESS = RECORDED.filter((name) => name !== "ambient");

/** Where an unnamed istiod runs in its usual namespace. */
const UNNAMED = [...RECORDED, "minimal", "high availability", "dual stack", "primary", "analysis"];

const REMOTE = ["remote by address", "remote by host"];
const CANARY = ["named revision"];

const RESTRICTED =
  'Required: "security contexts that pass Pod Security `restricted`". That level asks for a seccomp profile by name; the installer leaves it to the runtime.';

const WAIT =
  "DESIGN.md, section 3: wait for the injector's `caBundle`, not only for a Ready Deployment. The annotation is how the provider is told.";

const OWN_WORDS =
  'Required: "No template text, manifest or comment is copied from Istio". This is a description for people.';

const REWRITTEN =
  "DESIGN.md, section 3: istiod rewrites `failurePolicy` of its webhooks. A server-side apply that names it is in conflict with istiod the second time.";

/** The rows of a control plane that runs here. */
function controlPlane(cases: readonly string[], suffix: string): Explained[] {
  return [
    {
      cases,
      object: `Deployment istio-system/istiod${suffix}`,
      path: "spec.template.spec.containers.discovery.securityContext.seccompProfile",
      reason: RESTRICTED,
    },
    {
      cases,
      object: `MutatingWebhookConfiguration istio-sidecar-injector${suffix}`,
      path: "metadata.annotations",
      reason: WAIT,
    },
    {
      cases,
      object: `ValidatingWebhookConfiguration istio-validator${suffix}-istio-system`,
      path: "metadata.annotations",
      reason: WAIT,
    },
    {
      cases,
      object: `ValidatingWebhookConfiguration istio-validator${suffix}-istio-system`,
      path: 'webhooks["rev.validation.istio.io"].failurePolicy',
      reason: REWRITTEN,
    },
    {
      cases,
      object: `ConfigMap istio-system/istio-sidecar-injector${suffix}`,
      path: "data.config.templates",
      reason: 'Required: "the agentgateway templates, off by default, are an explained difference".',
    },
  ];
}

/** The rows of the ConfigMap that says how a control plane was asked for. */
function values(cases: readonly string[], suffix: string): Explained[] {
  return [
    ...[
      "data.original-values.pilot.seccompProfile",
      "data.merged-values.pilot.seccompProfile",
      "data.merged-values.seccompProfile.type",
    ].map((path) => ({ path, reason: `${RESTRICTED} The values say what was done.` })),
    { path: 'metadata.annotations["kubernetes.io/description"]', reason: OWN_WORDS },
  ].map((row) => ({ cases, object: `ConfigMap istio-system/values${suffix}`, ...row }));
}

export const EXPLAINED: readonly Explained[] = [
  ...controlPlane(UNNAMED, ""),
  ...controlPlane(CANARY, "-canary"),
  ...values([...UNNAMED, ...REMOTE], ""),
  ...values(CANARY, "-canary"),
  {
    cases: ["remote by address"],
    object: "EndpointSlice istio-system/istiod",
    path: 'metadata.labels["endpointslice.kubernetes.io/managed-by"]',
    reason:
      'DESIGN.md, section 3: "Native typed resources by default, not a Helm release". The label names who made the slice.',
  },
  ...Object.entries({ ingress: WITH_INGRESS, egress: ["demo"] }).map(([direction, cases]) => ({
    cases,
    object: `Deployment istio-system/istio-${direction}gateway`,
    path: "spec.template.spec.securityContext.seccompProfile",
    reason: RESTRICTED,
    injected: true as const,
  })),
];
