import type { MeshModel } from "../model";
import type { Injector } from "../model/injection";
import { kinds } from "../model/kinds";
import { selectorPicks } from "../model/label-selector";
import { describeLabels } from "../model/labels";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

type LabelSet = ReadonlyMap<string, string>;

interface Hook {
  readonly injector: Injector;
  readonly webhook: Value;
  readonly name: string;
}

export const installInjectorUnique: Rule = {
  id: "install-injector-unique",
  group: "install",
  title: "One injector answers for a pod",
  description:
    "Two injector webhooks match the same namespace and pod labels, so a pod gets two proxies, or a webhook calls a control plane Service that does not exist, so pods are not created.",
  severity: "critical",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0139"],
  fix: "Let each label combination match one webhook only: remove the old revision's webhook, or give the tag to one revision",
  docs: "https://istio.io/latest/docs/setup/upgrade/canary/",
  *check(model) {
    const hooks = model.injection.injectors.flatMap((injector) =>
      injector.webhooks.map((webhook): Hook => ({
        injector,
        webhook,
        name: known(webhook.get("name").text()) ?? "",
      })),
    );
    yield* checkOverlap(hooks);
    for (const hook of hooks) yield* checkService(model, hook);
  },
};

/** Every combination of labels that decides about injection, so that two webhooks that share one are found. */
function* checkOverlap(hooks: readonly Hook[]): Iterable<Verdict> {
  const revisions = [...new Set(hooks.flatMap(({ injector }) => [...injector.revisions]))].sort();
  const namespaces = combinations("istio-injection", ["enabled", "disabled"], revisions);
  const pods = combinations("sidecar.istio.io/inject", ["true", "false"], revisions);
  const reported = new Set<string>();
  for (const labels of namespaces) {
    const reached = hooks.filter(
      ({ webhook }) => selectorPicks(webhook.get("namespaceSelector"), labels) === true,
    );
    if (reached.length < 2) continue;
    for (const podLabels of pods) {
      const matching = reached.filter(
        ({ webhook }) => selectorPicks(webhook.get("objectSelector"), podLabels) === true,
      );
      for (const hook of matching) {
        const other = matching.find((each) => each !== hook);
        const key = hook.webhook.path + hook.injector.object.key;
        if (other === undefined || reported.has(key)) continue;
        reported.add(key);
        yield hook.injector.object.report(
          hook.webhook.path,
          `webhook "${hook.name}" and webhook "${other.name}" of "${other.injector.object.key}" both match a pod with ${describe(podLabels)} in a namespace with ${describe(labels)}`,
        );
      }
    }
  }
}

function combinations(label: string, values: readonly string[], revisions: readonly string[]): LabelSet[] {
  return [undefined, ...values].flatMap((value) =>
    [undefined, ...revisions].map((revision) => {
      const labels = new Map<string, string>();
      if (value !== undefined) labels.set(label, value);
      if (revision !== undefined) labels.set("istio.io/rev", revision);
      return labels;
    }),
  );
}

function describe(labels: LabelSet): string {
  return labels.size === 0 ? "no label" : describeLabels(labels);
}

function* checkService(model: MeshModel, { injector, webhook, name }: Hook): Iterable<Verdict> {
  const { object } = injector;
  const service = webhook.get("clientConfig").get("service");
  if (!service.isPresent) return;
  if (service.isUnknown || service.get("name").isUnknown || service.get("namespace").isUnknown) {
    yield object.wait(service.path);
    return;
  }
  const wanted = known(service.get("name").text()) ?? "";
  const namespace = known(service.get("namespace").text()) ?? "";
  if (model.find(kinds.service, namespace, wanted) !== undefined) return;
  const isSettled = model.ofKindIn(kinds.service, namespace).length > 0;
  yield object.report(
    service.path,
    `webhook "${name}" calls Service "${namespace}/${wanted}", which does not exist: pods that it matches are not created`,
    {
      fix: "Install the control plane with it, or remove the webhook",
      ...(isSettled ? {} : { level: "advisory" as const }),
    },
  );
}
