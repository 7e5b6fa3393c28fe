import { Chart } from "@pulumi/kubernetes/helm/v4";
import * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { type Children, type MeshComponentOptions, PLATFORM_HOOKS } from "../component";
import type { RemoteIstiod } from "../control-plane/remote/settings";
import { fieldsOwnedByIstiod, waitingForCertificate } from "../control-plane/webhooks";
import { type ChartArgs, InstallSource, type InstallSourceArgs } from "./args";
import { withEnvOnce } from "./env-once";

/** The repository that the Istio project publishes its charts in. */
export const OFFICIAL_REPOSITORY = "https://istio-release.storage.googleapis.com/charts";

/** One chart to install. */
export interface ChartInstallation {
  /** Name of the chart: `istiod`. */
  readonly chart: string;
  /** Name of the release, which labels its objects. */
  readonly release: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Where istiod is that answers at its webhooks, if it runs in another cluster. */
  readonly remote?: RemoteIstiod | undefined;
}

/** Where Helm finds a chart. */
export interface ChartLocation {
  readonly chart: string;
  readonly version?: string;
  readonly repositoryOpts?: { readonly repo: string };
}

/** Where Helm finds a chart, in its own three ways: a folder, a registry, a repository. */
export function chartLocation(chart: string, args: ChartArgs = {}, istioVersion: string): ChartLocation {
  const { path, repository = OFFICIAL_REPOSITORY, version = istioVersion } = args;
  if (path !== undefined) return { chart: `${path.replace(/\/+$/, "")}/${chart}` };
  const address = repository.replace(/\/+$/, "");
  return address.startsWith("oci://")
    ? { chart: `${address}/${chart}`, version }
    : { chart, version, repositoryOpts: { repo: address } };
}

/** Hooks change objects that this package builds; those of a chart are built in the provider. */
export function hookProblems(
  args: InstallSourceArgs,
  opts: MeshComponentOptions | undefined,
): InputProblem[] {
  if (args.source !== InstallSource.Helm) return [];
  const hooks = Object.keys(opts?.transform ?? {}).filter((hook) => PLATFORM_HOOKS.includes(hook));
  if (hooks.length === 0) return [];
  return [
    {
      id: "platform/hooks-on-chart",
      path: "transform",
      got: hooks.join(", "),
      message: "changes objects of this package, and a chart brings its own",
      expected: 'no hooks, with source "helm"',
      fix: "Use Pulumi's own `transforms`, which reach the objects of charts",
    },
  ];
}

/** Registers a chart as a child. Its objects become children of it, with the options that they need. */
export function installChart(
  children: Children,
  { chart, release, namespace, values, remote }: ChartInstallation,
  location: ChartLocation,
  opts: MeshComponentOptions | undefined,
  dependsOn: readonly pulumi.Resource[] = [],
): Chart {
  const retained = opts?.retainOnDelete === true ? { retainOnDelete: true } : {};
  return new Chart(
    children.name(`${chart}-chart`),
    // Definitions are the concern of `Crds`, which keeps them when a stack goes.
    { ...location, name: release, namespace, values: { ...values }, skipCrds: true },
    {
      ...children.options({ dependsOn: [...dependsOn] }),
      transforms: [
        ({ type, props, opts: own }) => {
          const kept = pulumi.mergeOptions(own, retained);
          if (type.endsWith("WebhookConfiguration")) return webhook(props, kept, remote);
          return { props: type === "kubernetes:apps/v1:Deployment" ? withEnvOnce(props) : props, opts: kept };
        },
      ],
    },
  );
}

/** As our own webhooks: ready once they can be called, and what istiod writes into them stays. */
function webhook(
  props: { webhooks?: readonly unknown[]; metadata?: { annotations?: object } },
  opts: pulumi.CustomResourceOptions,
  remote: RemoteIstiod | undefined,
): pulumi.ResourceTransformResult {
  const { metadata = {}, webhooks = [] } = props;
  const annotations = { ...metadata.annotations, ...waitingForCertificate({ remote }) };
  return {
    props: { ...props, metadata: { ...metadata, annotations } },
    opts: pulumi.mergeOptions(opts, { ignoreChanges: fieldsOwnedByIstiod(webhooks.length, remote) }),
  };
}
