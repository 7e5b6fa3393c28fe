import { UNKNOWN } from "../kubernetes-object";
import { known, Value } from "../reader";
import { kinds } from "./kinds";
import { selectorPicks } from "./label-selector";
import type { MeshObject } from "./mesh-object";

const REVISION = "istio.io/rev";
const TAG = "istio.io/tag";

/** An injector's webhook configuration, with the revisions and tags that it answers for. */
export interface Injector {
  readonly object: MeshObject;
  readonly webhooks: readonly Value[];
  readonly revisions: ReadonlySet<string>;
}

/** Who injects proxies in this set, and under which names. */
export class InjectionIndex {
  readonly injectors: readonly Injector[];
  /** Names that a namespace may ask for with `istio.io/rev`, as far as this set shows a control plane. */
  readonly served: ReadonlySet<string>;
  /** A control plane or an injector is in the set, so a name that is not {@link served} is served by nobody. */
  readonly isPresent: boolean;
  /** Namespaces without a label are injected too. */
  readonly byDefault: boolean;

  constructor(byKind: ReadonlyMap<string, readonly MeshObject[]>) {
    this.injectors = (byKind.get(kinds.mutatingWebhook) ?? []).flatMap(readInjector);
    const served = new Set<string>();
    for (const { object, revisions } of this.injectors) {
      for (const revision of revisions) served.add(revision);
      for (const label of [REVISION, TAG]) {
        const name = known(object.labels.get(label).text());
        if (name !== undefined) served.add(name);
      }
    }
    const istiods = (byKind.get(kinds.deployment) ?? []).filter(isIstiod);
    for (const istiod of istiods) served.add(revisionOfIstiod(istiod));
    this.served = served;
    this.isPresent = istiods.length > 0 || this.injectors.length > 0;
    this.byDefault = (byKind.get(kinds.configMap) ?? []).some(injectsByDefault);
  }

  /** Whether some injector's webhook answers for a pod with these labels in a namespace with those. */
  injects(
    namespaceLabels: ReadonlyMap<string, string>,
    podLabels: ReadonlyMap<string, string>,
  ): boolean | undefined {
    let unclear = false;
    for (const { webhooks } of this.injectors) {
      for (const webhook of webhooks) {
        const namespace = selectorPicks(webhook.get("namespaceSelector"), namespaceLabels);
        const pod = selectorPicks(webhook.get("objectSelector"), podLabels);
        if (namespace === true && pod === true) return true;
        if (namespace !== false && pod !== false) unclear = true;
      }
    }
    return unclear ? undefined : false;
  }
}

/** istiod, whichever its revision. */
export function isIstiod(deployment: MeshObject): boolean {
  return (
    (typeof deployment.name === "string" && /^istiod(-|$)/.test(deployment.name)) ||
    deployment.labels.get("app").text() === "istiod"
  );
}

export function revisionOfIstiod(istiod: MeshObject): string {
  const label = known(istiod.labels.get(REVISION).text());
  if (label !== undefined && label !== "") return label;
  const [, suffix] = typeof istiod.name === "string" ? (/^istiod-(.+)$/.exec(istiod.name) ?? []) : [];
  return suffix ?? "default";
}

function readInjector(object: MeshObject): readonly Injector[] {
  const webhooks = object.root.get("webhooks").items();
  const revisions = new Set<string>();
  const label = known(object.labels.get(REVISION).text());
  if (label !== undefined) revisions.add(label);
  for (const webhook of webhooks) {
    for (const selector of [webhook.get("namespaceSelector"), webhook.get("objectSelector")]) {
      const direct = known(selector.get("matchLabels").get(REVISION).text());
      if (direct !== undefined) revisions.add(direct);
      for (const expression of selector.get("matchExpressions").items()) {
        if (expression.get("key").text() !== REVISION) continue;
        for (const item of expression.get("values").items()) {
          const value = known(item.text());
          if (value !== undefined) revisions.add(value);
        }
      }
    }
  }
  const isIstios = webhooks.some(
    (webhook) => known(webhook.get("name").text())?.endsWith("istio.io") === true,
  );
  return isIstios || revisions.size > 0 ? [{ object, webhooks, revisions }] : [];
}

function injectsByDefault(configMap: MeshObject): boolean {
  if (configMap.name === UNKNOWN || !configMap.name.startsWith("istio-sidecar-injector")) return false;
  const values = injectorValues(configMap);
  return values.get("sidecarInjectorWebhook").get("enableNamespacesByDefault").boolean() === true;
}

/** The Helm values that an injector works with, from its ConfigMap. */
export function injectorValues(configMap: MeshObject): Value {
  const text = known(configMap.root.get("data").get("values").text());
  try {
    return new Value(text === undefined ? undefined : JSON.parse(text), "");
  } catch {
    // An injector that cannot read its values is not the reader's business.
    return new Value(undefined, "");
  }
}
