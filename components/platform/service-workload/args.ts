import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { Service } from "../../intent/destination";
import type { Resources } from "../control-plane/args";

/** A volume of the pod, and where the container sees it. */
export interface MountedVolume extends inputs.core.v1.Volume {
  readonly name: string;
  readonly mountPath: string;
  /** @default true */
  readonly readOnly?: boolean;
}

/** How the pods of a service run. Shape is plain, leaves may be Outputs. */
export interface WorkloadSettings {
  /** The image of the container that serves, with its tag or digest. */
  readonly image?: pulumi.Input<string>;
  /** @default 2 */
  readonly replicas?: number;
  /** In the place of the image's own program. @default the image's */
  readonly command?: readonly pulumi.Input<string>[];
  /** @default the image's */
  readonly args?: readonly pulumi.Input<string>[];
  /** Environment, by name: texts, or where a value comes from (`{ secretKeyRef: … }`). @default none */
  readonly env?: Readonly<Record<string, pulumi.Input<string> | inputs.core.v1.EnvVarSource>>;
  /** @default requests of 50m CPU and 64Mi of memory, and a limit of 256Mi of memory */
  readonly resources?: Resources;
  /** When a pod gets requests. @default once its first port accepts connections */
  readonly readinessProbe?: inputs.core.v1.Probe;
  /** Folders that it writes to; the rest of its file system is read-only. They are gone with the pod. @default ["/tmp"] */
  readonly writable?: readonly string[];
  /** The user that it runs as; not 0, and not 1337, whose traffic no proxy captures. @default 65532 */
  readonly runAsUser?: number;
  /**
   * Labels of the pods beside those that the catalogue gives them.
   *
   * @default `app.kubernetes.io/version` with the tag of the image, by which metrics tell versions apart; none where the
   * tag is not known or the catalogue's labels name a version
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods, by which the injector takes their settings.
   *
   * @default none, but the boundaries of histograms that a promise of the mesh is measured by (`slo`)
   */
  readonly podAnnotations?: Readonly<Record<string, pulumi.Input<string>>>;
  /** What is mounted beside the folders that it writes to: configuration, secrets, models. @default none */
  readonly volumes?: readonly MountedVolume[];
  /** Fields of the pod beside its containers, volumes and account: node selectors, tolerations, priority. @default none */
  readonly pod?: Omit<inputs.core.v1.PodSpec, "containers" | "volumes" | "serviceAccountName">;
}

/** The pods behind a service of the mesh. */
export interface ServiceWorkloadArgs<M extends string, Sub extends string> extends WorkloadSettings {
  /** The service, out of `mesh.services`: names, ports, labels and account follow from the catalogue. */
  readonly service: Service<M, Sub>;
  /**
   * Which of its subsets run, each as a Deployment of its own, and how they differ from what is said for all of them. Leave
   * out a version that is not there yet, or no longer.
   *
   * @default every subset; one Deployment where the service has none
   */
  readonly subsets?: { readonly [K in NoInfer<Sub>]?: WorkloadSettings };
}
