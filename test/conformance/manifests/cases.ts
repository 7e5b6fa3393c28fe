import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { loadAll } from "js-yaml";

import type { CniArgs } from "../../../components/platform/cni";
import type { ControlPlaneArgs } from "../../../components/platform/control-plane";
import type { GatewayArgs } from "../../../components/platform/gateway";
import type { ZtunnelArgs } from "../../../components/platform/ztunnel";
import type { AnyObject } from "./meaning";

const ORACLE = join(__dirname, "../../../../shared/oracle/manifests");

/** One installation, in our words. */
export interface Case {
  /** Absent where gateways alone are compared. */
  readonly controlPlane?: ControlPlaneArgs;
  readonly gateways: readonly GatewayArgs[];
  /** Absent where it is not installed. */
  readonly cni?: CniArgs;
  readonly ztunnel?: ZtunnelArgs;
}

/** What the official installer was asked for, in our words. */
export const CASES: Readonly<Record<string, Case>> = {
  default: { controlPlane: {}, gateways: [{}] },
  demo: {
    controlPlane: { profile: "demo" },
    gateways: [{ profile: "demo" }, { profile: "demo", direction: "egress" }],
  },
  multinet: {
    controlPlane: { meshId: "mesh1", clusterName: "west", network: "net-west" },
    gateways: [{}],
  },
  "default-1.30": { controlPlane: { istioVersion: "1.30.3" }, gateways: [{}] },
  cni: { controlPlane: { cni: true }, gateways: [{}], cni: {} },
  ambient: {
    controlPlane: { profile: "ambient" },
    gateways: [],
    cni: { profile: "ambient" },
    ztunnel: {},
  },
};

/** Skips the suite, and says why, where there is nothing to compare with. */
export function requireOfficialManifests(context: Mocha.Context): void {
  if (existsSync(ORACLE)) return;
  console.log(`      skipped: the official installer's output is not at ${ORACLE}`);
  context.skip();
}

/** The objects of an installation that the official installer made. */
export function officialManifests(name: string): AnyObject[] {
  return loadAll(readFileSync(join(ORACLE, `${name}.yaml`), "utf8")).filter(
    (object) => object !== null,
  ) as AnyObject[];
}
