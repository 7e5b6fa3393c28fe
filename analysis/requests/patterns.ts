import ipaddr from "ipaddr.js";

/** How a policy's patterns are met. */

/** A text against a pattern: exact, `abc*`, `*abc`, or `*` for anything that is not empty. */
export function meetsText(text: string | undefined, pattern: string): boolean {
  if (text === undefined) return false;
  if (pattern === "*") return text !== "";
  if (pattern.startsWith("*")) return text.endsWith(pattern.slice(1));
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** A header: `*` asks only that it is there. */
export function meetsHeader(value: string | undefined, pattern: string): boolean {
  return pattern === "*" ? value !== undefined : meetsText(value, pattern);
}

const SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=]";

/** A path against a pattern, or a template with `{*}` for one part and `{**}` for any number; the query is no part. */
export function meetsPath(target: string, pattern: string): boolean {
  const [path = ""] = target.split(/[?#]/);
  if (!/\{\*\*?\}/.test(pattern)) return meetsText(path, pattern);
  const parts = pattern.split(/(\{\*\*?\})/).map((part) => {
    if (part === "{*}") return `${SEGMENT}+`;
    if (part === "{**}") return `(?:${SEGMENT}|/)*`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(path);
}

export function meetsAddress(address: string, block: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const given = ipaddr.process(address);
  const [network, length] = block.split("/");
  if (network === undefined || !ipaddr.isValid(network)) return false;
  const wanted = ipaddr.process(network);
  const bits = length === undefined ? (wanted.kind() === "ipv4" ? 32 : 128) : Number(length);
  return given.kind() === wanted.kind() && given.match(wanted, bits);
}
