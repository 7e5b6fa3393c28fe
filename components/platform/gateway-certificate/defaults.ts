import type { GatewayCertificateArgs } from "./args";

/** Lifetimes in days; a deployment renews less often than cert-manager does. */
const LIFETIMES = {
  authority: { validityDays: 365, renewBeforeDays: 60 },
  issuer: { validityDays: 90, renewBeforeDays: 30 },
} as const;

/** How long a certificate lives and when it is renewed, in days. */
export function lifetimeOf({
  issuer,
  validityDays,
  renewBeforeDays,
}: Pick<GatewayCertificateArgs, "issuer" | "validityDays" | "renewBeforeDays">): {
  readonly validityDays: number;
  readonly renewBeforeDays: number;
} {
  const usual = LIFETIMES[issuer === undefined ? "authority" : "issuer"];
  return {
    validityDays: validityDays ?? usual.validityDays,
    renewBeforeDays: renewBeforeDays ?? usual.renewBeforeDays,
  };
}
