import * as pulumi from "@pulumi/pulumi";

import {
  Children,
  componentOptions,
  componentToken,
  readArguments,
  type MeshComponentOptions,
} from "../component";
import type { ServiceWorkloadArgs } from "./args";
import { workloadObjects } from "./objects";
import { planWorkload } from "./problems";
import { SERVICE_WORKLOAD_SHAPE } from "./shape";

/**
 * The pods behind a service of the mesh: its Kubernetes Service, where the mesh does not write that, a service account of its own, and a Deployment for each of
 * its subsets, with a PodDisruptionBudget where there are several pods. Names, ports, labels and account come from the
 * catalogue, so that what routes and policies speak of is what runs. Pods meet the Pod Security level `restricted`.
 *
 * The service is not plain data, so this component, like `ServiceMesh`, is for TypeScript programs only. What the arguments
 * do not name, `transform` in the options reaches; for what is no Deployment, write the resources themselves.
 *
 * @throws MeshError with every problem of the service and the arguments, before anything is registered
 * @example
 * const ready = { dependsOn: mesh.injectionReady };
 * new ServiceWorkload("ratings", { service: ratings, image: "example.com/ratings:1.4.2" }, ready);
 * new ServiceWorkload("reviews", {
 *   service: reviews,
 *   subsets: { v1: { image: "example.com/reviews:1.9.0" }, v2: { image: "example.com/reviews:2.0.1", replicas: 1 } },
 * }, ready);
 */
export class ServiceWorkload<M extends string, Sub extends string> extends pulumi.ComponentResource {
  /** The name by which callers in the mesh reach it, complete. */
  readonly host: pulumi.Output<string>;

  constructor(name: string, args: ServiceWorkloadArgs<M, Sub>, opts?: MeshComponentOptions) {
    const { plan } = readArguments("ServiceWorkload", name, args, opts, SERVICE_WORKLOAD_SHAPE, () =>
      planWorkload(args),
    );
    if (plan === undefined) throw new Error("a workload without problems has a plan");
    const { service, subsets: _, ...settings } = args;
    super(
      componentToken("ServiceWorkload"),
      name,
      { ...settings, service: service.name, subsets: plan.deployments.map(({ subset }) => subset) },
      componentOptions(opts),
    );

    const children = new Children(this, name, opts);
    const objects = workloadObjects(plan);
    const account = children.add("service-account", objects.serviceAccount);
    if (objects.service !== undefined) children.add("service", objects.service);
    for (const { subset, deployment, budget } of objects.deployments) {
      const suffix = subset === undefined ? "" : `-${subset}`;
      if (budget !== undefined) children.add(`budget${suffix}`, budget);
      children.add(`deployment${suffix}`, deployment, { dependsOn: account });
    }

    this.host = pulumi.output(`${plan.service.name}.${plan.service.namespace}.svc.cluster.local`);
    this.registerOutputs({ host: this.host });
  }
}
