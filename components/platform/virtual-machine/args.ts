import ipaddr from "ipaddr.js";
import type * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { countProblems, inBrief, labelProblems } from "../problems";

/** A WorkloadGroup, as far as a machine that joins it must know it: `compileMesh` gives one, or it is written by hand. */
export interface WorkloadGroupArgs {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly metadata?: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly template: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly network?: string;
      readonly ports?: Readonly<Record<string, number>>;
      readonly serviceAccount?: string;
    };
    readonly probe?: object;
  };
}

/** What the machines of a WorkloadGroup are to be told. */
export interface VirtualMachineBootstrapArgs {
  /** The group that the machines join. */
  workloadGroup: WorkloadGroupArgs;
  /** The certificate that every workload trusts, PEM: `rootCertificatePem` of the mesh or of its certificate authority. */
  rootCertificatePem: pulumi.Input<string>;
  /**
   * Mesh configuration of the control plane, YAML: what `ControlPlane` says as `meshConfig`. The proxy's settings come
   * from its `defaultConfig`.
   * @default Istio's own, which fits a control plane without any
   */
  meshConfig?: pulumi.Input<string>;
  /** Address of the gateway through which machines reach istiod; an IP address, for it goes into the hosts file. @default DNS says it */
  ingressAddress?: pulumi.Input<string>;
  /** Name of the cluster in the mesh. @default "Kubernetes" */
  clusterName?: string;
  /** Root namespace, where istiod runs. @default "istio-system" */
  namespace?: string;
  /** Revision of the control plane that the machines talk to. @default the unnamed one */
  revision?: string;
  /** Whether a WorkloadEntry is made for each machine as it connects. @default true */
  autoRegister?: boolean;
  /** Whether the proxy answers DNS on the machine, so that it finds services of the cluster. @default true */
  captureDns?: boolean;
  /** IP address that the machine binds to; for groups of one machine. @default the proxy finds it */
  internalAddress?: string;
  /** IP address that others know the machine by; not together with `internalAddress`. @default the proxy finds it */
  externalAddress?: string;
  /**
   * The first token of a machine, a secret; see `tokenCommand`. It is put among the files.
   * @default it comes to the machine by another way
   */
  token?: pulumi.Input<string>;
  /** How long a token of `tokenCommand` holds, in seconds: a machine must start before. @default 3600 */
  tokenSeconds?: number;
  /** Whether the group's service account is made here. @default false: it is there */
  createServiceAccount?: boolean;
}

/** Every problem of the arguments, none when they are fine. */
export function virtualMachineBootstrapProblems(args: VirtualMachineBootstrapArgs): InputProblem[] {
  const { workloadGroup, internalAddress, externalAddress, ingressAddress } = args;
  const problem = (
    path: string,
    message: string,
    got: unknown,
    expected: string,
    fix: string,
  ): InputProblem => ({
    id: "platform/virtual-machine",
    path,
    message,
    got: got === undefined ? "nothing" : inBrief(got),
    expected,
    fix,
  });
  const group = workloadGroup as Partial<WorkloadGroupArgs> | undefined;
  if (group?.metadata?.name === undefined || group.spec?.template === undefined) {
    return [
      problem(
        "workloadGroup",
        "is not a WorkloadGroup",
        workloadGroup,
        "an object of kind WorkloadGroup, with its name and template",
        "Pass one that `compileMesh` returns, or write it by hand",
      ),
    ];
  }
  const isAddress = (value: unknown): boolean => typeof value !== "string" || isIpAddress(value);
  return [
    ...(group.metadata.namespace === undefined
      ? [
          problem(
            "workloadGroup.metadata.namespace",
            "is missing",
            undefined,
            "the namespace of the group",
            "Add it",
          ),
        ]
      : []),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("revision", args.revision === "" ? undefined : args.revision),
    ...labelProblems("clusterName", args.clusterName?.toLowerCase()),
    // Kubernetes makes no token that holds for less.
    ...countProblems("tokenSeconds", args.tokenSeconds, 600),
    ...Object.entries({ internalAddress, externalAddress, ingressAddress }).flatMap(([path, value]) =>
      isAddress(value)
        ? []
        : [
            problem(
              path,
              "is not an IP address",
              value,
              "an IPv4 or IPv6 address",
              "Write the address instead of a name",
            ),
          ],
    ),
    ...(internalAddress !== undefined && externalAddress !== undefined
      ? [
          problem(
            "externalAddress",
            "stands beside internalAddress",
            externalAddress,
            "one address",
            "Remove one of them",
          ),
        ]
      : []),
  ];
}

/** An IP address in its usual notation. */
export function isIpAddress(value: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(value) || ipaddr.IPv6.isValid(value);
}
