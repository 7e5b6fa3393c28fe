import assert from "node:assert/strict";
import { analyse } from "../../../../analysis";
import {
  GATEWAY_API_REQUIREMENTS,
  gatewayApiCustomResourceDefinitions,
  isAtLeast,
} from "../../../../components/resources/crds";
import { findings, NOW, run, waits } from "../support";

const RULE = "install-gateway-api-version";
const crd = (name: string, release: string, versions = "[{ name: v1, served: true }]"): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name}.gateway.networking.k8s.io
  annotations: { ${release === "" ? "" : `gateway.networking.k8s.io/bundle-version: ${release}`} }
spec: { group: gateway.networking.k8s.io, versions: ${versions} }
---
`;

describe("install-gateway-api-version", () => {
  it("passes the definitions that this package installs, all of which it knows but UDPRoute, which istiod does not read", () => {
    const definitions = gatewayApiCustomResourceDefinitions();
    const located = definitions.map((object) => ({ object: { ...object } }));
    const { findings: found } = analyse(located, { now: NOW });
    assert.deepEqual(
      found.filter(({ rule }) => rule === RULE),
      [],
    );
    const known = [...GATEWAY_API_REQUIREMENTS.keys()];
    assert.deepEqual(
      definitions.map(({ metadata }) => metadata.name).filter((name) => !known.includes(name)),
      ["udproutes.gateway.networking.k8s.io"],
    );
  });

  it("reports a definition below the minimum that istiod takes, by the kind's own", () => {
    assert.deepEqual(
      findings(
        RULE,
        crd("grpcroutes", "v1.0.0") +
          crd("backendtlspolicies", "v1.3.0") +
          crd("tlsroutes", "v1.4.1") +
          crd("tcproutes", "v1.5.1") +
          crd("httproutes", "v1.0.0"),
      ),
      [
        ["backendtlspolicies", "v1.3.0", "v1.4.0"],
        ["grpcroutes", "v1.0.0", "v1.1.0"],
        ["tcproutes", "v1.5.1", "v1.6.0"],
        ["tlsroutes", "v1.4.1", "v1.5.0"],
      ].map(
        ([name, release, minimum]) =>
          `CustomResourceDefinition ${name}.gateway.networking.k8s.io metadata.annotations["gateway.networking.k8s.io/bundle-version"]: is of release ${release}, and istiod takes none below ${minimum}`,
      ),
    );
  });

  it("takes a release candidate for its release, and refuses what is no release", () => {
    assert.deepEqual(findings(RULE, crd("tlsroutes", "v1.5.0-rc.1")), []);
    assert.equal(findings(RULE, crd("tlsroutes", "main")).length, 1);
    assert.equal(isAtLeast("1.10", "1.9.3"), true);
    assert.equal(isAtLeast("v1.5.0", "1.5.1"), false);
    assert.equal(isAtLeast("latest", "1.5.1"), undefined);
  });

  it("reports a definition that says no release, which istiod looks past and istioctl does not mention", () => {
    assert.deepEqual(findings(RULE, crd("tlsroutes", "")), [
      'CustomResourceDefinition tlsroutes.gateway.networking.k8s.io metadata.annotations["gateway.networking.k8s.io/bundle-version"]: says no release of the Gateway API, and istiod takes none below v1.5.0',
    ]);
    assert.deepEqual(findings(RULE, crd("gateways", "")), []);
  });

  it("reports a definition that does not serve the version that istiod reads", () => {
    const beta = "[{ name: v1beta1, served: true }, { name: v1, served: false }]";
    const { findings: found } = run(RULE, crd("gateways", "v0.8.0", beta));
    assert.deepEqual(
      found.map(({ path, message, anchors }) => [path, message, anchors]),
      [["spec.versions", "serves v1beta1, and istiod reads v1", ["IST0172"]]],
    );
    assert.deepEqual(findings(RULE, crd("referencegrants", "v1.6.0", beta)), []);
    assert.deepEqual(run(RULE, crd("referencegrants", "v1.6.0")).findings[0]?.anchors, ["IST0156"]);
    assert.match(
      findings(RULE, crd("gateways", "v1.6.0", "[]"))[0] ?? "",
      /serves no version, and istiod reads v1$/,
    );
  });

  it("looks at no other definitions, and past malformed ones", () => {
    assert.deepEqual(
      findings(RULE, crd("gateways", "v1.0.0").replaceAll("gateway.networking.k8s.io", "x.io")),
      [],
    );
    assert.deepEqual(findings(RULE, crd("xmeshes", "v0.1.0", "[]")), []);
    assert.equal(findings(RULE, crd("gateways", "v1.6.0", "7")).length, 1);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(waits(RULE, crd("tlsroutes", "UNKNOWN")), [
      'metadata.annotations["gateway.networking.k8s.io/bundle-version"]',
    ]);
    assert.deepEqual(waits(RULE, crd("gateways", "v1.6.0", "UNKNOWN")), ["spec.versions"]);
    assert.deepEqual(waits(RULE, crd("gateways", "v1.6.0", "[{ name: v1, served: UNKNOWN }]")), [
      "spec.versions[0]",
    ]);
  });
});
