/** The parts of a URL, each empty where the URL has none. */
export interface RequestUrl {
  readonly scheme: string;
  /** With the port, and brackets around an IPv6 address. */
  readonly host: string;
  /** Without port and brackets. */
  readonly hostname: string;
  readonly port: string;
  readonly escapedPath: string;
  readonly query: string;
}

/**
 * Reads a URL as an API server does: an absolute URI, or an absolute path; undefined for anything else.
 *
 * Not the URL of browsers, which repairs what it reads (`http:example`, spaces, capitals) where a server refuses it.
 */
export function parseRequestUrl(text: string): RequestUrl | undefined {
  if (text === "" || hasControl(text)) return undefined;
  const withScheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
  if (withScheme === null && text.startsWith(":")) return undefined;
  const scheme = (withScheme?.[1] ?? "").toLowerCase();
  const rest = withScheme === null ? text : text.slice(withScheme[0].length);
  const mark = rest.indexOf("?");
  const beforeQuery = mark === -1 ? rest : rest.slice(0, mark);
  const query = (mark === -1 ? "" : rest.slice(mark + 1)).replace(/#.*$/s, "");
  const none = { scheme, host: "", hostname: "", port: "", escapedPath: "", query };

  if (text === "*") return { ...none, escapedPath: "*" };
  if (!beforeQuery.startsWith("/")) return scheme === "" ? undefined : none;
  if (scheme === "" || !beforeQuery.startsWith("//")) return withPath(none, beforeQuery);
  const slash = beforeQuery.indexOf("/", 2);
  const authority = beforeQuery.slice(2, slash === -1 ? undefined : slash);
  const path = slash === -1 ? "" : beforeQuery.slice(slash);
  const host = parseAuthority(authority);
  return host === undefined ? undefined : withPath({ ...none, ...host }, path);
}

function hasControl(text: string): boolean {
  return [...text].some((c) => c < " " || c === "\x7f");
}

function withPath(url: RequestUrl, path: string): RequestUrl | undefined {
  if (!isPercentEncoded(path)) return undefined;
  return { ...url, escapedPath: escapePath(path.replace(/#.*$/s, "")) };
}

/** Every `%` starts the two hexadecimal digits of a byte. */
function isPercentEncoded(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}

/** Escapes what a path may not hold as it is; what is escaped already stays. */
function escapePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-_.~!$&'()*+,;=:@/%[\]]/gu, (c) => encodeURIComponent(c));
}

function parseAuthority(authority: string): Pick<RequestUrl, "host" | "hostname" | "port"> | undefined {
  const at = authority.lastIndexOf("@");
  const user = at === -1 ? "" : authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || !isPercentEncoded(user)) return undefined;
  const host = authority.slice(at + 1);
  // An IPv6 address without brackets passes, its last group read as a port: so does it in Go's net/url.
  const [, address, port] = /^(\[.*\]|[^[\]]*?)(?::(\d*))?$/s.exec(host) ?? [];
  if (address === undefined || !isHostText(address)) return undefined;
  if (!address.startsWith("[") && port === undefined && address.includes(":")) return undefined;
  return { host, hostname: address.replace(/^\[|\]$/g, ""), port: port ?? "" };
}

/** Letters, digits and the punctuation that a host may hold; beyond ASCII anything. */
function isHostText(host: string): boolean {
  // Of what is percent-encoded, only bytes beyond ASCII are allowed; a zone of an IPv6 address starts with %25.
  const plain = host.startsWith("[") ? host.replace(/%25.*\]$/s, "]") : host;
  return /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\u0080-\u{10ffff}]*$/u.test(
    plain.replace(/%[89A-Fa-f][0-9A-Fa-f]/g, ""),
  );
}
