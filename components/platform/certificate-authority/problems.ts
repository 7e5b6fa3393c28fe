import type { InputProblem } from "../../intent/problem";
import { choiceProblems, countProblems, inBrief, labelProblems, printed } from "../problems";
import {
  EcdsaCurve,
  KeyAlgorithm,
  type CertificateAuthorityArgs,
  type IntermediateArgs,
  type KeyArgs,
  type RootCertificateAuthorityArgs,
} from "./args";
import { DEFAULTS } from "./defaults";
import { meshConstraintsProblems, nameConstraintsProblems } from "./name-constraints";

/** Every problem of how a key is made, none when it is fine. */
export function keyProblems(path: string, key: KeyArgs | undefined): InputProblem[] {
  if (key === undefined) return [];
  const problems = [
    ...choiceProblems(`${path}.algorithm`, key.algorithm, Object.values(KeyAlgorithm)),
    ...choiceProblems(`${path}.ecdsaCurve`, key.ecdsaCurve, Object.values(EcdsaCurve)),
    ...countProblems(`${path}.rsaBits`, key.rsaBits, 2048, 8192),
  ];
  const algorithm = key.algorithm ?? KeyAlgorithm.Ecdsa;
  const foreign = algorithm === KeyAlgorithm.Ecdsa ? "rsaBits" : "ecdsaCurve";
  if (key[foreign] !== undefined) {
    problems.push({
      id: "platform/key-option-unused",
      path: `${path}.${foreign}`,
      message: `means nothing for a key of algorithm ${printed(algorithm)}`,
      got: printed(key[foreign]),
      expected: "no value here",
      fix: `Remove it, or set \`algorithm\` to the one it belongs to`,
    });
  }
  return problems;
}

/** What the types refuse already, for callers in JavaScript: they would take the root for constrained. */
function rootConstraintProblems(args: object, prefix: string): InputProblem[] {
  if (!("nameConstraints" in args) || args.nameConstraints === undefined) return [];
  return [
    {
      id: "platform/constrained-root",
      path: `${prefix}nameConstraints`,
      message: "is not for a root: to change it would be to replace what every workload trusts",
      got: inBrief(args.nameConstraints),
      expected: "no value here",
      fix: "Constrain the intermediates below it",
    },
  ];
}

/** Every problem of a root's arguments, none when they are fine. */
export function rootProblems(args: RootCertificateAuthorityArgs, prefix = ""): InputProblem[] {
  return [
    ...rootConstraintProblems(args, prefix),
    ...keyProblems(`${prefix}key`, args.key),
    ...countProblems(`${prefix}validityDays`, args.validityDays, 1),
    // 0 would forbid the intermediate authority that istiod is given.
    ...countProblems(`${prefix}maxPathLength`, args.maxPathLength, 1),
  ];
}

/** Every problem of an intermediate authority's arguments, none when they are fine. */
export function intermediateProblems(args: IntermediateArgs, prefix = ""): InputProblem[] {
  const problems = [
    ...nameConstraintsProblems(`${prefix}nameConstraints`, args.nameConstraints),
    ...keyProblems(`${prefix}key`, args.key),
    ...countProblems(`${prefix}validityDays`, args.validityDays, 1),
    ...countProblems(`${prefix}renewBeforeDays`, args.renewBeforeDays, 0),
  ];
  const validity = args.validityDays ?? DEFAULTS.intermediateDays;
  const renewal = args.renewBeforeDays ?? DEFAULTS.renewBeforeDays;
  if (renewal >= validity) {
    problems.push({
      id: "platform/renewal-window",
      path: `${prefix}renewBeforeDays`,
      message: "is not shorter than the certificate's whole life: every deployment would renew it",
      got: printed(renewal),
      expected: `less than ${validity}`,
      fix: "Lower `renewBeforeDays` or raise `validityDays`",
    });
  }
  return problems;
}

/** Every problem of the arguments, none when they are fine. */
export function authorityProblems(args: CertificateAuthorityArgs): InputProblem[] {
  const problems = [
    ...labelProblems("namespace", args.namespace),
    ...rootProblems(args.newRoot ?? {}, "newRoot."),
    ...intermediateProblems(args.newIntermediate ?? {}, "newIntermediate."),
  ];
  problems.push(
    ...meshConstraintsProblems(
      "newIntermediate.nameConstraints",
      args.newIntermediate?.nameConstraints,
      args,
    ),
  );
  problems.push(...labelProblems("existing.secretName", args.existing?.secretName));
  const [chosen, ...others] = (["existing", "issued", "newRoot", "newIntermediate"] as const).filter(
    (field) => args[field] !== undefined,
  );
  for (const field of chosen === "existing" || chosen === "issued" ? others : []) {
    problems.push({
      id: "platform/two-authorities",
      path: field,
      message: `is set beside \`${chosen}\`, and a control plane signs with one authority`,
      got: `\`${field}\` and \`${chosen}\``,
      expected: "`existing`, `issued`, or an authority that is made here",
      fix: "Remove one of the two",
    });
  }
  const validity = args.newIntermediate?.validityDays ?? DEFAULTS.intermediateDays;
  const rootValidity = args.newRoot?.validityDays ?? DEFAULTS.rootDays;
  if (args.issued === undefined && args.existing === undefined && validity > rootValidity) {
    problems.push({
      id: "platform/outlives-root",
      path: "newIntermediate.validityDays",
      message: "is longer than the life of the root: the certificate would end with it anyway",
      got: printed(validity),
      expected: `at most ${rootValidity}`,
      fix: "Lower it, or raise `newRoot.validityDays`",
    });
  }
  return problems;
}
