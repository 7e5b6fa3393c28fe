import type { GatewayIntent } from "../intent/intent";
import { GROUP } from "./gateway-api/names";

/** How a policy chooses the proxies of a gateway. */
export type Selection =
  | { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } }
  | {
      readonly targetRefs: readonly {
        readonly group: string;
        readonly kind: string;
        readonly name: string;
      }[];
    };

/** Proxies that istiod runs for a Gateway have only that in common; a selector would be ignored there. */
export function chosenBy({ name, managed, selector }: GatewayIntent): Selection {
  if (managed === undefined) return { selector: { matchLabels: selector } };
  return { targetRefs: [{ group: GROUP, kind: "Gateway", name }] };
}
