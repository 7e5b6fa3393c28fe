import type { ControlPlaneSettings } from "./settings";

type Named = Pick<ControlPlaneSettings, "namespace" | "revision">;

/** Names of the control plane's objects: Istio's own, which its tools look for. */
export interface ControlPlaneNames {
  /** Value of the label `istio.io/rev`. */
  readonly rev: string;
  /** Deployment, Service, ServiceAccount, Role and what scales them. */
  readonly istiod: string;
  readonly clusterRole: string;
  readonly gatewayController: string;
  readonly readerClusterRole: string;
  readonly readerServiceAccount: string;
  readonly meshConfig: string;
  readonly injector: string;
  readonly injectorWebhook: string;
  readonly validatorWebhook: string;
  readonly values: string;
  /** Certificate of a signer outside of istiod. */
  readonly signerRoot: string;
}

/** The names for a revision. They differ between revisions, so that two control planes can run side by side. */
export function controlPlaneNames({ namespace, revision }: Named): ControlPlaneNames {
  const suffix = revision === "" ? "" : `-${revision}`;
  return {
    rev: revision === "" ? "default" : revision,
    istiod: `istiod${suffix}`,
    clusterRole: `istiod-clusterrole${suffix}-${namespace}`,
    gatewayController: `istiod-gateway-controller${suffix}-${namespace}`,
    readerClusterRole: `istio-reader-clusterrole${suffix}-${namespace}`,
    // Remote clusters know this account by its name, whatever the revision.
    readerServiceAccount: "istio-reader-service-account",
    meshConfig: `istio${suffix}`,
    injector: `istio-sidecar-injector${suffix}`,
    // Istio leaves its usual root namespace out of this name alone.
    injectorWebhook: `istio-sidecar-injector${suffix}${namespace === "istio-system" ? "" : `-${namespace}`}`,
    validatorWebhook: `istio-validator${suffix}-${namespace}`,
    values: `values${suffix}`,
    signerRoot: `istio-signer-root${suffix}`,
  };
}

/** The address at which proxies reach a control plane. */
export function discoveryAddress(settings: Named): string {
  return `${controlPlaneNames(settings).istiod}.${settings.namespace}.svc:15012`;
}

/** Labels that select istiod's pods. A named revision selects by revision, the unnamed one as Istio always did. */
export function istiodSelector(settings: Named): Record<string, string> {
  const { rev } = controlPlaneNames(settings);
  return settings.revision === ""
    ? { app: "istiod", istio: "pilot" }
    : { app: "istiod", "istio.io/rev": rev };
}
