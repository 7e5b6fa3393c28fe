/** Istio releases that the platform can install, newest first. */
export const ISTIO_VERSIONS = ["1.31.1"] as const;

/** The release that is installed unless another is asked for. */
export const DEFAULT_ISTIO_VERSION = ISTIO_VERSIONS[0];

/** Registry and path of the official images. */
export const DEFAULT_HUB = "registry.istio.io/release";

/** Namespace of the control plane and root namespace of the mesh, unless another is asked for. */
export const DEFAULT_ROOT_NAMESPACE = "istio-system";
