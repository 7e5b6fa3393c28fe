/** The name under which istiod looks for its authority. */
export const SECRET_NAME = "cacerts";

/** Lifetimes, in days. */
export const DEFAULTS = {
  rootDays: 3650,
  intermediateDays: 730,
  renewBeforeDays: 60,
} as const;

const HOURS_PER_DAY = 24;

/** The provider counts in hours. */
export function hours(days: number): number {
  return days * HOURS_PER_DAY;
}

/** What an authority's key may be used for: signing certificates and lists of revoked ones, and nothing else. */
export const AUTHORITY_USES = ["cert_signing", "crl_signing"];
