import ipaddr from "ipaddr.js";

const LARGEST_INTEGER = 2n ** 63n - 1n;
const LABEL = "[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?";
const LONGEST_LABEL = 63;
const label = new RegExp(`^${LABEL}$`);
/** A name may end in a dot, which says that it is complete. */
const labels = new RegExp(`^(?:${LABEL}\\.)*(?:${LABEL})?$`);
const wildcardLabel = new RegExp(`^(?:\\*|(?:\\*-?)?${LABEL})$`);
const NAME = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelKey = new RegExp(`^(?:(${LABEL}(?:\\.${LABEL})*)/)?(${NAME})$`);
const labelValue = new RegExp(`^(?:${NAME})?$`);

/** One part of a DNS name, in any case, as Istio reads it. */
export function isLabel(text: string): boolean {
  return text.length <= LONGEST_LABEL && label.test(text);
}

function areLabels(domain: string): boolean {
  if (!labels.test(domain)) return false;
  const last = domain.slice(domain.lastIndexOf(".") + 1);
  if (/^\d+$/.test(last) && BigInt(last) <= LARGEST_INTEGER) return false;
  return domain.length <= LONGEST_LABEL || domain.split(".").every((part) => part.length <= LONGEST_LABEL);
}

export function isDomain(text: string): boolean {
  return text.length > 0 && text.length <= 255 && areLabels(text);
}

/** A domain whose first part may be `*`, or begin with it. */
export function isWildcardDomain(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false;
  const dot = text.indexOf(".");
  const first = dot === -1 ? text : text.slice(0, dot);
  return (
    first.length <= LONGEST_LABEL &&
    wildcardLabel.test(first) &&
    (dot === -1 || areLabels(text.slice(dot + 1)))
  );
}

/** A wildcard that stands for a part of a name only, as in `*-internal.example.com`. */
export function isPartialWildcard(text: string): boolean {
  return text.includes("*") && text !== "*" && !text.startsWith("*.");
}

export function isAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return !/(^|\.)0\d/.test(text);
  const [address = "", zone, ...more] = text.split("%");
  if (more.length > 0 || zone === "" || !address.includes(":")) return false;
  return ipaddr.IPv6.isValid(address) && !/(^|[:.])0\d+\./.test(address);
}

export function isAddressOrRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  if (bits === undefined) return isAddress(text);
  if (more.length > 0 || !isAddress(address) || address.includes("%")) return false;
  return /^(0|[1-9]\d*)$/.test(bits) && Number(bits) <= (address.includes(":") ? 128 : 32);
}

export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535;
}

/** A path that a unix domain socket can have, without `unix://`; an abstract one begins with `@`. */
export function isSocketPath(text: string): boolean {
  return text.startsWith("@") || (text.startsWith("/") && !text.endsWith("/"));
}

/** A key that Kubernetes takes for a label, in Istio's reading. */
export function isLabelKey(text: string): boolean {
  const [, prefix = "", name = ""] = labelKey.exec(text) ?? [];
  return name !== "" && name.length <= 63 && prefix.length <= 253;
}

export function isLabelValue(text: string): boolean {
  return labelValue.test(text);
}

/** `host:port`, an IPv6 address in brackets. */
export function isHostAndPort(text: string): boolean {
  const parts = splitHostPort(text);
  if (parts === undefined) return false;
  return isPort(toInteger(parts.port) ?? 0) && (isDomain(parts.host) || isAddress(parts.host));
}

/** Takes `host:port`, `[address]:port` and `:port` apart; nothing where the text is none of them. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const [, inBrackets, bare, port = ""] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  const host = inBrackets ?? bare;
  return host === undefined ? undefined : { host, port };
}

/** A whole number as Istio reads one from text. */
export function toInteger(text: string): number | undefined {
  return /^[-+]?\d+$/.test(text) ? Number(text) : undefined;
}
