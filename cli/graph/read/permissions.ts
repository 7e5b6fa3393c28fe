import { UNKNOWN } from "../../../analysis";
import { actionOf } from "../../../analysis/model/authorization";
import { kinds } from "../../../analysis/model/kinds";
import type { PolicyView } from "../../../analysis/model/policies";
import { known, knownTexts, type Value } from "../../../analysis/reader";
import type { Boxes } from "./boxes";
import { describeOperation, textOf } from "./describe";
import type { NodeDraft } from "./drafts";

/** Who may call whom, and who may not, as AuthorizationPolicies say. */
export function readPermissions(boxes: Boxes): void {
  for (const policy of boxes.model.policies(kinds.authorizationPolicy).all) {
    const action = actionOf(policy.object);
    if (action !== "ALLOW" && action !== "DENY") continue;
    for (const target of targetsOf(boxes, policy)) {
      target.objects.add(boxes.drafts.key(policy.object));
      for (const rule of policy.object.spec.get("rules").items()) {
        const label = describeRule(rule);
        for (const caller of callersOf(boxes, policy, rule)) {
          if (caller === target) continue;
          boxes.drafts.addEdge(
            action === "DENY" ? "deny" : "allow",
            caller,
            target,
            { label },
            policy.object,
          );
        }
      }
    }
  }
}

/** What a policy protects. One of the whole mesh is said of its namespaces: as arrows it would hide all others. */
function targetsOf(boxes: Boxes, { object, namespace, selector, targets, isWide }: PolicyView): NodeDraft[] {
  const { model } = boxes;
  if (namespace === UNKNOWN) return [];
  const inRoot = namespace === model.config.rootNamespace;
  if (isWide && inRoot) return [];
  const named = targets.flatMap(({ groupKind, name }) => {
    const target = name === UNKNOWN ? undefined : model.find(groupKind, namespace, name);
    if (target === undefined) return [];
    return groupKind === kinds.serviceEntry
      ? knownTexts(target.spec.get("hosts")).flatMap((host) => boxes.known(host.toLowerCase()) ?? [])
      : boxes.of(target);
  });
  if (targets.length > 0) return [...new Set(named)];
  // A policy without rules refuses, or allows, by itself: there is no caller to draw.
  if (object.spec.get("rules").items().length === 0) return [];
  const { workloads } = inRoot
    ? model.workloads.selectAnywhere(selector.known)
    : model.workloads.select(namespace, selector.known);
  const found = new Set(workloads.flatMap((workload) => boxes.ofWorkload(workload)));
  // A set that holds Services alone still says whom a selector means, by what they select.
  for (const service of model.services.all) {
    const inside = service.object.namespace === namespace && selector.known.size > 0;
    const fits = [...selector.known].every(([key, value]) => service.selector.known.get(key) === value);
    if (inside && fits) for (const box of boxes.of(service.object)) found.add(box);
  }
  return [...found];
}

/** Those whom a rule means: boxes of the set where it names their identity, else a box that says who. */
function callersOf(boxes: Boxes, { object }: PolicyView, rule: Value): readonly NodeDraft[] {
  const from = rule.get("from").items();
  if (from.length === 0) return [boxes.callers("everyone", object)];
  return from.flatMap((each) => {
    const source = each.get("source");
    const accounts = [
      ...knownTexts(source.get("principals")).map((principal) =>
        /(?:^|\/)ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal),
      ),
      ...knownTexts(source.get("serviceAccounts")).map((account) => {
        const [name = "", namespace = known(object.namespace) ?? ""] = account.split("/").reverse();
        return [account, namespace, name] as const;
      }),
    ];
    const named = accounts.flatMap((match) => {
      if (match === null) return [];
      const [, namespace = "", account = ""] = match;
      const found = boxes.ofAccount(namespace, account);
      return found.length > 0 ? found : [boxes.callers(`account ${namespace}/${account}`, object)];
    });
    const others = [
      ...knownTexts(source.get("principals"))
        .filter((each_) => !/\/sa\//.test(each_))
        .map((each_) => (each_ === "*" ? "everyone with a certificate" : `identity ${each_}`)),
      ...knownTexts(source.get("namespaces")).map((namespace) => `namespace ${namespace}`),
      ...knownTexts(source.get("ipBlocks")).map((block) => `address ${block}`),
      ...knownTexts(source.get("remoteIpBlocks")).map((block) => `address ${block}`),
      ...knownTexts(source.get("requestPrincipals")).map((principal) => `token of ${principal}`),
      ...excepted(source),
    ].map((name) => boxes.callers(name, object));
    return [...named, ...others];
  });
}

/** `everyone but …`, for sources that say only who is not meant. */
function excepted(source: Value): readonly string[] {
  const fields = source.entries();
  if (fields.some(([field, value]) => !field.startsWith("not") && value.items().length > 0)) return [];
  const not = fields.flatMap(([, value]) => value.items().map(textOf));
  return not.length === 0 ? [] : [`everyone but ${not.join(", ")}`];
}

function describeRule(rule: Value): string {
  const operations = rule
    .get("to")
    .items()
    .map((to) => describeOperation(to.get("operation")))
    .filter((each) => each !== "")
    .join(", ");
  const conditions = rule
    .get("when")
    .items()
    .map((when) => textOf(when.get("key")));
  return conditions.length === 0 ? operations : `${operations} if ${conditions.join(", ")}`.trim();
}
