/** `PeerAuthentication` gives `peer-authentication`, `HTTPRoute` gives `http-route`, `TLSRoute` gives `tls-route`. */
export function kebab(kind: string): string {
  return kind
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

/** `jwks_uri` gives `JwksUri`. */
export function pascal(name: string): string {
  return name.replace(/(?:^|[^a-zA-Z0-9])([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase());
}

const invariable = new Set(["tls"]);

/** What one item of a list is called: `rules` holds a `rule`, `matches` a `match`. */
export function singular(name: string): string {
  if (invariable.has(name.toLowerCase())) return name;
  return name
    .replace(/ies$/, "y")
    .replace(/(ch|sh|x|ss)es$/, "$1")
    .replace(/([^s])s$/, "$1");
}

/** Shapes that Istio names itself, by their property names. */
export const namedShapes: Readonly<Record<string, string>> = {
  "exact,prefix,regex": "StringMatch",
  "host,port,subset": "Destination",
};
