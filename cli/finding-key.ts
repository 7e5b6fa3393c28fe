import type { Finding } from "../analysis";

/** What tells one finding from another, wherever it is kept. */
export type KnownFinding = Pick<Finding, "rule" | "path" | "message" | "object">;

/** `networking.istio.io/v1/VirtualService/shop/reviews`. */
export function identityOf({ object }: Pick<KnownFinding, "object">): string {
  return [object.apiVersion, object.kind, object.namespace ?? "", object.name].join("/");
}

/** The same for findings that say the same of the same place; lines do not count. */
export function placedKey(finding: KnownFinding): string {
  return JSON.stringify([finding.rule, identityOf(finding), finding.path, finding.message]);
}

/** The same for findings that say the same of the same object, wherever in it. */
export function placelessKey(finding: KnownFinding): string {
  return JSON.stringify([finding.rule, identityOf(finding), finding.message]);
}
