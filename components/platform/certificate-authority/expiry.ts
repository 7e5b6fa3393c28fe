import { daysBetween, datedCertificates } from "../../../analysis/model/certificate-lifetime";
import { mtlsCertificateLifetime } from "../../../analysis/rules/mtls-certificate-lifetime";

const { authorityWarnDays, rootWarnDays } = mtlsCertificateLifetime.options!;

/**
 * What to say of authorities that end soon, with the notice that the rule `mtls-certificate-lifetime` gives: a policy pack
 * does not see what a secret holds that was made elsewhere.
 *
 * @param pems PEM texts; a certificate that stands in several is spoken of once
 * @param now the moment that is counted from, in milliseconds
 */
export function expiryWarnings(pems: readonly string[], now: number): string[] {
  const today = new Date(now).toISOString().slice(0, "YYYY-MM-DD".length);
  const warnings = pems.flatMap(datedCertificates).flatMap(({ role, name, end }) => {
    if (role === "server") return [];
    const left = daysBetween(today, end);
    const notice = role === "root" ? rootWarnDays.default : authorityWarnDays.default;
    // One that has ended is refused, not warned of.
    if (left < 0 || left > notice) return [];
    return [
      role === "root"
        ? `the root "${name}" ends on ${end}: begin to replace it, which takes several deployments`
        : `the authority "${name}" ends on ${end}: renew it where it is issued, and deploy it`,
    ];
  });
  return [...new Set(warnings)];
}
