import fc from "fast-check";
import { attribute, defineMesh, everyoneIn, jwt, outsider, type SecuritySpec } from "../../components/intent";
import type { Call } from "./evaluator";

/*
 * Call graphs drawn at random, what they mean by a few lines of their own, and every call that could tell a right
 * policy from a wrong one.
 */

const PORTS = {
  http: { number: 80, protocol: "http", targetPort: 8080 },
  admin: { number: 81, protocol: "grpc", targetPort: 8081 },
  raw: { number: 82, protocol: "tcp", targetPort: 8082 },
} as const;
type Port = keyof typeof PORTS;
const PORT_NAMES = Object.keys(PORTS) as Port[];
const isHttp = (port: Port): boolean => PORTS[port].protocol !== "tcp";

/** Nobody is ever allowed to call d. */
const SERVICES = { a: "one", b: "one", c: "two", d: "two" } as const;
type Key = keyof typeof SERVICES;
const KEYS = Object.keys(SERVICES) as Key[];

const ISSUER = "https://login.example";
const login = jwt({ issuer: ISSUER, jwksUri: `${ISSUER}/jwks`, audiences: ["shop"] });

/** Whoever may be named as a caller, and the certificates of those who are meant. */
const CALLERS = {
  a: ["one/sa/a"],
  b: ["one/sa/b"],
  c: ["two/sa/c"],
  edge: ["istio-system/sa/istio-ingressgateway-service-account"],
  prometheus: ["monitoring/sa/prometheus"],
  everyoneInOne: ["one/sa/a", "one/sa/b", "one/sa/stranger"],
} as const;
type Caller = keyof typeof CALLERS;
const CALLER_NAMES = Object.keys(CALLERS) as Caller[];

/** Everyone who calls: those who can be named, those whom nobody names, and those without a certificate. */
const IDENTITIES = [...new Set(Object.values(CALLERS).flat()), "two/sa/stranger", undefined];

const METHODS = ["GET", "POST", "PUT"] as const;
/** The patterns of paths that are drawn, and which of the paths that are called they match. */
const PATHS = {
  "/a": ["/a"],
  "/a*": ["/a", "/ab", "/a/b", "/a/b.html", "/a/b/c", "/a/b/c.html"],
  "/a/*": ["/a/b", "/a/b.html", "/a/b/c", "/a/b/c.html"],
  "/a/{*}": ["/a/b", "/a/b.html"],
  "*.html": ["/a/b.html", "/a/b/c.html", "/x.html"],
} as const;
type Pattern = keyof typeof PATHS;
const PATTERNS = Object.keys(PATHS) as Pattern[];
const CALLED_PATHS = ["/a", "/ab", "/a/b", "/a/b.html", "/a/b/c", "/a/b/c.html", "/x.html", "/other"];

const NEAR = "10.0.0.7";
const FAR = "192.0.2.7";

export interface Edge {
  readonly from: readonly Caller[] | "anyone";
  readonly notFrom: Caller | undefined;
  readonly to: Key;
  readonly ports: readonly Port[] | undefined;
  readonly methods: readonly (typeof METHODS)[number][] | undefined;
  readonly notMethods: readonly (typeof METHODS)[number][] | undefined;
  readonly paths: readonly Pattern[] | undefined;
  readonly notPaths: readonly Pattern[] | undefined;
  readonly near: boolean;
  readonly token: "any" | "alice" | undefined;
  readonly group: boolean;
}

export interface Graph {
  readonly allowed: readonly Edge[];
  readonly denied: readonly Edge[];
}

const rarely = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: of });
const some = <T>(all: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...all], { minLength: 1 });

const edge: fc.Arbitrary<Edge> = fc
  .record({
    from: fc.oneof(
      { weight: 5, arbitrary: fc.subarray(CALLER_NAMES, { minLength: 1, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constant("anyone" as const) },
    ),
    notFrom: rarely(fc.constantFrom(...CALLER_NAMES)),
    to: fc.constantFrom("a" as const, "b" as const, "c" as const),
    ports: fc.option(some(PORT_NAMES), { nil: undefined }),
    methods: fc.option(some(METHODS.slice(0, 2)), { nil: undefined }),
    notMethods: rarely(some(METHODS.slice(0, 2))),
    paths: fc.option(some(PATTERNS), { nil: undefined }),
    notPaths: rarely(some(PATTERNS)),
    near: fc.integer({ max: 5, min: 0 }).map((roll) => roll === 0),
    token: rarely(fc.constantFrom("any" as const, "alice" as const)),
    group: fc.integer({ max: 5, min: 0 }).map((roll) => roll === 0),
  })
  // What reads requests is about ports that speak HTTP: others cannot be named beside it.
  .map((drawn) => {
    if (!readsRequests(drawn) || drawn.ports === undefined) return drawn;
    const ports = drawn.ports.filter(isHttp);
    return { ...drawn, ports: ports.length === 0 ? undefined : ports };
  });

export const graphs: fc.Arbitrary<Graph> = fc.record({
  allowed: fc.array(edge, { maxLength: 6 }),
  denied: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(edge, { maxLength: 2 }) },
  ),
});

function readsRequests({ methods, notMethods, paths, notPaths, token, group }: Edge): boolean {
  return [methods, notMethods, paths, notPaths, token].some((each) => each !== undefined) || group;
}

/** The mesh that says what was drawn. */
export function meshOf({ allowed, denied }: Graph, security: SecuritySpec = {}) {
  const mesh = defineMesh("random", {
    services: {
      a: { namespace: SERVICES.a, ports: PORTS },
      b: { namespace: SERVICES.b, ports: PORTS },
      c: { namespace: SERVICES.c, ports: PORTS },
      d: { namespace: SERVICES.d, ports: PORTS },
    },
    security,
  });
  const callers = {
    ...mesh.services,
    edge: mesh.gateway(["www.example.com"]),
    prometheus: outsider({ namespace: "monitoring", serviceAccount: "prometheus" }),
    everyoneInOne: everyoneIn("one"),
  };
  const said = (drawn: Edge) => ({
    from: drawn.from === "anyone" ? drawn.from : drawn.from.map((name) => callers[name]),
    ...(drawn.notFrom && { notFrom: callers[drawn.notFrom] }),
    to: mesh.services[drawn.to],
    ...(drawn.ports && { ports: drawn.ports }),
    ...(drawn.methods && { methods: drawn.methods }),
    ...(drawn.notMethods && { notMethods: drawn.notMethods }),
    ...(drawn.paths && { paths: drawn.paths }),
    ...(drawn.notPaths && { notPaths: drawn.notPaths }),
    ...(drawn.near && { ipBlocks: ["10.0.0.0/8"] }),
    ...(drawn.token && { tokens: drawn.token === "any" ? login : login.of("alice") }),
    ...(drawn.group && { when: [attribute.claim("groups").is("admins")] }),
  });
  for (const each of allowed) mesh.allow(said(each));
  for (const each of denied) mesh.deny(said(each));
  return mesh;
}

/** A call, and what of it a graph speaks of. */
export interface Probe {
  readonly call: Call;
  readonly to: Key;
  /** `undefined` for a port that the service does not declare. */
  readonly port: Port | undefined;
  readonly identity: string | undefined;
  readonly request?: { readonly method: string; readonly path: string };
  readonly near: boolean;
  /** Whose token it carries; `other` has one of another issuer. */
  readonly subject: "alice" | "bob" | "other" | undefined;
  readonly admin: boolean;
}

/**
 * Calls that differ in what the graph reads of them.
 *
 * @param every one of how many, beginning with which
 */
export function probesFor({ allowed, denied }: Graph, every = 1, from = 0): Probe[] {
  const edges = [...allowed, ...denied];
  const origins = originsFor(edges);
  const probes: Probe[] = [];
  let count = 0;
  for (const to of KEYS) {
    // Nobody speaks of it: what holds for one caller holds for all.
    const silent = !edges.some((each) => each.to === to);
    for (const identity of silent ? IDENTITIES.slice(0, 1) : IDENTITIES) {
      const add = (port: Port | undefined, rest: Origin & Pick<Probe, "request">): void => {
        if (count++ % every !== from % every) return;
        const facts = { to, port, identity, ...rest };
        probes.push({ ...facts, call: callOf(facts) });
      };
      for (const origin of origins) {
        add("raw", origin);
        add(undefined, origin);
        for (const method of METHODS) {
          for (const path of CALLED_PATHS) {
            for (const port of ["http", "admin", undefined] as const)
              add(port, { ...origin, request: { method, path } });
          }
        }
      }
    }
  }
  return probes;
}

type Origin = Pick<Probe, "near" | "subject" | "admin">;

/** From where and with which token: one who meets every demand, those who miss one, and one who meets none. */
function originsFor(edges: readonly Edge[]): Origin[] {
  const none: Origin = { near: false, subject: undefined, admin: false };
  if (!edges.some(({ near, token, group }) => near || token !== undefined || group)) return [none];
  const all: Origin = { near: true, subject: "alice", admin: true };
  return [
    none,
    all,
    { ...all, near: false },
    { ...all, subject: undefined, admin: false },
    { ...all, subject: "bob" },
    { ...all, subject: "other" },
    { ...all, admin: false },
  ];
}

function callOf(probe: Omit<Probe, "call">): Call {
  const { to, port, identity, request, near, subject, admin } = probe;
  const iss = subject === "other" ? "https://elsewhere.example" : ISSUER;
  const claims = {
    iss,
    sub: subject === "other" ? "alice" : subject,
    ...(admin && { groups: ["admins", "others"] }),
  };
  return {
    to: {
      namespace: SERVICES[to],
      labels: { app: to, version: "v1" },
      port: port === undefined ? 8888 : PORTS[port].targetPort,
    },
    ...(identity !== undefined && { spiffe: `spiffe://cluster.local/ns/${identity}` }),
    ip: near ? NEAR : FAR,
    ...(request && { http: { ...request, ...(subject !== undefined && { claims }) } }),
  };
}

/** Whether the graph permits a call: what its author meant, in the plainest words. */
export function declared({ allowed, denied }: Graph, probe: Probe): boolean {
  const refused = denied.some((each) => isAbout(each, probe) && portIsMeant(each, probe, false));
  return !refused && allowed.some((each) => isAbout(each, probe) && portIsMeant(each, probe, true));
}

/** A permission is about the ports that the service declares; a refusal about all, but where it reads requests. */
function portIsMeant(drawn: Edge, { port }: Probe, permits: boolean): boolean {
  const ofRequests = readsRequests(drawn);
  if (port === undefined) return !permits && drawn.ports === undefined && !ofRequests;
  return (drawn.ports ?? PORT_NAMES).includes(port) && (isHttp(port) || !ofRequests);
}

function isAbout(drawn: Edge, { to, identity, request, near, subject, admin }: Probe): boolean {
  const isOneOf = (caller: Caller): boolean =>
    identity !== undefined && (CALLERS[caller] as readonly string[]).includes(identity);
  const isUnder = (patterns: readonly Pattern[]): boolean =>
    patterns.some((pattern) => (PATHS[pattern] as readonly string[]).includes(request?.path ?? ""));
  return (
    drawn.to === to &&
    (drawn.from === "anyone" || drawn.from.some(isOneOf)) &&
    !(drawn.notFrom !== undefined && isOneOf(drawn.notFrom)) &&
    (drawn.methods === undefined || drawn.methods.some((method) => method === request?.method)) &&
    !drawn.notMethods?.some((method) => method === request?.method) &&
    (drawn.paths === undefined || isUnder(drawn.paths)) &&
    !(drawn.notPaths !== undefined && isUnder(drawn.notPaths)) &&
    (!drawn.near || near) &&
    (drawn.token === undefined || subject === "alice" || (drawn.token === "any" && subject === "bob")) &&
    (!drawn.group || admin)
  );
}

/**
 * The graph without the limits of edges that lead to one service together. Where one permits what another one limits,
 * to lift the limit changes nothing, and nobody could notice.
 */
export function withoutOverlap(graph: Graph): Graph {
  const plain = (edges: readonly Edge[]): readonly Edge[] =>
    edges.map((each) =>
      edges.filter(({ to }) => to === each.to).length === 1
        ? each
        : {
            ...each,
            notFrom: undefined,
            notMethods: undefined,
            notPaths: undefined,
            near: false,
            token: undefined,
            group: false,
          },
    );
  return { allowed: plain(graph.allowed), denied: plain(graph.denied) };
}
