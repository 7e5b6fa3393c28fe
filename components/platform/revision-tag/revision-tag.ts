import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { fieldsOwnedByIstiod } from "../control-plane/webhooks";
import type { RevisionTagArgs } from "./args";
import { revisionTagObjects, revisionTagProblems } from "./objects";
import { REVISION_TAG_SHAPE } from "./shape";

/**
 * A name that stands for a control plane. Namespaces give the name (`istio.io/rev: prod`), and moving it to another
 * control plane moves them all, pod by pod as these are restarted.
 *
 * A component of its own, and not an argument of the control plane: so it is changed in place when it moves, and at no
 * moment stands for none.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const blue = new ControlPlane("blue", { revision: "1-30" });
 * const green = new ControlPlane("green", { revision: "1-31", readerServiceAccount: false });
 * new RevisionTag("prod", { tag: "prod", revision: "1-31" }, { dependsOn: [blue, green] });
 * @see https://istio.io/latest/docs/setup/upgrade/canary/#stable-revision-labels
 */
export class RevisionTag extends pulumi.ComponentResource {
  /** The tag, known once pods that name it can be injected. */
  readonly tag: pulumi.Output<string>;
  /** Revision of the control plane that it stands for. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: RevisionTagArgs, opts?: MeshComponentOptions) {
    refuse("RevisionTag", name, args, opts, REVISION_TAG_SHAPE, () => revisionTagProblems(args));
    super(componentToken("RevisionTag"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const { service, injectorWebhook, validatorWebhook } = revisionTagObjects(args);
    children.add("service", service);
    const injector = children.add("injector-webhook", injectorWebhook, {
      ignoreChanges: fieldsOwnedByIstiod(injectorWebhook.webhooks.length),
    });
    if (validatorWebhook !== undefined) {
      children.add("validator-webhook", validatorWebhook, {
        ignoreChanges: fieldsOwnedByIstiod(validatorWebhook.webhooks.length),
      });
    }

    this.tag = injector.metadata.apply(({ labels }) => labels["istio.io/tag"] ?? args.tag);
    this.revision = pulumi.output(args.revision ?? "default");
    this.registerOutputs({ tag: this.tag, revision: this.revision });
  }
}
