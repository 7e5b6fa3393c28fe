import type { MeshConfig } from "../model/mesh-config";
import type { MeshObject } from "../model/mesh-object";
import { UNKNOWN } from "../kubernetes-object";
import { known, type Value } from "../reader";
import { meetsAddress, meetsHeader, meetsPath, meetsText } from "./patterns";
import { every, not, some, type Answer } from "./request";

/** What the proxy of the called workload sees of a call. */
export interface Call {
  /** The port that the workload listens on. */
  readonly port: number;
  /** Of the caller's certificate; absent for plaintext. */
  readonly principal?: string;
  /** The address of the other end; what asks for one stays open without it. */
  readonly ip?: string;
  /** Absent where the port carries no HTTP. */
  readonly http?: {
    readonly method: string;
    readonly path: string;
    readonly host: string;
    /** By name in lower case. */
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** What becomes of a call. */
export interface Authorization {
  /** Undefined where a value that is not known yet, or an address that nobody named, decides. */
  readonly allowed: Answer;
  /** What decides: a policy and its rule, or why there is none to ask. */
  readonly reason: string;
  readonly policy?: MeshObject;
  readonly path?: string;
  /** External authorizers that are asked as well. */
  readonly providers: readonly string[];
}

const DRY_RUN = "istio.io/dry-run";

/**
 * Judges a call as the proxy of the called workload does: external authorizers first, then refusals, then permissions;
 * where no ALLOW policy holds, everything else passes. Audits and dry runs decide nothing. The request carries no token.
 *
 * @param policies all AuthorizationPolicies that hold for the workload
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export function authorize(policies: readonly MeshObject[], call: Call, config: MeshConfig): Authorization {
  const inForce = policies.filter(({ annotations }) => annotations.get(DRY_RUN).text() !== "true");
  const of = (action: string): readonly MeshObject[] =>
    inForce.filter(({ spec }) => (known(spec.get("action").text()) ?? "ALLOW") === action);
  const providers = of("CUSTOM").flatMap((policy) =>
    matching(policy, call, config).answer === false
      ? []
      : [known(policy.spec.get("provider").get("name").text()) ?? ""],
  );
  const open = inForce.find(({ spec }) => spec.get("action").isUnknown || spec.isUnknown);
  for (const policy of of("DENY")) {
    const { answer, path } = matching(policy, call, config);
    if (answer === undefined) return undecided(policy, path, providers);
    if (answer) return { allowed: false, reason: "denied", policy, path, providers };
  }
  if (open !== undefined) return undecided(open, "spec", providers);
  const allowing = of("ALLOW");
  if (allowing.length === 0)
    return { allowed: true, reason: "no ALLOW policy holds for it, so that all is allowed", providers };
  const judged = allowing.map((policy) => ({ policy, ...matching(policy, call, config) }));
  const granting = judged.find(({ answer }) => answer === true);
  if (granting !== undefined)
    return { allowed: true, reason: "allowed", policy: granting.policy, path: granting.path, providers };
  const waiting = judged.find(({ answer }) => answer === undefined);
  if (waiting !== undefined) return undecided(waiting.policy, waiting.path, providers);
  const [first] = allowing;
  return {
    allowed: false,
    reason: `no rule of ${allowing.length === 1 ? "the ALLOW policy" : `the ${allowing.length} ALLOW policies`} matches`,
    ...(first === undefined ? {} : { policy: first }),
    providers,
  };
}

function undecided(policy: MeshObject, path: string, providers: readonly string[]): Authorization {
  return { allowed: undefined, reason: "known only after deployment", policy, path, providers };
}

interface Matching {
  readonly answer: Answer;
  /** The rule that matches, or might. */
  readonly path: string;
}

function matching(policy: MeshObject, call: Call, config: MeshConfig): Matching {
  const rules = policy.spec.get("rules");
  if (rules.isUnknown) return { answer: undefined, path: rules.path };
  const isAllow = (known(policy.spec.get("action").text()) ?? "ALLOW") === "ALLOW";
  const judged = rules.items().map((rule) => ({ rule, answer: meetsRule(rule, call, config, isAllow) }));
  const met =
    judged.find(({ answer }) => answer === true) ?? judged.find(({ answer }) => answer === undefined);
  return { answer: met === undefined ? false : met.answer, path: met?.rule.path ?? rules.path };
}

const OF_REQUESTS = /^(not)?(methods|paths|hosts|requestPrincipals)$/i;

/**
 * Without HTTP, istiod passes over an ALLOW rule of which a part reads requests, and leaves those parts out of every
 * other rule, which makes it wider.
 */
function meetsRule(rule: Value, call: Call, config: MeshConfig, isAllow: boolean): Answer {
  if (rule.isUnknown) return undefined;
  const isTcp = call.http === undefined;
  const from = rule
    .get("from")
    .items()
    .map((each) => each.get("source"));
  const to = rule
    .get("to")
    .items()
    .map((each) => each.get("operation"));
  const when = rule.get("when").items();
  const readsRequests = (block: Value): boolean => block.entries().some(([field]) => OF_REQUESTS.test(field));
  const isOfRequests = (condition: Value): boolean =>
    known(condition.get("key").text())?.startsWith("request.") === true;
  if (isTcp && isAllow && ([...from, ...to].some(readsRequests) || when.some(isOfRequests))) return false;
  const block = (value: Value, test: (field: string, values: readonly Value[]) => Answer): Answer =>
    every(value.entries(), ([field, list]) => {
      if (isTcp && OF_REQUESTS.test(field)) return true;
      return meetsField(field, list, test);
    });
  return every(
    [
      rule.get("from").isUnknown || rule.get("to").isUnknown || rule.get("when").isUnknown ? undefined : true,
      from.length === 0 || some(from, (source) => block(source, (f, v) => meetsSource(f, v, call, config))),
      to.length === 0 || some(to, (operation) => block(operation, (f, v) => meetsOperation(f, v, call))),
      every(when, (condition) =>
        isTcp && isOfRequests(condition) ? true : meetsCondition(condition, call, config),
      ),
    ],
    (part) => part,
  );
}

/** A field that begins with `not` holds where its list is not met. */
function meetsField(
  field: string,
  list: Value,
  test: (field: string, values: readonly Value[]) => Answer,
): Answer {
  if (list.isUnknown) return undefined;
  const values = list.items();
  if (values.length === 0) return true;
  if (!/^not[A-Z]/.test(field)) return test(field, values);
  return not(test(field.charAt(3).toLowerCase() + field.slice(4), values));
}

function anyOf(values: readonly Value[], test: (text: string) => Answer): Answer {
  return some(values, (value) => {
    const text = value.text();
    if (text === UNKNOWN) return undefined;
    return text === undefined ? false : test(text);
  });
}

function meetsSource(field: string, values: readonly Value[], call: Call, config: MeshConfig): Answer {
  const [trustDomain, namespace, account] = partsOf(call.principal);
  switch (field) {
    case "principals":
      return anyOf(values, (text) => meetsPrincipal(call.principal, text, config));
    case "namespaces":
      return anyOf(values, (text) => meetsText(namespace, text));
    case "serviceAccounts":
      return anyOf(values, (text) => text === account || text === `${namespace ?? ""}/${account ?? ""}`);
    case "trustDomains":
      return anyOf(values, (text) => meetsText(trustDomain, text));
    case "ipBlocks":
    case "remoteIpBlocks":
      return anyOf(values, (text) => (call.ip === undefined ? undefined : meetsAddress(call.ip, text)));
    default:
      // Who the user is says a token, and the request carries none.
      return false;
  }
}

function partsOf(principal: string | undefined): readonly (string | undefined)[] {
  const [trustDomain, , namespace, , account] = principal?.split("/") ?? [];
  return [trustDomain, namespace, account];
}

/** `cluster.local` and the aliases of the mesh's trust domain stand for it. */
function meetsPrincipal(principal: string | undefined, pattern: string, config: MeshConfig): boolean {
  if (principal === undefined) return false;
  const [first = "", ...rest] = pattern.split("/");
  const aliases = config.raw
    .get("trustDomainAliases")
    .items()
    .flatMap((item) => known(item.text()) ?? []);
  const isOwn = rest.length === 4 && ["cluster.local", config.trustDomain, ...aliases].includes(first);
  return meetsText(principal, isOwn ? [config.trustDomain, ...rest].join("/") : pattern);
}

function meetsOperation(field: string, values: readonly Value[], { port, http }: Call): Answer {
  switch (field) {
    case "ports":
      return anyOf(values, (text) => text === String(port));
    case "methods":
      return anyOf(values, (text) => meetsHeader(http?.method, text));
    case "paths":
      return anyOf(values, (text) => meetsPath(http?.path ?? "", text));
    case "hosts":
      return anyOf(values, (text) => meetsHeader(http?.host.toLowerCase(), text.toLowerCase()));
    default:
      return false;
  }
}

const ofSource: Readonly<Record<string, string>> = {
  "source.ip": "ipBlocks",
  "remote.ip": "remoteIpBlocks",
  "source.principal": "principals",
  "source.namespace": "namespaces",
  "source.serviceAccount": "serviceAccounts",
  "source.trustDomain": "trustDomains",
};

function meetsCondition(condition: Value, call: Call, config: MeshConfig): Answer {
  const key = condition.get("key").text();
  if (key === UNKNOWN || condition.isUnknown) return undefined;
  const test = (values: readonly Value[]): Answer => meetsAttribute(key ?? "", values, call, config);
  return every(["values", "notValues"], (field) => {
    const list = condition.get(field);
    if (list.isUnknown) return undefined;
    if (list.items().length === 0) return true;
    return field === "values" ? test(list.items()) : not(test(list.items()));
  });
}

function meetsAttribute(key: string, values: readonly Value[], call: Call, config: MeshConfig): Answer {
  const source = ofSource[key];
  if (source !== undefined) return meetsSource(source, values, call, config);
  if (key === "destination.port") return anyOf(values, (text) => text === String(call.port));
  if (key.startsWith("request.auth.")) return false;
  const [, header] = /^request\.headers\[(.+)\]$/.exec(key) ?? [];
  if (header === undefined) return undefined;
  const value = call.http?.headers[header.toLowerCase()];
  return anyOf(values, (text) => meetsHeader(value, text));
}
