import { isDnsLabel, isHost, isWildcardHost } from "../../intent/dns";

/** Whether a certificate can be for this name. */
export function canBeCertified(host: string): boolean {
  return isHost(host) || isDnsLabel(host) || isWildcardHost(host);
}

/**
 * Whether callers of `host` accept a certificate for `names`. A star stands for exactly one label, unlike in the hosts of
 * a Gateway, where it stands for any number of them.
 *
 * @param host what a Gateway serves; a wildcard is covered by the same wildcard
 */
export function isCertified(host: string, names: readonly string[]): boolean {
  const parent = host.slice(host.indexOf("."));
  return names.some((name) => name === host || (host.includes(".") && name === `*${parent}`));
}
