import { known, type Value } from "../reader";
import type { MeshObject } from "./mesh-object";

const httpFields = ["methods", "paths", "hosts", "notMethods", "notPaths", "notHosts"];
const tokenFields = ["requestPrincipals", "notRequestPrincipals", "remoteIpBlocks", "notRemoteIpBlocks"];

/** The first place where an AuthorizationPolicy asks for something that only a proxy that reads HTTP can see. */
export function httpCondition(policy: MeshObject): Value | undefined {
  for (const rule of policy.spec.get("rules").items()) {
    for (const to of rule.get("to").items()) {
      for (const field of httpFields) {
        const list = to.get("operation").get(field);
        if (list.items().length > 0) return list;
      }
    }
    for (const from of rule.get("from").items()) {
      for (const field of tokenFields) {
        const list = from.get("source").get(field);
        if (list.items().length > 0) return list;
      }
    }
    for (const condition of rule.get("when").items()) {
      const key = condition.get("key");
      if (known(key.text())?.startsWith("request.") === true) return key;
    }
  }
  return undefined;
}
