import "reflect-metadata";

import { ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, type Extension } from "@peculiar/x509";

/** RFC 5280 section 4.2.1.3, by the provider's names. */
const KEY_USAGES: Readonly<Record<string, KeyUsageFlags>> = {
  digital_signature: KeyUsageFlags.digitalSignature,
  content_commitment: KeyUsageFlags.nonRepudiation,
  key_encipherment: KeyUsageFlags.keyEncipherment,
  data_encipherment: KeyUsageFlags.dataEncipherment,
  key_agreement: KeyUsageFlags.keyAgreement,
  cert_signing: KeyUsageFlags.keyCertSign,
  crl_signing: KeyUsageFlags.cRLSign,
  encipher_only: KeyUsageFlags.encipherOnly,
  decipher_only: KeyUsageFlags.decipherOnly,
};

/** RFC 5280 section 4.2.1.12 and the vendors' own, by the provider's names. */
const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** What `allowedUses` may hold. */
export const ALLOWED_USES: readonly string[] = [
  ...Object.keys(KEY_USAGES),
  ...Object.keys(EXTENDED_KEY_USAGES),
].sort();

/** The extensions that `allowedUses` asks for; none for an empty list. */
export function usageExtensions(allowedUses: readonly string[]): Extension[] {
  const extensions: Extension[] = [];
  const flags = allowedUses.reduce((sum, use) => sum | (KEY_USAGES[use] ?? 0), 0);
  if (flags !== 0) extensions.push(new KeyUsagesExtension(flags, true));
  const extended = allowedUses.flatMap((use) => EXTENDED_KEY_USAGES[use] ?? []);
  if (extended.length > 0) extensions.push(new ExtendedKeyUsageExtension(extended));
  return extensions;
}
