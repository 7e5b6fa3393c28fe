import { celEnv, celError, CelScalar, parse, plan, type CelInput, type CelResult } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { addresses } from "./library/addresses";
import { conversions } from "./library/conversions";
import { lists } from "./library/lists";
import { compileRegex, regexes } from "./library/regexes";
import { urls } from "./library/urls";

/** A compiled expression. Never throws: an error is a value. */
export type Expression = (variables: { readonly self: CelInput }) => CelResult;

/**
 * What a rule of a CustomResourceDefinition may call beyond the language itself: the strings extension and Kubernetes'
 * own libraries. Regular expressions are RE2, as in an API server.
 *
 * @see https://kubernetes.io/docs/reference/using-api/cel/#cel-language-features-and-libraries
 */
const environment = celEnv({
  funcs: [...strings, ...conversions, ...urls, ...addresses, ...lists, ...regexes],
  variables: { self: CelScalar.DYN },
  re2: { compile: (pattern) => ({ test: (text) => compileRegex(pattern).matcher(text).find() }) },
});

const compiled = new Map<string, Expression>();

/** Compiles an expression once; the same text again costs a look-up. An expression that does not parse gives its error. */
export function compileExpression(text: string): Expression {
  let expression = compiled.get(text);
  if (expression === undefined) {
    expression = tryCompile(text);
    compiled.set(text, expression);
  }
  return expression;
}

function tryCompile(text: string): Expression {
  try {
    return plan(environment, parse(text));
  } catch (error) {
    const result = celError(error);
    return () => result;
  }
}
