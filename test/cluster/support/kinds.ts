/** The parts of what a server holds that the tests look at. */

interface Named {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

export interface Deployment {
  readonly metadata: Named & { readonly generation: number };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
  };
}

export interface DaemonSet {
  readonly metadata: Named & { readonly generation: number };
  readonly status?: {
    readonly desiredNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly observedGeneration?: number;
  };
}

export interface HorizontalPodAutoscaler {
  readonly metadata: Named;
  readonly spec: { readonly minReplicas?: number; readonly scaleTargetRef: { readonly name: string } };
}

export interface Service {
  readonly metadata: Named;
  readonly spec: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

export interface Pod {
  readonly metadata: Named;
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
}
