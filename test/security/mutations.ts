import type { Policy, Rule } from "./evaluator";

/** A set of policies that lost something, and what. */
export interface Mutation {
  readonly what: string;
  readonly mutant: readonly Policy[];
}

/** A workload that no graph names. */
const STRANGER = "cluster.local/ns/two/sa/stranger";

/** Each rule dropped, and each rule widened in every way that leaves one of its limits out. */
export function* mutations(policies: readonly Policy[]): Iterable<Mutation> {
  for (const policy of policies) {
    const others = policies.filter((other) => other !== policy);
    if (policy.rules.length === 0 && policy.action === "ALLOW") {
      if (policies.some(({ name }) => name === "all")) continue;
      yield { what: `without ${policy.name}`, mutant: others };
      continue;
    }
    if (policy.name === "all") continue;
    for (const [index, rule] of policy.rules.entries()) {
      const name = `rule ${index} of ${policy.name}`;
      const rest = policy.rules.filter((other) => other !== rule);
      // Its last rule gone, an ALLOW policy allows nothing; a DENY policy is gone.
      yield { what: `without ${name}`, mutant: [...others, { ...policy, rules: rest }] };
      for (const [what, wider] of widened(rule)) {
        yield { what: `${name} ${what}`, mutant: [...others, { ...policy, rules: [...rest, wider] }] };
      }
    }
  }
}

function* widened(rule: Rule): Iterable<[string, Rule]> {
  const { from, to, when, ...none } = rule;
  const whole = { ...none, ...(from && { from }), ...(to && { to }), ...(when && { when }) };
  if (from !== undefined) {
    const [first] = from;
    if (first !== undefined && ("principals" in first.source || "namespaces" in first.source)) {
      const stranger = { source: { ...limits(first.source), principals: [STRANGER] } };
      yield ["from a stranger, too", { ...whole, from: [...from, stranger] }];
    }
    for (const [at, { source }] of from.entries()) {
      for (const field of Object.keys(source)) {
        const rest = Object.fromEntries(Object.entries(source).filter(([name]) => name !== field));
        const wider =
          Object.keys(rest).length === 0
            ? undefined
            : from.map((each, i) => (i === at ? { source: rest } : each));
        yield [
          `from any of ${field}`,
          { ...none, ...(to && { to }), ...(when && { when }), ...(wider && { from: wider }) },
        ];
      }
    }
  }
  if (to !== undefined) {
    for (const [at, { operation }] of to.entries()) {
      for (const field of Object.keys(operation)) {
        const rest = Object.fromEntries(Object.entries(operation).filter(([name]) => name !== field));
        const wider =
          Object.keys(rest).length === 0
            ? undefined
            : to.map((each, i) => (i === at ? { operation: rest } : each));
        yield [
          `to any of ${field}`,
          { ...none, ...(from && { from }), ...(when && { when }), ...(wider && { to: wider }) },
        ];
      }
    }
  }
  if (when !== undefined) {
    for (const condition of when) {
      const rest = when.filter((each) => each !== condition);
      yield [
        `without ${condition.key}`,
        { ...none, ...(from && { from }), ...(to && { to }), ...(rest.length > 0 && { when: rest }) },
      ];
    }
  }
}

/** A source without those whom it names. */
function limits(
  source: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(source).filter(([field]) => field !== "principals" && field !== "namespaces"),
  );
}
