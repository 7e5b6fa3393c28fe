import { show } from "../../intent/show";
import type { Refusals } from "./refusals";

const PRECISE = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A host that a request gets, as a field of a filter; refused with a port or in capitals. */
export function preciseHostname(
  host: string | undefined,
  path: string,
  refusals: Refusals,
): { readonly hostname?: string } {
  if (host === undefined) return {};
  if (!PRECISE.test(host)) {
    refusals.report("hostname", path, "is no host that a filter of the Gateway API takes", {
      got: show(host),
      expected: "a DNS name",
      fix: "name the host in lower case, without a port",
    });
  }
  return { hostname: host };
}
