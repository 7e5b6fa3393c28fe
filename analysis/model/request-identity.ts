import { known, type Value } from "../reader";
import type { MeshObject } from "./mesh-object";

/** Where an AuthorizationPolicy asks who the user of a request is, as its token says. */
export function requestIdentityUses(policy: MeshObject): readonly Value[] {
  return policy.spec
    .get("rules")
    .items()
    .flatMap((rule) => [
      ...rule
        .get("from")
        .items()
        .flatMap((from) =>
          ["requestPrincipals", "notRequestPrincipals"].flatMap((field) => {
            const list = from.get("source").get(field);
            return list.items().length > 0 || list.isUnknown ? [list] : [];
          }),
        ),
      ...rule
        .get("when")
        .items()
        .flatMap((condition) => {
          const key = condition.get("key");
          return known(key.text())?.startsWith("request.auth.") === true ? [key] : [];
        }),
    ]);
}

/** A header name of a match that stands for a claim of the token: `@request.auth.claims.group`. */
export function isClaimHeader(name: string): boolean {
  return /^@request\.auth\.claims(\..+|\[.+\])$/is.test(name);
}
