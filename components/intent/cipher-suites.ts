/** Cipher suites of TLS 1.2 that keep what was said secret even from whoever gets the key later, by OpenSSL's names. */
export const CIPHER_SUITES = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-RSA-CHACHA20-POLY1305",
] as const;
export type CipherSuite = (typeof CIPHER_SUITES)[number];

/** Those that Istio knows besides: without forward secrecy, in a mode that leaks, or broken. */
export const WEAK_CIPHER_SUITES = [
  "AES128-GCM-SHA256",
  "AES128-SHA",
  "AES256-GCM-SHA384",
  "AES256-SHA",
  "DES-CBC3-SHA",
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-ECDSA-AES256-SHA",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-RSA-AES256-SHA",
] as const;
export type WeakCipherSuite = (typeof WEAK_CIPHER_SUITES)[number];
