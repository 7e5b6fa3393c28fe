/**
 * What a gateway of the official installer would be in the injected form.
 *
 * The installer writes the full pod. In the injected form, a Deployment says what is particular to the gateway and the
 * template `gateway` adds the rest, so the two cannot be equal field by field: the template adds things that the full
 * pod does without, and no Deployment can take them away. Which things these are is not ours to say. It is read off the
 * official data: what the official pod `edge` has after injection and its workload has not before. The rule is then
 *
 * - what the installer's pod says, the gateway says too, whatever the template adds at that place;
 * - where the installer's pod is silent, the gateway says what official injection adds there, and nothing else;
 * - the words that ask for one form or the other are those of the official workload that asks for the injected form.
 *
 * Three additions repeat what the Deployment or the mesh configuration says, and are expected to repeat it truly.
 */
import { load } from "js-yaml";

import type { Container, InjectedTemplate, Named } from "../inject/evaluator";
import { officialDocuments } from "../inject/official";
import type { AnyObject } from "../manifests/meaning";
import { meaning } from "../manifests/meaning";
import { noted, podWithFiles } from "./pod-with-files";

type Fields = Readonly<Record<string, unknown>>;

export interface GatewayDeployment extends AnyObject {
  readonly spec: { readonly template: InjectedTemplate; readonly [field: string]: unknown };
}

/** Labels and annotations by which a pod asks to be injected, or not to be. */
const ASKS = ["sidecar.istio.io/inject", "inject.istio.io/templates"];

/** Where every proxy finds istiod unless it is told otherwise. */
const USUAL_DISCOVERY = "istiod.istio-system.svc:15012";

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value has and another has not, at every depth. */
function beyond(value: Fields, other: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (!(key in other)) return [[key, inner]];
      const below = other[key];
      return isFields(inner) && isFields(below) ? [[key, beyond(inner, below)]] : [];
    }),
  );
}

/** A value with what an addition says where the value is silent. */
function laidUnder(value: Fields, addition: Fields): Fields {
  const result: Record<string, unknown> = { ...value };
  for (const [key, added] of Object.entries(addition)) {
    const own = result[key];
    if (!(key in value)) result[key] = added;
    else if (isFields(own) && isFields(added)) result[key] = laidUnder(own, added);
  }
  return result;
}

/** A Deployment as data, its pod with the contents of its mounts. */
export function withFiles(deployment: GatewayDeployment): AnyObject {
  const { apiVersion, kind, metadata, spec } = deployment;
  return meaning({
    apiVersion,
    kind,
    metadata,
    spec: { ...spec, template: podWithFiles(spec.template) },
  }) as unknown as AnyObject;
}

/** What official injection adds to a gateway's pod. */
export function officialAdditions(): Fields {
  const [before, after] = ["workloads", "default"].map((folder) => {
    const [workload] = officialDocuments(`${folder}/gateway.yaml`) as [GatewayDeployment];
    return (withFiles(workload)["spec"] as { template: Fields }).template;
  }) as [Fields, Fields];
  return beyond(after, before);
}

type Texts = Readonly<Record<string, string>>;

/** Labels or annotations with the asking words of others. */
function asked(own: Texts = {}, form: Texts = {}): Texts {
  const pick = (from: Texts, asks: boolean): [string, string][] =>
    Object.entries(from).filter(([name]) => ASKS.includes(name) === asks);
  return Object.fromEntries([...pick(own, false), ...pick(form, true)]);
}

/** The official gateway in the injected form, for a Deployment and a mesh configuration to be compared with. */
export function inInjectedForm(
  official: GatewayDeployment,
  deployment: GatewayDeployment,
  meshConfig: string,
): AnyObject {
  const { metadata, spec } = official.spec.template;
  const [workload] = officialDocuments("workloads/gateway.yaml") as [GatewayDeployment];
  const form = workload.spec.template.metadata;
  const asking = {
    ...official.spec.template,
    metadata: {
      annotations: asked(metadata.annotations, form.annotations),
      labels: asked(metadata.labels, form.labels),
    },
  };
  const full = withFiles({ ...official, spec: { ...official.spec, template: asking } });
  const { template, ...rest } = full["spec"] as { template: Fields };
  const repeated = repetitions(spec.containers[0]!, deployment.spec.template.spec.containers[0]!, meshConfig);
  return {
    ...full,
    spec: { ...rest, template: laidUnder(laidUnder(template, repeated), officialAdditions()) },
  };
}

/** The additions that repeat what somebody else says. */
function repetitions(official: Container, own: Container, meshConfig: string): Fields {
  const { defaultConfig = {} } = (load(meshConfig) ?? {}) as { defaultConfig?: Fields };
  const proxyConfig = Object.entries(defaultConfig).filter(
    ([field, value]) => !(field === "discoveryAddress" && value === USUAL_DISCOVERY),
  );
  const ports = [...(official["ports"] as Named[])].sort(
    (a, b) => Number(a["containerPort"]) - Number(b["containerPort"]),
  );
  const env = {
    ISTIO_META_POD_PORTS: { name: "ISTIO_META_POD_PORTS", value: ports },
    PROXY_CONFIG: { name: "PROXY_CONFIG", value: Object.fromEntries(proxyConfig) },
  };
  return {
    metadata: { annotations: { "proxy.istio.io/overrides": [noted(own)] } },
    spec: { containers: { "istio-proxy": { env } } },
  };
}
