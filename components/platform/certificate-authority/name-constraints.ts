import { isIP } from "node:net";

import type { InputProblem } from "../../intent/problem";
import { printed } from "../problems";

/** Names of each form that a constraint speaks of. */
export interface ConstrainedNamesArgs {
  /** Trust domains, the hosts of SPIFFE ids, such as `"cluster.local"`. @default names of this form are not constrained */
  trustDomains?: string[];
  /** DNS domains, with everything below each: `"example.com"`. @default names of this form are not constrained */
  dnsDomains?: string[];
}

/**
 * Which names certificates may have below an authority (RFC 5280, section 4.2.1.10): whoever has its key gets no other one
 * accepted. Only the forms that are named are constrained.
 *
 * Envoy, istiod and OpenSSL enforce it. ztunnel cannot: the library by which it verifies refuses every certificate below
 * constraints on trust domains, so that a mesh in ambient mode has none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
export interface NameConstraintsArgs {
  /** Of each form that is named, these names and no other. @default every name */
  permitted?: ConstrainedNamesArgs;
  /** Never these names, also where they are permitted. @default none */
  excluded?: ConstrainedNamesArgs;
}

const SIDES = ["permitted", "excluded"] as const;
const FORMS = ["trustDomains", "dnsDomains"] as const;

/** What RFC 5280 and SPIFFE have in common: Istio's trust domains may have underscores, DNS names in certificates may too. */
const DOMAIN = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*$/;
const LONGEST = 253;

/** Every problem of constraints by themselves, none when they are fine. */
export function nameConstraintsProblems(
  path: string,
  constraints: NameConstraintsArgs | undefined,
): InputProblem[] {
  if (constraints === undefined) return [];
  const problems: InputProblem[] = [];
  let count = 0;
  for (const side of SIDES) {
    for (const form of FORMS) {
      const names = constraints[side]?.[form];
      if (names === undefined) continue;
      count += names.length;
      if (names.length === 0) problems.push(emptyList(`${path}.${side}.${form}`));
      problems.push(
        ...names.flatMap((name, index) => domainProblems(`${path}.${side}.${form}[${index}]`, name)),
      );
    }
  }
  if (count === 0 && problems.length === 0) problems.push(nothingSaid(path));
  return [...problems, ...contradictions(path, constraints), ...istiodProblems(path, constraints)];
}

function domainProblems(path: string, name: string): InputProblem[] {
  if (typeof name === "string" && DOMAIN.test(name) && name.length <= LONGEST && isIP(name) === 0) return [];
  return [
    {
      id: "platform/bad-constrained-name",
      path,
      message: "is not a domain that a certificate could be constrained to",
      got: printed(name),
      expected:
        'lower case labels such as "cluster.local", without a scheme, a path, a wildcard or a leading dot',
      fix: "Write the domain alone",
    },
  ];
}

function emptyList(path: string): InputProblem {
  return {
    id: "platform/empty-name-constraints",
    path,
    message: "is empty, which constrains nothing",
    got: "[]",
    expected: "at least one name, or no list",
    fix: "Name what is meant, or remove the list",
  };
}

function nothingSaid(path: string): InputProblem {
  return {
    id: "platform/empty-name-constraints",
    path,
    message: "names nothing, and would constrain nothing",
    got: "no names",
    expected: 'names, such as `{ permitted: { trustDomains: ["cluster.local"] } }`',
    fix: "Name what is meant, or remove it",
  };
}

function contradictions(path: string, { permitted, excluded }: NameConstraintsArgs): InputProblem[] {
  return FORMS.flatMap((form) =>
    (permitted?.[form] ?? []).flatMap((name, index) =>
      (excluded?.[form] ?? []).some((other) => covers(form, other, name))
        ? [
            {
              id: "platform/permitted-and-excluded",
              path: `${path}.permitted.${form}[${index}]`,
              message: "is excluded as well, and would never be accepted",
              got: printed(name),
              expected: "a name on one side",
              fix: `Remove it from \`permitted\`, or what covers it from \`excluded\``,
            },
          ]
        : [],
    ),
  );
}

/** istiod answers as `istiod.<namespace>.svc`, by a certificate of the same authority. */
function istiodProblems(path: string, { permitted, excluded }: NameConstraintsArgs): InputProblem[] {
  const problem = (side: (typeof SIDES)[number], expected: string): InputProblem => ({
    id: "platform/constrained-istiod",
    path: `${path}.${side}.dnsDomains`,
    message: "leaves istiod no name to answer by: no proxy would get a certificate",
    got: (side === "permitted" ? permitted : excluded)?.dnsDomains?.map(printed).join(", ") ?? "",
    expected,
    fix: "istiod is `istiod.<namespace>.svc`, or `istiod-<revision>.<namespace>.svc`",
  });
  const permits = permitted?.dnsDomains;
  return [
    ...(permits === undefined ||
    permits.length === 0 ||
    permits.some((name) => covers("dnsDomains", "svc", name))
      ? []
      : [problem("permitted", '"svc", or a domain below it, among them')]),
    ...(excluded?.dnsDomains?.includes("svc") === true ? [problem("excluded", 'any but "svc"')] : []),
  ];
}

/**
 * Whether a constraint speaks of a name: a trust domain of itself alone, unless it begins with a dot, as authorities from
 * elsewhere may have it; a DNS domain of all below it too.
 */
function covers(form: (typeof FORMS)[number], constraint: string, name: string): boolean {
  const below = form === "dnsDomains" && !constraint.startsWith(".") ? `.${constraint}` : constraint;
  return name === constraint || (below.startsWith(".") && name.endsWith(below));
}

/** Whether an authority with these constraints may sign for a name. */
function permits(
  { permitted, excluded }: NameConstraintsArgs,
  form: (typeof FORMS)[number],
  name: string,
): boolean {
  const named = (names: ConstrainedNamesArgs | undefined): boolean | undefined =>
    names?.[form]?.some((constraint) => covers(form, constraint, name));
  return named(permitted) !== false && named(excluded) !== true;
}

/** Whether an authority with these constraints may sign for a host, which may begin with a wildcard. */
export function permitsHost(constraints: NameConstraintsArgs, host: string): boolean {
  return permits(constraints, "dnsDomains", host.replace(/^\*\./, ""));
}

/** The mesh that an authority is for, as far as it is known. */
export interface ConstrainedMesh {
  readonly trustDomain?: string | undefined;
  readonly ambient?: boolean | undefined;
}

/** What would keep the workloads of a mesh from proving who they are below an authority with these constraints. */
export function meshConstraintsProblems(
  path: string,
  constraints: NameConstraintsArgs | undefined,
  { trustDomain, ambient = false }: ConstrainedMesh,
): InputProblem[] {
  const named = [constraints?.permitted, constraints?.excluded].flatMap((names) => names?.trustDomains ?? []);
  if (constraints === undefined || named.length === 0) return [];
  const problems: InputProblem[] = [];
  if (ambient) {
    problems.push({
      id: "platform/constrained-in-ambient",
      path,
      message: "constrains trust domains, which ztunnel cannot verify: it would refuse every workload",
      got: named.map(printed).join(", "),
      expected: "no constraints on trust domains in a mesh with ztunnel",
      fix: "Leave trust domains out of the constraints, or use sidecars",
    });
  }
  if (trustDomain !== undefined && !permits(constraints, "trustDomains", trustDomain)) {
    problems.push({
      id: "platform/trust-domain-not-permitted",
      path,
      message: "does not permit the trust domain of the mesh: every workload would be refused",
      got: named.map(printed).join(", "),
      expected: `${printed(trustDomain)} permitted`,
      fix: "Permit it, and deploy that before the control plane uses the domain",
    });
  }
  return problems;
}
