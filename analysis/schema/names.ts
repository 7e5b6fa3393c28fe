const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dnsLabel = new RegExp(`^${LABEL}$`);
const dnsSubdomain = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What the checks ask for, in words. */
export const nameWords = {
  subdomain: "lowercase letters, digits, - and ., starting and ending with a letter or digit, at most 253",
  dnsLabel: "lowercase letters, digits and -, starting and ending with a letter or digit, at most 63",
  qualified: "a name of at most 63, after an optional DNS name and /",
  labelValue:
    "nothing, or letters, digits, -, _ and ., starting and ending with a letter or digit, at most 63",
} as const;

/** The name of a custom resource. */
export function isSubdomain(name: string): boolean {
  return name.length <= 253 && dnsSubdomain.test(name);
}

/** A server completes longer ones too, after it has cut them. */
const COMPLETED_FROM = 58;

/**
 * What a name may start with, when a server completes it with letters and digits. It asks twice: of the start, where a
 * last dash and what is before it count as a letter, and of the whole.
 */
export function isSubdomainPrefix(prefix: string): boolean {
  const start = prefix.length > 1 && prefix.endsWith("-") ? `${prefix.slice(0, -2)}a` : prefix;
  return isSubdomain(start) && isSubdomain(`${prefix.slice(0, COMPLETED_FROM)}a`);
}

/** The name of a namespace. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && dnsLabel.test(name);
}

/** The key of a label, and the name of a finalizer. */
export function isQualified(key: string): boolean {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2 || name.length > 63 || !qualifiedName.test(name)) return false;
  return parts.length === 1 || isSubdomain(parts[0] ?? "");
}

export function isLabelValue(value: string): boolean {
  return value === "" || (value.length <= 63 && qualifiedName.test(value));
}
