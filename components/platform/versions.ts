import type { InputProblem } from "../intent/problem";
import { printed } from "./problems";

/** Istio releases that the platform is held against, newest first; other patches of the same minors are installed alike. */
export const ISTIO_VERSIONS = ["1.31.1", "1.30.3"] as const;

/** The release that is installed unless another is asked for. */
export const DEFAULT_ISTIO_VERSION = ISTIO_VERSIONS[0];

/** Namespace of the control plane and root namespace of the mesh, unless another is asked for. */
export const DEFAULT_ROOT_NAMESPACE = "istio-system";

/** `"1.31.1"` → `"1.31"`. */
function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** Registry and path of the official images of a release; they moved with 1.31. */
export function officialHub(istioVersion: string = DEFAULT_ISTIO_VERSION): string {
  return minorOf(istioVersion) === "1.30" ? "docker.io/istio" : "registry.istio.io/release";
}

/** A problem where `version` is no release of a minor that can be installed. */
export function versionProblems(path: string, version: string | undefined): InputProblem[] {
  const minors = ISTIO_VERSIONS.map(minorOf);
  if (version === undefined) return [];
  if (/^\d+\.\d+\.\d+$/.test(version) && minors.includes(minorOf(version))) return [];
  return [
    {
      id: "platform/unknown-istio-version",
      path,
      message: "is not an Istio release that can be installed",
      got: printed(version),
      expected: `a release of ${minors.join(" or ")}, for example ${ISTIO_VERSIONS.map(printed).join(" or ")}`,
      fix: "Choose one of these; `tag` is for images of your own",
    },
  ];
}
