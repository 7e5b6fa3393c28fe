const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** A DNS-1123 label: what a namespace, a service account or a port may be called. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** A Kubernetes Service name: a DNS-1035 label, which unlike DNS-1123 starts with a letter. */
export function isServiceName(text: string): boolean {
  return isDnsLabel(text) && /^[a-z]/.test(text);
}

/** A DNS-1123 subdomain: labels between dots, 253 characters at most. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && text.split(".").every(isDnsLabel);
}

/** A host name with at least two labels whose last is not a number, so that an IP address is none. */
export function isHost(text: string): boolean {
  return isDnsSubdomain(text) && /\.[a-z][-a-z0-9]*$/.test(text);
}

/** `*.example.com`: a star in the place of the leftmost label. */
export function isWildcardHost(text: string): boolean {
  return text.startsWith("*.") && isHost(text.slice(2));
}

/** Whether `host`, which may be a wildcard itself, is served by `pattern`: itself, `*.domain` or `*`. */
export function isHostUnder(host: string, pattern: string): boolean {
  if (pattern === "*" || host === pattern) return true;
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
}

/** Whether some request host is served by both patterns. */
export function hostsOverlap(a: string, b: string): boolean {
  return isHostUnder(a, b) || isHostUnder(b, a);
}

/** What a Kubernetes label may be set to. */
export function isLabelValue(text: string): boolean {
  return text.length <= 63 && LABEL_VALUE.test(text);
}

/** A Kubernetes label key: a name, or a DNS subdomain, a slash and a name. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (name.length > 63 || !LABEL_NAME.test(name)) return false;
  return slash < 0 || isDnsSubdomain(text.slice(0, slash));
}

/** `namespace/host` as a Sidecar takes it; `*` for any namespace or host. */
export function isNamespacedHost(value: string): boolean {
  const [namespace = "", host = "", ...rest] = value.split("/");
  if (rest.length > 0 || !(namespace === "*" || isDnsLabel(namespace))) return false;
  return host === "*" || isHost(host) || isWildcardHost(host);
}
