import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { actionOf } from "../model/authorization";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { podSpecOf, type Workload } from "../model/workloads";
import { known, knownTexts, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { nearest } from "../text";

export const authzReferencesExist: Rule = {
  id: "authz-references-exist",
  group: "authz",
  title: "Policies name what exists",
  description:
    "An AuthorizationPolicy names a namespace, a service account, a trust domain, a host or an external authorizer that does not exist, so its rule never matches, or, for an authorizer, every request is denied.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101", "KIA0101", "KIA0104", "KIA0106", "KIA0107", "KIA0108"],
  fix: "Correct the name, or add what it names to this set",
  docs: "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
  *check(model) {
    const policies = model.ofKind(kinds.authorizationPolicy);
    if (policies.length === 0) return;
    const there = readReferents(model);
    for (const policy of policies) {
      for (const rule of policy.spec.get("rules").items()) {
        for (const from of rule.get("from").items())
          yield* checkSource(model, there, policy, from.get("source"));
        for (const to of rule.get("to").items()) yield* checkHosts(model, there, policy, to.get("operation"));
      }
      if (actionOf(policy) === "CUSTOM") yield* checkProvider(model, policy);
    }
  },
};

/** What policies may name, as far as this set shows it. */
interface Referents {
  readonly namespaces: ReadonlySet<string>;
  /** The set declares namespaces, so one that it does not declare is missed. */
  readonly declaresNamespaces: boolean;
  /** Service accounts by namespace; a namespace that is not here is deployed from elsewhere. */
  readonly accounts: ReadonlyMap<string, ReadonlySet<string>>;
}

function readReferents(model: MeshModel): Referents {
  const declared = model.namespaces.names();
  const accounts = new Map<string, Set<string>>();
  const add = (namespace: string | typeof UNKNOWN, name: string | typeof UNKNOWN | undefined): void => {
    if (namespace === UNKNOWN || name === UNKNOWN || name === undefined) return;
    const there = accounts.get(namespace);
    if (there === undefined) accounts.set(namespace, new Set(["default", name]));
    else there.add(name);
  };
  for (const account of model.ofKind(kinds.serviceAccount)) add(account.namespace, account.name);
  for (const workload of model.workloads.all) {
    add(workload.namespace, known(accountOf(workload).text()) ?? "default");
  }
  const declaresNamespaces = declared.length > 0;
  return {
    namespaces: new Set(
      declaresNamespaces ? [...declared, model.config.rootNamespace] : namespacesOfObjects(model),
    ),
    declaresNamespaces,
    accounts,
  };
}

function namespacesOfObjects(model: MeshModel): readonly string[] {
  return model.objects.flatMap(({ namespace }) =>
    namespace === UNKNOWN || namespace === "" ? [] : [namespace],
  );
}

function accountOf(workload: Workload): Value {
  if (workload.isPod) return podSpecOf(workload).get("serviceAccountName");
  const { object, template } = workload;
  return (object.groupKind === kinds.workloadGroup ? template.get("template") : template).get(
    "serviceAccount",
  );
}

function* checkSource(
  model: MeshModel,
  there: Referents,
  policy: MeshObject,
  source: Value,
): Iterable<Verdict> {
  for (const field of ["namespaces", "notNamespaces"]) {
    for (const item of source.get(field).items()) {
      const pattern = item.text();
      if (pattern === UNKNOWN) yield policy.wait(item.path);
      if (typeof pattern !== "string" || [...there.namespaces].some((name) => fits(name, pattern))) continue;
      const near = nearest(pattern, there.namespaces);
      yield policy.report(
        item.path,
        `no namespace "${pattern}" exists${near === undefined ? "" : `; did you mean "${near}"?`}`,
        {
          anchors: ["IST0101", "KIA0101"],
          // A namespace may be made by whoever runs the cluster.
          ...(there.declaresNamespaces ? {} : { level: "advisory" }),
        },
      );
    }
  }
  for (const field of ["principals", "notPrincipals"])
    for (const item of source.get(field).items()) yield* checkPrincipal(model, there, policy, item);
  for (const field of ["serviceAccounts", "notServiceAccounts"]) {
    for (const item of source.get(field).items()) {
      const text = known(item.text());
      if (text === undefined || policy.namespace === UNKNOWN) continue;
      const [first = "", second] = text.split("/");
      yield* checkAccount(
        there,
        policy,
        item,
        second === undefined ? policy.namespace : first,
        second ?? first,
      );
    }
  }
}

/** A pattern may begin or end with `*`. */
function fits(name: string, pattern: string): boolean {
  if (pattern.startsWith("*")) return name.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return name.startsWith(pattern.slice(0, -1));
  return name.toLowerCase() === pattern.toLowerCase();
}

function* checkPrincipal(
  model: MeshModel,
  there: Referents,
  policy: MeshObject,
  item: Value,
): Iterable<Verdict> {
  const text = item.text();
  if (text === UNKNOWN) yield policy.wait(item.path);
  const [, domain, namespace, account] =
    /^([^/*]+)\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(known(text) ?? "") ?? [];
  if (domain === undefined || namespace === undefined || account === undefined) return;
  const { config } = model;
  const domains = ["cluster.local", config.trustDomain, ...knownTexts(config.raw.get("trustDomainAliases"))];
  if (config.raw.isPresent && !domains.includes(domain)) {
    yield policy.report(
      item.path,
      `trust domain "${domain}" is not one of this mesh: it has "${config.trustDomain}"`,
      { anchors: ["KIA0108"], fix: "Use the mesh's trust domain, or name the other in trustDomainAliases" },
    );
    return;
  }
  yield* checkAccount(there, policy, item, namespace, account);
}

function* checkAccount(
  there: Referents,
  policy: MeshObject,
  item: Value,
  namespace: string,
  account: string,
): Iterable<Verdict> {
  const accounts = there.accounts.get(namespace);
  if (accounts === undefined || accounts.has(account)) return;
  const near = nearest(account, accounts);
  yield policy.report(
    item.path,
    `namespace "${namespace}" has no service account "${account}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
    { anchors: ["KIA0106"] },
  );
}

function* checkHosts(
  model: MeshModel,
  there: Referents,
  policy: MeshObject,
  operation: Value,
): Iterable<Verdict> {
  for (const field of ["hosts", "notHosts"]) {
    for (const item of operation.get(field).items()) {
      const host = known(item.text())
        ?.toLowerCase()
        .replace(/:(\d+|\*)$/, "");
      if (host === undefined || host.includes("*") || policy.namespace === UNKNOWN) continue;
      // Clients write a host in any form; only names of the cluster can be missed, in namespaces that the set shows.
      const suffix = `.svc.${model.config.clusterDomain}`;
      const [, name, namespace] =
        /^([^.]+)(?:\.([^.]+))?$/.exec(host.endsWith(suffix) ? host.slice(0, -suffix.length) : host) ?? [];
      if (name === undefined || (namespace !== undefined && !host.endsWith(suffix))) continue;
      const home = namespace ?? policy.namespace;
      if (model.registry.isOpen || !there.accounts.has(home)) continue;
      if (model.registry.knows(`${name}.${home}${suffix}`)) continue;
      yield policy.report(
        item.path,
        `no Service "${name}" exists in namespace "${home}", so no request is for this host`,
        {
          anchors: ["KIA0104"],
        },
      );
    }
  }
}

function* checkProvider(model: MeshModel, policy: MeshObject): Iterable<Verdict> {
  const value = policy.spec.get("provider").get("name");
  const name = value.text();
  if (name === UNKNOWN) yield policy.wait(value.path);
  const providers = model.config.raw.get("extensionProviders");
  if (typeof name !== "string" || name === "" || !model.config.raw.isPresent || providers.isUnknown) return;
  const names = providers.items().map((provider) => provider.get("name").text());
  if (names.includes(name) || names.includes(UNKNOWN)) return;
  yield policy.report(
    value.path,
    `the mesh configuration has no extension provider "${name}", so every request to these workloads is denied`,
    { anchors: [], fix: "Declare the provider in extensionProviders of the mesh configuration" },
  );
}
