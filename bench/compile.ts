import { compileMesh, scopeReport } from "../components/compile";
import { largeMesh } from "./large-mesh";

/**
 * How compiling grows with the mesh. Ratios within one run, so that the machine does not matter: `npm run bench`. That no
 * step of it is quadratic is counted in `test/unit/compile/growth.test.ts`.
 */
const BOUNDS = {
  /** From 1,000 to 10,000 services, where 10 is linear and 100 quadratic; sorting and larger heaps take the rest. */
  growth: 18,
};

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
const small = measure(1_000);
const large = measure(10_000);
const growth = large.milliseconds / small.milliseconds;
console.log(`${"objects".padEnd(24)}${large.objects}`);
console.log(`${"10,000 services".padEnd(24)}${large.milliseconds.toFixed(0)} ms`);
console.log(
  `${"10,000 / 1,000".padEnd(24)}${growth.toFixed(2)} (at most ${BOUNDS.growth})${growth > BOUNDS.growth ? "  TOO MUCH" : ""}`,
);
process.exitCode = growth > BOUNDS.growth ? 1 : 0;
