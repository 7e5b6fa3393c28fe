import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { defineMesh } from "../../components/intent";
import { MeshError, type Problem } from "../../components/intent/problem";
import * as platform from "../../components/platform";
import { assertComplete } from "../support/complete-problem";
import { nothingIsRegistered } from "./nothing-registered";

type Args = Readonly<Record<string, unknown>>;
type Component = new (name: string, args: Args, opts?: object) => pulumi.ComponentResource;

/** Every component, as a program in JavaScript sees it. */
const components = new Map(
  Object.entries(platform as unknown as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, Component] =>
      typeof entry[1] === "function" && entry[1].prototype instanceof pulumi.ComponentResource,
  ),
);

function problemsOf(component: string, args: unknown, opts?: object): readonly Problem[] {
  const Class = components.get(component);
  assert.ok(Class !== undefined, component);
  try {
    new Class("it", args as Args, opts);
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    return error.problems;
  }
  throw assert.fail(`${component} refused nothing`);
}

const briefly = (problems: readonly Problem[]): string[] =>
  problems.map(({ path, id, fix }) => `${path} [${id}] ${fix}`).sort();

describe("arguments that no compiler has seen", () => {
  nothingIsRegistered();

  it("are refused by every component where their name is not known, beside what else is wrong", () => {
    assert.ok(components.size > 20);
    for (const component of components.keys()) {
      const unknown = problemsOf(component, { shoeSize: 42 }).filter(({ path }) => path === "shoeSize");
      assert.deepEqual(
        unknown.map(({ id, got, fix }) => ({ id, got, fix })),
        [{ id: "platform/unknown-argument", got: '"shoeSize"', fix: "Remove it" }],
        component,
      );
      unknown.forEach(assertComplete);
    }
  });

  it("name the argument that was meant, where it is near, elsewhere or a longer word", () => {
    const problems = problemsOf("ServiceMesh", {
      authority: { newRoot: {} },
      istioVersoin: "1.31.1",
      meshConfig: {},
      profile: "preview",
      controlPlane: { replica: 2, revision: "canary" },
      platform: "openshfit",
      gateways: { edge: { ports: [{ name: "http", port: 8081, targetport: 8080 }] } },
      certificateAuthority: { newRoot: { validityDay: 10 } },
      namespaces: { shop: { inject: "enabled" } },
    });
    problems.forEach(assertComplete);
    assert.deepEqual(briefly(problems), [
      "authority [platform/unknown-argument] Write `certificateAuthority`",
      "certificateAuthority.newRoot.validityDay [platform/unknown-argument] Write `validityDays`",
      "controlPlane.replica [platform/unknown-argument] Write `replicas`",
      "controlPlane.revision [platform/unknown-argument] Set `revision` once for the whole, beside this",
      "gateways.edge.ports[0].targetport [platform/unknown-argument] Write `targetPort`",
      "istioVersoin [platform/unknown-argument] Write `istioVersion`",
      'meshConfig [platform/unknown-argument] Did you mean "controlPlane.meshConfig"?',
      "namespaces.shop.inject [platform/unknown-argument] Write `injection`",
      "platform [platform/unknown-choice] Choose one of these",
      "profile [platform/unknown-choice] Choose one of these",
    ]);
  });

  const wrong: readonly [string, unknown, readonly string[]][] = [
    [
      "CertificateAuthority",
      { issued: { certificatePem: 5, privateKeyPem: null, rootCertificatePem: pulumi.output("") } },
      [
        "issued.certificatePem: a number, not a text, or an Output of one",
        "issued.privateKeyPem: null, not a text, or an Output of one",
      ],
    ],
    [
      "CertificateAuthority",
      { newIntermediate: { nameConstraints: "cluster.local" } },
      ["newIntermediate.nameConstraints: a text, not an object, in { }"],
    ],
    [
      "CertificateAuthority",
      { issued: { privateKeyPem: "" } },
      [
        "issued.certificatePem: nothing, not a text, or an Output of one",
        "issued.rootCertificatePem: nothing, not a text, or an Output of one",
      ],
    ],
    [
      "RotatingRoot",
      { rotation: { generation: "1", step: "often" } },
      ["rotation.generation: a text, not a number"],
    ],
    [
      "IntermediateCertificateAuthority",
      { root: { certificatePem: "", privateKeyPem: "" }, nameConstraints: { permitted: ["cluster.local"] } },
      ["nameConstraints.permitted: a list, not an object, in { }"],
    ],
    [
      "MeshResources",
      { manifests: [[], { apiVersion: "v1", kind: "Service" }] },
      [
        "manifests[0]: a list, not an object, in { }",
        "manifests[1].metadata: nothing, not an object, in { }",
      ],
    ],
    ["ControlPlane", null, ["arguments: null, not an object, in { }"]],
    [
      "ControlPlane",
      { namespace: pulumi.output("istio-system"), imagePullSecrets: "registry", cni: "true", autoscale: [2] },
      [
        "autoscale: a list, not an object, in { }",
        "cni: a text, not true or false",
        "imagePullSecrets: a text, not a list, in [ ]",
        "namespace: a pulumi.Output, not a text",
      ],
    ],
    [
      "ServiceMesh",
      { namespaces: ["shop"], cni: true, gateways: { edge: null } },
      [
        "cni: true, not an object, in { }",
        "gateways.edge: null, not an object, in { }",
        "namespaces: a list, not an object, in { }",
      ],
    ],
    [
      "GatewayCertificate",
      { credentialName: "shop", hosts: "shop.example.com" },
      ["hosts: a text, not a list, in [ ]"],
    ],
    [
      "TelemetryStack",
      { prometheus: { retention: 15, operatorLabels: { team: 3 } }, kiali: false },
      [
        "kiali: false, not an object, in { }",
        "prometheus.operatorLabels.team: a number, not a text",
        "prometheus.retention: a number, not a text",
      ],
    ],
    [
      "RemoteSecret",
      { clusterName: 7, kubeconfig: {} },
      ["clusterName: a number, not a text", "kubeconfig: an object, not a text, or an Output of one"],
    ],
  ];
  for (const [component, args, expected] of wrong) {
    it(`of another type are refused by ${component}: ${expected.join("; ")}`, () => {
      const problems = problemsOf(component, args);
      problems.forEach(assertComplete);
      assert.deepEqual(
        problems.map(({ path, got, expected }) => `${path}: ${got}, not ${expected}`).sort(),
        expected,
      );
      for (const { id, got } of problems) {
        assert.equal(id, got === "nothing" ? "platform/missing-argument" : "platform/wrong-type");
      }
    });
  }

  it("are refused where they are no mesh, or a hook of no kind of object or no function", () => {
    for (const component of ["ServiceMesh", "Gateway"]) {
      const problems = problemsOf(component, {}, { transform: { deploymnt: () => ({}), service: "x" } });
      problems.forEach(assertComplete);
      assert.deepEqual(briefly(problems), [
        "transform.deploymnt [platform/unknown-argument] Write `deployment`",
        "transform.service [platform/wrong-type] Change the value",
      ]);
    }
    const [problem] = problemsOf("ServiceMesh", { mesh: { name: "shop" } });
    assert.equal(`${problem?.path}: ${problem?.expected}`, "mesh: what `defineMesh` returns");
  });

  it("never have their values printed where they may be a password", () => {
    const mesh = defineMesh("shop", { services: { shop: { namespace: "shop", ports: {} } } });
    const [problem] = problemsOf("RateLimitService", {
      mesh,
      redis: { address: "redis.example.com:6379", password: 31337 },
    });
    assert.equal(problem?.path, "redis.password");
    assert.ok(!JSON.stringify(problem).includes("31337"));
  });
});
