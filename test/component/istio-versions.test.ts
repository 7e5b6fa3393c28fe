import assert from "node:assert/strict";

import { cniObjects } from "../../components/platform/cni/objects";
import { cniProblems, cniSettings } from "../../components/platform/cni/settings";
import { istiodDeployment } from "../../components/platform/control-plane/deployment";
import { controlPlaneProblems, controlPlaneSettings } from "../../components/platform/control-plane/settings";
import type { DaemonSetObject, DeploymentObject } from "../../components/platform/kubernetes-objects";
import { ztunnelObjects } from "../../components/platform/ztunnel/objects";
import { ztunnelProblems, ztunnelSettings } from "../../components/platform/ztunnel/settings";
import { istioCustomResourceDefinitions } from "../../components/resources/crds";

function imageOf(object: DeploymentObject | DaemonSetObject): string {
  const { spec } = JSON.parse(JSON.stringify(object)) as {
    spec: { template: { spec: { containers: { image: string }[] } } };
  };
  return spec.template.spec.containers[0]!.image;
}

function images(istioVersion: string): string[] {
  return [
    istiodDeployment(controlPlaneSettings({ istioVersion })),
    cniObjects(cniSettings({ istioVersion })).daemonSet,
    ztunnelObjects(ztunnelSettings({ istioVersion })).daemonSet,
  ].map(imageOf);
}

describe("an Istio release", () => {
  it("decides which images run, from where that release has them", () => {
    assert.deepEqual(images("1.31.1"), [
      "registry.istio.io/release/pilot:1.31.1",
      "registry.istio.io/release/install-cni:1.31.1",
      "registry.istio.io/release/ztunnel:1.31.1-distroless",
    ]);
    assert.deepEqual(images("1.30.3"), [
      "docker.io/istio/pilot:1.30.3",
      "docker.io/istio/install-cni:1.30.3",
      "docker.io/istio/ztunnel:1.30.3-distroless",
    ]);
  });

  it("may be any patch of a supported minor, and no other minor", () => {
    for (const problems of [controlPlaneProblems, cniProblems, ztunnelProblems]) {
      for (const istioVersion of ["1.31.0", "1.31.7", "1.30.5"])
        assert.deepEqual(problems({ istioVersion }), []);
      for (const istioVersion of ["1.29.4", "1.32.0", "1.31", "latest", "1.31.1-debug"]) {
        const found = problems({ istioVersion });
        assert.deepEqual(
          found.map(({ id }) => id),
          ["platform/unknown-istio-version"],
          istioVersion,
        );
        assert.match(found[0]?.expected ?? "", /1\.31 or 1\.30/);
      }
    }
  });

  it("brings its own custom resources, by its minor", () => {
    const older = istioCustomResourceDefinitions("1.30.3");
    const newer = istioCustomResourceDefinitions();
    assert.deepEqual(newer, istioCustomResourceDefinitions("1.31.4"));
    assert.deepEqual(
      older.map(({ metadata }) => metadata.name).sort(),
      newer.map(({ metadata }) => metadata.name).sort(),
    );
    assert.notDeepEqual(older, newer);
    assert.throws(() => istioCustomResourceDefinitions("1.29.0"), /no custom resources of Istio 1\.29\.0/);
  });
});
