import type { Value } from "../reader";
import { checkDuration, checkNamed, checkTexts } from "./checks";
import { isBlank, isFilled, isKnown, textOf } from "./fields";
import { areKeys } from "./json-web-keys";
import type { AdmissionCheck, Problems } from "./problem";
import { checkSelector, checkTargets } from "./shared";
import { parseUrl } from "./urls";

export const checkRequestAuthentication: AdmissionCheck = (problems, { spec }) => {
  checkSelector(problems, spec.get("selector"), "matchLabels");
  checkTargets(problems, spec);
  for (const rule of spec.get("jwtRules").items()) if (isKnown(rule)) checkJwtRule(problems, rule);
};

function checkJwtRule(problems: Problems, rule: Value): void {
  if (isBlank(rule.get("issuer")) && isBlank(rule.get("jwksUri")))
    problems.refuse(rule.path, "a rule has an issuer or a jwksUri");
  const uri = rule.get("jwksUri");
  if (textOf(uri) !== "" && !isKeyAddress(textOf(uri)))
    problems.refuse(uri.path, `${JSON.stringify(textOf(uri))} is no URL of keys`);
  for (const field of ["audiences", "fromParams", "fromCookies"]) checkTexts(problems, rule.get(field));
  for (const header of rule.get("fromHeaders").items())
    checkNamed(problems, header, "name", "the header has no name");
  for (const claim of rule.get("outputClaimToHeaders").items()) {
    if (claim.isUnknown || claim.get("header").isUnknown) continue;
    const header = textOf(claim.get("header"));
    if (header === "" || isBlank(claim.get("claim")))
      problems.refuse(claim.path, "it has a header and a claim");
    else if (!/^[-_A-Za-z0-9]+$/.test(header))
      problems.refuse(claim.get("header").path, `${JSON.stringify(header)} is no name of a header`);
  }
  checkDuration(problems, rule.get("timeout"));
  const jwks = rule.get("jwks");
  if (!isFilled(jwks) || jwks.isUnknown) return;
  if (!areKeys(textOf(jwks))) problems.refuse(jwks.path, "the keys do not parse");
}

function isKeyAddress(text: string): boolean {
  const url = parseUrl(text);
  return url?.scheme === "http" || url?.scheme === "https";
}
