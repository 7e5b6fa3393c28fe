import type { Value } from "../reader";
import { checkDuration, checkNamed, checkTexts } from "./checks";
import { isBlank, isFilled, isKnown, textOf } from "./fields";
import { areKeys } from "./json-web-keys";
import { refuse, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkSelector, checkTargets } from "./shared";
import { parseUrl } from "./urls";

export const checkRequestAuthentication: AdmissionCheck = function* ({ spec }) {
  yield* checkSelector(spec.get("selector"), "matchLabels");
  yield* checkTargets(spec);
  for (const rule of spec.get("jwtRules").items()) if (isKnown(rule)) yield* checkJwtRule(rule);
};

function* checkJwtRule(rule: Value): Iterable<AdmissionProblem> {
  if (isBlank(rule.get("issuer")) && isBlank(rule.get("jwksUri")))
    yield refuse(rule.path, "a rule has an issuer or a jwksUri");
  const uri = rule.get("jwksUri");
  if (textOf(uri) !== "" && !isKeyAddress(textOf(uri)))
    yield refuse(uri.path, `${JSON.stringify(textOf(uri))} is no URL of keys`);
  for (const field of ["audiences", "fromParams", "fromCookies"]) yield* checkTexts(rule.get(field));
  for (const header of rule.get("fromHeaders").items())
    yield* checkNamed(header, "name", "the header has no name");
  for (const claim of rule.get("outputClaimToHeaders").items()) {
    if (claim.isUnknown || claim.get("header").isUnknown) continue;
    const header = textOf(claim.get("header"));
    if (header === "" || isBlank(claim.get("claim"))) yield refuse(claim.path, "it has a header and a claim");
    else if (!/^[-_A-Za-z0-9]+$/.test(header))
      yield refuse(claim.get("header").path, `${JSON.stringify(header)} is no name of a header`);
  }
  yield* checkDuration(rule.get("timeout"));
  const jwks = rule.get("jwks");
  if (!isFilled(jwks) || jwks.isUnknown) return;
  if (!areKeys(textOf(jwks))) yield refuse(jwks.path, "the keys do not parse");
}

function isKeyAddress(text: string): boolean {
  const url = parseUrl(text);
  return url?.scheme === "http" || url?.scheme === "https";
}
