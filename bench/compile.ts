import { compileMesh, scopeReport } from "../components/compile";
import { type AnyMesh, defineMesh, header } from "../components/intent";

/**
 * How compiling grows with the mesh: a service with subsets, a canary, a policy and two callers each, and a scope. Ratios
 * within one run, so that the machine does not matter: `npm run bench`.
 */
const BOUNDS = {
  /** From 2,500 to 10,000 services, where 4 is linear and 16 quadratic. */
  growth: 6,
};

const SERVICES_PER_NAMESPACE = 20;

/** A mesh in which every service calls the next two of its namespace. */
function largeMesh(size: number): AnyMesh {
  const names = Array.from({ length: size }, (_, index) => `service-${index}`);
  const mesh = defineMesh("large", {
    services: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          namespace: `team-${Math.floor(index / SERVICES_PER_NAMESPACE)}`,
          ports: { http: { number: 8080, protocol: "http" } },
          subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
        } as const,
      ]),
    ),
    scope: {},
  });
  const all = names.flatMap((name) => mesh.services[name] ?? []);
  all.forEach((service, index) => {
    const { v1, v2 } = service.subsets;
    if (v1 === undefined || v2 === undefined) return;
    mesh.route(service, [
      mesh.when(header("x-stage").exact("test")).to(v2),
      mesh.otherwise().canary(v1, mesh.share(v2, 5)),
    ]);
    mesh.trafficPolicy(service, { outlierDetection: { consecutive5xxErrors: 5 } });
    const team = index - (index % SERVICES_PER_NAMESPACE);
    for (const step of [1, 2]) {
      const to = all[team + ((index + step) % SERVICES_PER_NAMESPACE)];
      if (to !== undefined && to !== service) mesh.allow({ from: service, to });
    }
  });
  return mesh;
}

interface Measured {
  readonly objects: number;
  readonly milliseconds: number;
}

function measure(size: number): Measured {
  let best: Measured = { objects: 0, milliseconds: Infinity };
  for (let round = 0; round < 3; round++) {
    const mesh = largeMesh(size);
    const start = performance.now();
    const objects = compileMesh(mesh).length;
    scopeReport(mesh);
    const milliseconds = performance.now() - start;
    if (milliseconds < best.milliseconds) best = { objects, milliseconds };
  }
  return best;
}

measure(500); // What runs for the first time is compiled for the first time, too.
const small = measure(2_500);
const large = measure(10_000);
const growth = large.milliseconds / small.milliseconds;
console.log(`${"objects".padEnd(24)}${large.objects}`);
console.log(`${"10,000 services".padEnd(24)}${large.milliseconds.toFixed(0)} ms`);
console.log(
  `${"10,000 / 2,500".padEnd(24)}${growth.toFixed(2)} (at most ${BOUNDS.growth})${growth > BOUNDS.growth ? "  TOO MUCH" : ""}`,
);
process.exitCode = growth > BOUNDS.growth ? 1 : 0;
