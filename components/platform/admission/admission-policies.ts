import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import type { AdmissionPoliciesArgs } from "./args";
import { admissionObjects } from "./objects";
import { admissionProblems } from "./problems";
import { ADMISSION_POLICIES_SHAPE } from "./shape";

/**
 * Has the API server keep what the mesh promises, whoever sends an object: mutual TLS is not weakened, nothing allows
 * everyone everything, no pod of an enrolled namespace goes without or past its proxy, and no namespace leaves the mesh.
 * Exceptions are namespaces, with a reason and an end.
 *
 * By ValidatingAdmissionPolicies, which take no pod of ours to answer; Kubernetes has them from 1.30 on.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * new AdmissionPolicies("admission", {
 *   mode: "warn",
 *   exceptions: [{ namespace: "legacy", policies: ["capture"], reason: "agents without sidecars, OPS-811", until: "2027-03-31" }],
 * });
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class AdmissionPolicies extends pulumi.ComponentResource {
  /** Names of the policies, once they are there. */
  readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: AdmissionPoliciesArgs = {}, opts?: MeshComponentOptions) {
    const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    refuse("AdmissionPolicies", name, args, opts, ADMISSION_POLICIES_SHAPE, () =>
      admissionProblems(args, today),
    );
    super(componentToken("AdmissionPolicies"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const bound = Object.entries(admissionObjects(args)).map(([policy, objects]) => {
      const registered = children.add(policy, objects.policy);
      return children.add(`${policy}-binding`, objects.binding, { dependsOn: [registered] });
    });
    this.names = pulumi.output(bound.map(({ metadata }) => metadata.name));
    this.registerOutputs({ names: this.names });
  }
}
