import fc from "fast-check";

/** Everything about a drawn mesh but the objects. Sizes are small: what rules get wrong shows in a few services. */
export type Plan = typeof plan extends fc.Arbitrary<infer Drawn> ? Drawn : never;
export type AppPlan = Plan["namespaces"][number]["apps"][number];

const app = fc.record({
  kind: fc.constantFrom("Deployment", "StatefulSet", "DaemonSet"),
  protocol: fc.constantFrom("http", "grpc", "tcp"),
  versions: fc.integer({ min: 1, max: 3 }),
  port: fc.constantFrom(80, 8080, 9080),
  namedTarget: fc.boolean(),
  appProtocol: fc.boolean(),
  completeHost: fc.boolean(),
  namesPort: fc.boolean(),
  headless: fc.boolean(),
  matches: fc.subarray(["uri", "header", "query", "method", "regex"]),
  firstShare: fc.integer({ min: 1, max: 99 }),
  retries: fc.option(fc.integer({ min: 1, max: 3 })),
  mirrors: fc.boolean(),
  policy: fc.subarray(["pool", "outlier", "locality", "hash", "tls", "port"]),
  subsetPolicy: fc.boolean(),
  exports: fc.constantFrom("everyone", "own", "named"),
  autoscaled: fc.boolean(),
  operation: fc.constantFrom("none", "ports", "methods", "paths"),
});

export const plan = fc.record({
  trustDomain: fc.constantFrom("cluster.local", "mesh.example"),
  revision: fc.constantFrom("default", "stable"),
  webhooksForRevisions: fc.boolean(),
  multicluster: fc.boolean(),
  versionedApi: fc.constantFrom("v1", "v1beta1"),
  /** Each namespace of the mesh, by how it is enrolled. */
  namespaces: fc.array(
    fc.record({
      enrolment: fc.constantFrom("injection", "revision"),
      apps: fc.array(app, { minLength: 2, maxLength: 3 }),
      sidecar: fc.constantFrom("own", "named", "everyone"),
      peer: fc.constantFrom("wide", "selective", "ports"),
      telemetry: fc.constantFrom("wide", "selective"),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  external: fc.record({
    port: fc.constantFrom(443, 8443),
    originatesTls: fc.constantFrom("SIMPLE", "MUTUAL"),
    wildcard: fc.boolean(),
    addresses: fc.boolean(),
  }),
  edge: fc.record({
    hosts: fc.subarray(["shop", "api", "www"], { minLength: 1 }),
    wildcard: fc.boolean(),
    numbersOfService: fc.boolean(),
    tls13: fc.boolean(),
    mutual: fc.boolean(),
    api: fc.boolean(),
  }),
  jwt: fc.record({ denies: fc.boolean(), claims: fc.boolean() }),
  ambient: fc.record({ waypoint: fc.boolean() }),
  machines: fc.boolean(),
});
