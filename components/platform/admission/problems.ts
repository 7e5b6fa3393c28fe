import type { InputProblem } from "../../intent/problem";
import { choiceProblems, labelProblems, printed } from "../problems";
import {
  type AdmissionExceptionArgs,
  AdmissionMode,
  AdmissionPolicy,
  type AdmissionPoliciesArgs,
} from "./args";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LEAST_REASON = 10;

/**
 * Every problem of the arguments, none when they are fine.
 *
 * @param today the day that exceptions are judged against, `YYYY-MM-DD`
 */
export function admissionProblems(args: AdmissionPoliciesArgs, today: string): InputProblem[] {
  return [
    ...labelProblems("namespace", args.namespace),
    ...choiceProblems("mode", args.mode, Object.values(AdmissionMode)),
    ...(args.exceptions ?? []).flatMap((exception, index) =>
      exceptionProblems(`exceptions[${index}]`, exception, today),
    ),
    ...(args.agreed ?? []).flatMap((name, index) =>
      /^[^/\s]+\/[^/\s]+$/.test(name)
        ? []
        : [
            {
              id: "platform/bad-name",
              path: `agreed[${index}]`,
              message: "is not the name of an object in its namespace",
              got: printed(name),
              expected: 'a text such as "shop/default"',
              fix: "Write namespace and name",
            },
          ],
    ),
  ];
}

function exceptionProblems(
  path: string,
  { namespace, policies = [], reason, until }: AdmissionExceptionArgs,
  today: string,
): InputProblem[] {
  const problems = [
    ...labelProblems(`${path}.namespace`, namespace),
    ...policies.flatMap((policy, index) =>
      choiceProblems(`${path}.policies[${index}]`, policy, Object.values(AdmissionPolicy)),
    ),
  ];
  if (typeof reason !== "string" || reason.trim().length < LEAST_REASON) {
    problems.push({
      id: "platform/exception-reason",
      path: `${path}.reason`,
      message: "does not say why",
      got: printed(reason),
      expected: `at least ${LEAST_REASON} characters`,
      fix: "Say why, for those who review it",
    });
  }
  const isDay = typeof until === "string" && DAY.test(until) && !Number.isNaN(Date.parse(until));
  if (!isDay) {
    problems.push({
      id: "platform/exception-end",
      path: `${path}.until`,
      message: "is not a day",
      got: printed(until),
      expected: "the last day on which it holds, YYYY-MM-DD",
      fix: "Set an end",
    });
  } else if (until < today) {
    problems.push({
      id: "platform/exception-ended",
      path: `${path}.until`,
      message: `is over: namespace ${printed(namespace)} would stay outside of the policies`,
      got: printed(until),
      expected: `${today} or a later day`,
      fix: "Remove the exception, or agree on another end",
    });
  }
  return problems;
}
