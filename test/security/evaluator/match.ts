import ipaddr from "ipaddr.js";

/** A text against a pattern: exact, `abc*`, `*abc`, or `*` for anything that is not empty. */
export function matchesText(text: string | undefined, pattern: string): boolean {
  if (text === undefined) return false;
  if (pattern === "*") return text.length > 0;
  if (pattern.startsWith("*")) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return text.startsWith(pattern.slice(0, -1));
  return text === pattern;
}

/** A header against a pattern: as a text, but `*` is met by an empty value, too. */
export function matchesHeader(value: string | undefined, pattern: string): boolean {
  return pattern === "*" ? value !== undefined : matchesText(value, pattern);
}

/** Hosts are compared without regard to case. */
export function matchesHost(host: string | undefined, pattern: string): boolean {
  return matchesHeader(host?.toLowerCase(), pattern.toLowerCase());
}

/** A path against a pattern or template; what follows `?` or `#` is no part of it. */
export function matchesPath(target: string, pattern: string): boolean {
  const [path = ""] = target.split(/[?#]/);
  return /\{\*\*?\}/.test(pattern) ? matchesTemplate(path, pattern) : matchesText(path, pattern);
}

/** What Envoy takes for a character of a path segment, from RFC 3986. */
const SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=]";

const templates = new Map<string, RegExp>();

/** `{*}` is one segment that is not empty, `{**}` whatever is left, nothing included. */
function matchesTemplate(path: string, template: string): boolean {
  const known = templates.get(template);
  if (known !== undefined) return known.test(path);
  const expression = template
    .split(/(\{\*\*?\})/)
    .map((part) =>
      part === "{*}"
        ? `${SEGMENT}+`
        : part === "{**}"
          ? `(${SEGMENT}|/)*`
          : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  const compiled = new RegExp(`^${expression}$`, "s");
  templates.set(template, compiled);
  return compiled.test(path);
}

/** An address against another one or a range. */
export function matchesAddress(address: string | undefined, block: string): boolean {
  if (address === undefined) return false;
  const given = ipaddr.process(address);
  const [network, bits] = block.includes("/")
    ? ipaddr.parseCIDR(block)
    : [ipaddr.parse(block), ipaddr.parse(block).kind() === "ipv4" ? 32 : 128];
  return given.kind() === network.kind() && given.match(network, bits);
}

/**
 * A claim against a pattern. A list is met by any element, and the claims `scope` and `permission` count as lists of
 * words.
 */
export function matchesClaim(
  claims: Readonly<Record<string, unknown>> | undefined,
  steps: readonly string[],
  patterns: readonly string[],
): boolean {
  const value = steps.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[step] : undefined),
    claims,
  );
  const words =
    typeof value === "string" && (steps.at(-1) === "scope" || steps.at(-1) === "permission")
      ? value.split(" ")
      : value;
  const values = Array.isArray(words) ? words : [words];
  return values.some(
    (each) => typeof each === "string" && patterns.some((pattern) => matchesText(each, pattern)),
  );
}

/** `issuer/subject` of a token, each side with the star that Istio allows it; the last slash divides. */
export function matchesRequestPrincipal(
  claims: Readonly<Record<string, unknown>> | undefined,
  pattern: string,
): boolean {
  const { iss, sub } = claims ?? {};
  if (typeof iss !== "string" || typeof sub !== "string" || iss === "" || sub === "") return false;
  if (pattern === "*") return true;
  const slash = pattern.lastIndexOf("/");
  if (slash < 0) {
    // Without a slash a star reaches over the division: a prefix is of issuers, a suffix of subjects.
    if (pattern.startsWith("*")) return matchesText(sub, pattern);
    return pattern.endsWith("*") && matchesText(iss, pattern);
  }
  const issuer = pattern.slice(0, slash);
  const subject = pattern.slice(slash + 1);
  if (pattern.startsWith("*")) return matchesText(iss, issuer) && sub === subject;
  return iss === issuer && (pattern.endsWith("*") ? matchesText(sub, subject) : sub === subject);
}
