import type { TlsOriginationIntent } from "../intent/intent";
import type { DestinationRuleTrafficPolicyTls } from "./types";

/** TLS that a proxy begins, as a DestinationRule says it. */
export function clientTls({ mode, ...rest }: TlsOriginationIntent): DestinationRuleTrafficPolicyTls {
  return { mode: mode === "mutual" ? "MUTUAL" : "SIMPLE", ...rest };
}
