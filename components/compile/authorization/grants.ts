import { keyOf, servicesReached } from "../../intent/effective-routes";
import type { CallerIntent, GuardedIntent, RuleIntent } from "../../intent/intent";
import { waypointOf } from "../ambient";
import { type Context, listeningPorts, portOf } from "../context";
import { principal } from "../names";
import { chosenBy } from "../selection";
import { type Grant, type Limits, narrowed, NO_LIMITS, type Who } from "./grant";
import type { Operation } from "./operations";

/** The grants of one policy. */
export interface PolicyGrants {
  readonly action: RuleIntent["action"];
  readonly provider?: string;
  readonly dryRun: boolean;
  readonly target: GuardedIntent;
  readonly grants: Grant[];
}

/**
 * Everything that has to be said about calls for the mesh to do what it was told, by the policy that says it.
 *
 * A permission follows routes: a caller of `reviews` whose request is routed to another service must be let in there.
 * A gateway may call what its hosts lead to; where permissions are in force that say how, it may call it in these ways alone,
 * or saying so would mean nothing.
 */
export function collectGrants(context: Context): readonly PolicyGrants[] {
  const collection = new Collection(context);
  for (const rule of context.intent.rules) collection.addRule(rule);
  for (const [gateway, exposures] of context.routes.gateways) {
    const routes = exposures.flatMap((exposure) => exposure.routes);
    const keys = [...servicesReached(routes, context.routes.delegates)];
    collection.addReached(
      { kind: "gateway", name: gateway },
      keys.filter((key) => !collection.isPermitted(gateway, key)),
    );
  }
  return collection.policies();
}

class Collection {
  readonly #context: Context;
  readonly #policies = new Map<string, PolicyGrants>();
  readonly #reached: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ports of services about which a permission in force says how a gateway may call them. */
  readonly #permitted = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
    this.#reached = new Map(
      context.routes.services.map(
        (set) => [keyOf(set), servicesReached(set.routes, context.routes.delegates)] as const,
      ),
    );
  }

  policies(): readonly PolicyGrants[] {
    return [...this.#policies.values()].filter(({ grants }) => grants.length > 0);
  }

  addRule(rule: RuleIntent): void {
    const callers =
      rule.from.length === 0 ? [{ kind: "anyone" } as const] : rule.from.map((from) => this.#who(from));
    const limits = this.#limitsOf(rule);
    const { methods, paths } = rule;
    this.#add(rule, rule.to, callers, limits, { ports: this.#numbers(rule.to, rule.ports), methods, paths });
    if (rule.provider !== undefined) this.#addAuthorizer(rule.to, rule.provider);
    if (rule.action !== "allow") return;
    for (const port of rule.ports) {
      const called = keyOf({ service: rule.to.name, port });
      const reached = this.#reached.get(called) ?? [];
      this.#permit(rule, [called, ...reached]);
      for (const key of reached) {
        const { to, ports } = this.#portOfKey(key);
        this.#add(rule, to, callers, limits, { ports, methods, paths });
      }
    }
  }

  isPermitted(gateway: string, key: string): boolean {
    return this.#permitted.has(JSON.stringify([gateway, key]));
  }

  #permit({ from, dryRun }: RuleIntent, keys: Iterable<string>): void {
    if (dryRun) return;
    for (const key of keys) {
      for (const caller of from) {
        if (caller.kind === "gateway") this.#permitted.add(JSON.stringify([caller.name, key]));
      }
    }
  }

  addReached(caller: GuardedIntent, keys: Iterable<string>): void {
    for (const key of keys) {
      const { to, ports } = this.#portOfKey(key);
      const plain = { action: "allow", dryRun: false } as const;
      this.#add(plain, to, [this.#who(caller)], NO_LIMITS, { ports, methods: [], paths: [] });
    }
  }

  /** Whoever asks an authorizer must be let in there. */
  #addAuthorizer(asks: GuardedIntent, provider: string): void {
    const found = this.#context.intent.extAuthz.find(({ name }) => name === provider);
    if (found !== undefined) this.addReached(asks, [keyOf({ service: found.service, port: found.port })]);
  }

  #add(
    { action, provider, dryRun }: Pick<RuleIntent, "action" | "provider" | "dryRun">,
    target: GuardedIntent,
    callers: readonly Who[],
    limits: Limits,
    operation: Operation,
  ): void {
    // Istio knows no dry run of the other two, which refuse nothing by themselves or ask somebody else.
    const dry = (action === "allow" || action === "deny") && (dryRun || this.#context.intent.dryRun);
    const key = JSON.stringify([action, provider, dry, target.kind, target.name]);
    const policy = this.#policies.get(key) ?? {
      action,
      ...(provider !== undefined && { provider }),
      dryRun: dry,
      target: { kind: target.kind, name: target.name },
      grants: [],
    };
    this.#policies.set(key, policy);
    const grants = callers.map((who) => narrowed({ who, operation, limits }));
    policy.grants.push(...grants.filter((grant) => grant !== undefined));
  }

  #portOfKey(key: string): { readonly to: GuardedIntent; readonly ports: readonly number[] } {
    const [name = "", port = ""] = key.split(":");
    const to = { kind: "service", name } as const;
    return { to, ports: this.#numbers(to, [port]) };
  }

  /** The ports that the workload listens on, where authorization is checked. */
  #numbers(target: GuardedIntent, names: readonly string[]): readonly number[] {
    if (target.kind === "gateway") return [];
    const service = this.#context.service(target.name);
    // A waypoint is called at the port of the Service, and calls that of the workload itself.
    const numbers = (name: string): readonly number[] =>
      waypointOf(this.#context, service.namespace) === undefined
        ? listeningPorts(service, name)
        : [portOf(service, name).number];
    return [...new Set(names.flatMap(numbers))].sort((a, b) => a - b);
  }

  /**
   * Where the proxies of a gateway take connections, not requests. What a refusal says of requests cannot be read there, and
   * Istio would leave it out: every connection would be refused.
   */
  #connectionPorts({ action, to }: RuleIntent): readonly number[] {
    if (to.kind === "service" || (action !== "deny" && action !== "custom")) return [];
    const proxies = JSON.stringify(this.#proxiesOf(to.name));
    const ports = this.#context.intent.gateways.flatMap(({ name, server }) =>
      server !== undefined &&
      (server.protocol === "tcp" || server.protocol === "tls") &&
      JSON.stringify(this.#proxiesOf(name)) === proxies
        ? [server.targetPort]
        : [],
    );
    return [...new Set(ports)].sort((a, b) => a - b);
  }

  #proxiesOf(name: string): readonly unknown[] {
    const gateway = this.#context.gateway(name);
    return [gateway.namespace, chosenBy(gateway)];
  }

  #limitsOf(rule: RuleIntent): Limits {
    const excluded = rule.notFrom.map((caller) => this.#who(caller));
    return {
      source: {
        notPrincipals: excluded.flatMap((who) => (who.kind === "principal" ? [who.principal] : [])).sort(),
        requestPrincipals: rule.tokens,
        notRequestPrincipals: rule.notTokens,
        notNamespaces: excluded.flatMap((who) => (who.kind === "namespace" ? [who.namespace] : [])).sort(),
        ipBlocks: rule.ipBlocks,
        notIpBlocks: rule.notIpBlocks,
        remoteIpBlocks: rule.remoteIpBlocks,
        notRemoteIpBlocks: rule.notRemoteIpBlocks,
      },
      operation: {
        hosts: rule.hosts,
        notHosts: rule.notHosts,
        notPorts: [...this.#numbers(rule.to, rule.notPorts), ...this.#connectionPorts(rule)].map(String),
        notMethods: rule.notMethods,
        notPaths: rule.notPaths,
      },
      when: rule.when,
    };
  }

  #who(caller: CallerIntent): Who {
    const { trustDomain } = this.#context;
    switch (caller.kind) {
      case "namespace":
        return caller;
      case "outsider":
        return { kind: "principal", principal: principal(caller, caller.trustDomain ?? trustDomain) };
      case "service":
        return { kind: "principal", principal: principal(this.#context.service(caller.name), trustDomain) };
      case "gateway":
        return { kind: "principal", principal: principal(this.#context.gateway(caller.name), trustDomain) };
    }
  }
}
