/** Where Kubernetes services live unless istiod is told otherwise with `--domain`. */
export const DEFAULT_CLUSTER_DOMAIN = "cluster.local";

/**
 * The complete name of a host as Istio understands it in a resource of `namespace`: a name without a dot is a
 * service of that namespace, and any other name is taken as it stands. So `reviews.bookinfo` is *not*
 * `reviews.bookinfo.svc.cluster.local`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
 */
export function qualify(host: string, namespace: string, clusterDomain: string): string {
  const lower = host.toLowerCase();
  if (lower === "*" || lower.includes(".") || lower.includes(":")) return lower;
  return `${lower}.${namespace}.svc.${clusterDomain}`;
}

/** A service of the cluster, or a wildcard of such. */
export function isClusterHost(host: string, clusterDomain: string): boolean {
  return host.endsWith(`.svc.${clusterDomain}`) || host === `*.${clusterDomain}` || host === "*.local";
}

export function isWildcard(host: string): boolean {
  return host.startsWith("*");
}

/** Every name that `host` can stand for is also covered by `pattern`. */
export function hostCovers(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) return true;
  return isWildcard(pattern) && host.length >= pattern.length && host.endsWith(pattern.slice(1));
}

/** Some name is covered by both, of which either may be a wildcard. */
export function hostsMeet(a: string, b: string): boolean {
  return hostCovers(a, b) || hostCovers(b, a);
}

/** Things kept under a host or a wildcard host, found by name without looking at all of them. */
export class HostIndex<T> {
  readonly #byHost = new Map<string, T[]>();
  #hasWildcards = false;

  add(host: string, thing: T): void {
    this.#hasWildcards ||= isWildcard(host);
    const there = this.#byHost.get(host);
    if (there === undefined) this.#byHost.set(host, [thing]);
    else there.push(thing);
  }

  /** What was added under exactly this host. */
  exactly(host: string): readonly T[] {
    return this.#byHost.get(host) ?? [];
  }

  /** What was added under this host or a wildcard that covers it, the most specific host first, one group per host. */
  *covering(host: string): Iterable<{ readonly host: string; readonly things: readonly T[] }> {
    for (const candidate of this.#hasWildcards ? coveringHosts(host) : [host]) {
      const things = this.#byHost.get(candidate);
      if (things !== undefined) yield { host: candidate, things };
    }
  }

  *all(): Iterable<readonly [string, readonly T[]]> {
    yield* this.#byHost;
  }
}

/** `a.b.c` gives `a.b.c`, `*.b.c`, `*.c`, `*`. */
export function* coveringHosts(host: string): Iterable<string> {
  yield host;
  const from = isWildcard(host) ? host.indexOf(".") + 1 : 0;
  for (let dot = host.indexOf(".", from); dot !== -1; dot = host.indexOf(".", dot + 1)) {
    const wildcard = `*${host.slice(dot)}`;
    if (wildcard !== host) yield wildcard;
  }
  if (host !== "*") yield "*";
}
