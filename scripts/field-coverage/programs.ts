import { compileMesh, type MeshManifest } from "../../components/compile";
import type { AnyMesh } from "../../components/intent";
import { externals } from "./externals";
import { gateways } from "./gateways";
import { machines } from "./machines";
import { proxies } from "./proxies";
import { routes } from "./routes";
import { sidecars } from "./sidecars";
import { trafficPolicies } from "./traffic-policies";

const PROGRAMS: readonly (() => AnyMesh)[] = [
  externals,
  gateways,
  machines,
  proxies,
  routes,
  sidecars,
  trafficPolicies,
];

/** What the programs compile to: together they say every word of the intent. */
export function everyObject(): readonly MeshManifest[] {
  return PROGRAMS.flatMap((program) => compileMesh(program()));
}
