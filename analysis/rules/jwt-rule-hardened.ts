import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const jwtRuleHardened: Rule = {
  id: "jwt-rule-hardened",
  group: "jwt",
  title: "Tokens are checked with care",
  description:
    "A RequestAuthentication fetches signing keys in plaintext, carries a private key, takes tokens that were made for another service, or passes the token on to the workload, which can then act as the user.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0133"],
  fix: "Fetch keys over https, name the audiences that this service answers to, and forward the token only where the workload needs it",
  docs: "https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTRule",
  *check(model) {
    for (const object of model.ofKind(kinds.requestAuthentication)) {
      for (const rule of object.spec.get("jwtRules").items()) yield* judge(object, rule);
    }
  },
};

function* judge(object: MeshObject, rule: Value): Iterable<Verdict> {
  const uri = rule.get("jwksUri");
  const address = uri.text();
  if (address === UNKNOWN) yield object.wait(uri.path);
  else if (address !== undefined && /^http:/i.test(address))
    yield object.report(
      uri.path,
      `keys are fetched from ${address}, in plaintext: whoever is on the way can put keys of their own in`,
      { anchors: [] },
    );
  yield* checkInlineKeys(object, rule.get("jwks"));
  const audiences = rule.get("audiences");
  if (audiences.isUnknown) yield object.wait(audiences.path);
  else if (audiences.items().length === 0)
    yield object.report(
      rule.path,
      "no audience is named, so a token that the same issuer made for another service is taken here too",
      { anchors: [], fix: "Name this service's audiences in jwtRules[].audiences" },
    );
  const forward = rule.get("forwardOriginalToken");
  if (forward.boolean() === true)
    yield object.report(
      forward.path,
      "the token is passed on to the workload, which can use it elsewhere in the user's name",
      {
        anchors: [],
        level: "advisory",
        fix: "Leave forwardOriginalToken out, and pass claims with outputClaimToHeaders",
      },
    );
}

/** The private members of RSA, elliptic curve and symmetric keys. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "k"];

function* checkInlineKeys(object: MeshObject, jwks: Value): Iterable<Verdict> {
  const text = jwks.text();
  if (text === UNKNOWN) yield object.wait(jwks.path);
  if (typeof text !== "string" || text === "") return;
  for (const [index, key] of parseKeys(text).entries()) {
    const found = privateMembers.filter((member) => Object.hasOwn(key, member));
    if (found.length > 0)
      yield object.report(
        jwks.path,
        `key ${index} of the inline key set is private: whoever reads this object can make tokens`,
        { anchors: ["IST0133"], fix: "Publish the public key only, and replace the key that has been shown" },
      );
  }
}

function parseKeys(text: string): readonly object[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return [];
    const list: unknown = "keys" in parsed ? parsed.keys : [parsed];
    return Array.isArray(list) ? list.filter((key) => typeof key === "object" && key !== null) : [];
  } catch {
    // schema-valid reports what does not parse.
    return [];
  }
}
