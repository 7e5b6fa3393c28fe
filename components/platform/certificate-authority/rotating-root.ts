import * as pulumi from "@pulumi/pulumi";

import {
  Children,
  componentOptions,
  componentToken,
  readArguments,
  type MeshComponentOptions,
} from "../component";
import { refuseProblems } from "../refuse-problems";
import { afterCheck } from "./after-check";
import type { RootCertificateAuthorityArgs } from "./args";
import { rootProblems } from "./problems";
import { RootCertificateAuthority } from "./root-certificate-authority";
import { rotationOrderProblems, rotationProblems, type RotationState, RotationStep } from "./rotation";
import { ROTATING_ROOT_SHAPE } from "./shape";

/** The roots of a mesh, from one to the next. */
export interface RotatingRootArgs extends RootCertificateAuthorityArgs {
  /** Where the rotation stands: a value of the stack's configuration, changed step by step. */
  rotation: RotationState;
  /**
   * Where it stood when this stack was deployed last: its own output `rotation`, read back. A step that does not follow
   * is refused, and nothing is signed by it.
   * @default it is the first deployment, which can only be steady
   */
  previous?: pulumi.Input<RotationState | undefined>;
}

/**
 * The root of a mesh, and its replacement in steps between which nobody is refused:
 *
 * 1. `{ generation: 1, step: "steady" }`: one root.
 * 2. `{ generation: 2, step: "trust" }`: a new root is made and trusted beside the old one, which still signs.
 * 3. `{ generation: 2, step: "issue" }`: the new root signs; the intermediates below it are issued anew.
 * 4. `{ generation: 2, step: "steady" }`: the old root is gone.
 *
 * Each step goes to this stack, and then to every cluster; and all workloads must have renewed their certificates before
 * the next (a day, with Istio's default lifetime). With `protect`, the root that signs is protected, and the other one can
 * be taken away by the next step. istiod takes another bundle over without a restart where it has the
 * environment variable `ISTIO_MULTIROOT_MESH`, which needs the bundle to contain the one before: each step's does.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered; and, where the order is wrong,
 *   before anything is signed
 * @example
 * const config = new pulumi.Config();
 * const self = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`);
 * const root = new RotatingRoot("root", {
 *   rotation: config.requireObject<RotationState>("rotation"),
 *   previous: self.getOutput("rotation"),
 * });
 * const west = new IntermediateCertificateAuthority("west", { root: root.signing, locality: "west" });
 * export const rotation = root.rotation;
 */
export class RotatingRoot extends pulumi.ComponentResource {
  /** The root that signs intermediates now, and what they need to know of the others: hand it over as `root`. */
  readonly signing: {
    readonly certificatePem: pulumi.Output<string>;
    readonly privateKeyPem: pulumi.Output<string>;
    readonly trustBundlePem: pulumi.Output<string>;
  };
  /** Every certificate that workloads trust now, PEM, the older one first. */
  readonly trustBundlePem: pulumi.Output<string>;
  /** Where the rotation stands, for the next deployment's `previous`. */
  readonly rotation: pulumi.Output<RotationState>;

  constructor(name: string, args: RotatingRootArgs, opts?: MeshComponentOptions) {
    const { rotation, previous, root } = readArguments(
      "RotatingRoot",
      name,
      args,
      opts,
      ROTATING_ROOT_SHAPE,
      () => {
        const { rotation, previous, ...root } = args;
        return {
          rotation,
          previous,
          root,
          problems: [...rotationProblems("rotation", rotation), ...rootProblems(root)],
        };
      },
    );
    super(componentToken("RotatingRoot"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const { generation, step } = rotation;
    const signs = step === RotationStep.Trust ? generation - 1 : generation;
    const make = (number: number): RootCertificateAuthority =>
      new RootCertificateAuthority(
        children.name(`${number}`),
        // Two roots of one name could not be told apart where chains are looked up by it.
        {
          ...root,
          commonName: `${root.commonName ?? "Root CA"}${number === 1 ? "" : ` G${number}`}`,
        },
        {
          ...children.options(),
          // Said of each, for it would be inherited: the one that does not sign may go with the next step.
          ...(opts?.protect === undefined ? {} : { protect: opts.protect && number === signs }),
        },
      );
    const own = make(generation);
    const former = step === RotationStep.Steady ? undefined : make(generation - 1);
    const signing = former !== undefined && signs !== generation ? former : own;
    const trusted = former === undefined ? [own] : [former, own];

    // Whatever leaves this component has seen the order found right.
    const checked = pulumi.output(previous).apply(async (before) => {
      await refuseProblems(`RotatingRoot "${name}"`, rotationOrderProblems("rotation", rotation, before));
      return { generation, step };
    });

    this.trustBundlePem = afterCheck(
      checked,
      pulumi
        .all(trusted.map(({ certificatePem }) => certificatePem))
        .apply((certificates: readonly (string | undefined)[]) =>
          certificates.map((pem = "") => `${pem.trim()}\n`).join(""),
        ),
    );
    this.signing = {
      certificatePem: afterCheck(checked, signing.certificatePem),
      privateKeyPem: pulumi.secret(afterCheck(checked, signing.privateKeyPem)),
      trustBundlePem: this.trustBundlePem,
    };
    this.rotation = checked;
    this.registerOutputs({ trustBundlePem: this.trustBundlePem, rotation: this.rotation });
  }
}
