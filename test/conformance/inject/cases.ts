/** Workloads and meshes of our own, in the few words in which the tests differ. */
import { dump } from "js-yaml";

import { injectorConfig, type InjectorOptions, injectorValues } from "../../../components/platform/injection";
import {
  type Container,
  type EnvironmentVariable,
  inject,
  type InjectedTemplate,
  type InjectionRequest,
} from "./evaluator";

/** One injection: a pod, the injector's options, the mesh's configuration, and what istiod knows beside. */
export interface Case {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** The pod's spec; by default one container `app` with one port. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly kind?: string;
  readonly options?: InjectorOptions;
  readonly mesh?: Readonly<Record<string, unknown>>;
  readonly request?: Partial<InjectionRequest>;
}

const APPLICATION = {
  serviceAccountName: "shop",
  containers: [
    { name: "app", image: "registry.example.com/shop:1.0.0", ports: [{ name: "http", containerPort: 8080 }] },
  ],
};

/** The pod template that comes out. */
export function injected({
  annotations,
  labels,
  spec,
  kind,
  options,
  mesh,
  request,
}: Case): InjectedTemplate {
  return inject({
    config: injectorConfig(options),
    values: injectorValues(options),
    meshConfig: dump(mesh ?? {}),
    workload: dump({
      apiVersion: "apps/v1",
      kind: kind ?? "Deployment",
      metadata: { name: "shop", namespace: "shop" },
      spec: {
        template: {
          metadata: { labels: labels ?? { app: "shop" }, annotations: annotations ?? {} },
          spec: spec ?? APPLICATION,
        },
      },
    }),
    ...request,
  });
}

/** A container by name, wherever in the pod it is. */
export function container(template: InjectedTemplate, name: string): Container {
  const found = [...template.spec.containers, ...(template.spec.initContainers ?? [])].find(
    (one) => one.name === name,
  );
  if (found === undefined) throw new Error(`no container ${name}`);
  return found;
}

/** The proxy. */
export function proxy(template: InjectedTemplate): Container {
  return container(template, "istio-proxy");
}

/** One variable of the proxy's environment. */
export function variable(template: InjectedTemplate, name: string): EnvironmentVariable | undefined {
  return proxy(template).env?.find((one) => one.name === name);
}

/** The value after a flag. */
export function flag(from: Container, name: string): string | undefined {
  const at = from.args?.indexOf(name) ?? -1;
  return at < 0 ? undefined : from.args?.[at + 1];
}
