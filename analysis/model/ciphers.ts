const suites: ReadonlySet<string> = new Set([
  ...["ECDSA", "RSA"].flatMap((key) =>
    ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305", "AES128-SHA", "AES256-SHA"].map(
      (rest) => `ECDHE-${key}-${rest}`,
    ),
  ),
  ...["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA"],
]);

/** A cipher suite without forward secrecy, in a mode that leaks, or broken. */
export function isWeakCipherSuite(word: string): boolean {
  return suites.has(word) && !/^ECDHE-.*(GCM|POLY1305)/.test(word);
}

/** A cipher suite that Istio passes on to Envoy; it drops others. A word that begins with an operator is passed on as it is. */
export function isCipherSuite(word: string): boolean {
  return word === "" || word === "ALL" || !/^[\p{L}\p{N}]/u.test(word) || suites.has(word);
}
