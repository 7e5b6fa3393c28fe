import { known, type Value } from "../reader";
import type { MeshObject } from "./mesh-object";

/** Where an AuthorizationPolicy asks who the user of a request is, as its token says. */
export function requestIdentityUses(policy: MeshObject): readonly Value[] {
  const uses: Value[] = [];
  for (const rule of policy.spec.get("rules").items()) {
    for (const from of rule.get("from").items()) {
      const source = from.get("source");
      for (const field of ["requestPrincipals", "notRequestPrincipals"]) {
        const list = source.get(field);
        if (list.items().length > 0 || list.isUnknown) uses.push(list);
      }
    }
    for (const condition of rule.get("when").items()) {
      const key = condition.get("key");
      if (known(key.text())?.startsWith("request.auth.") === true) uses.push(key);
    }
  }
  return uses;
}

/** A header name of a match that stands for a claim of the token: `@request.auth.claims.group`. */
export function isClaimHeader(name: string): boolean {
  return /^@request\.auth\.claims(\..+|\[.+\])$/is.test(name);
}
