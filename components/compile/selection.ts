import type { GatewayIntent } from "../intent/intent";
import { GROUP } from "./gateway-api/names";

/** What a policy is attached to by name. */
export interface PolicyTarget {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** How a policy chooses whom it is about. */
export type Selection =
  | { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } }
  | { readonly targetRefs: readonly PolicyTarget[] };

/** Proxies that istiod runs for a Gateway have only that in common; a selector would be ignored there. */
export function chosenBy({ name, managed, selector }: GatewayIntent): Selection {
  if (managed === undefined) return { selector: { matchLabels: selector } };
  return { targetRefs: [{ group: GROUP, kind: "Gateway", name }] };
}
