import assert from "node:assert/strict";
import { resolve } from "node:path";

import { Analyzer, type AnalyzeResult } from "@pulumi/pulumi/provider/experimental/analyzer";

import { projectWith } from "../engine/support/project";

/** The components whose arguments are plain data, and can therefore be used from every Pulumi language. */
const COMPONENTS = [
  "AdmissionPolicies",
  "CertificateAuthority",
  "Cni",
  "ControlPlane",
  "Crds",
  "Gateway",
  "GatewayApiCrds",
  "GatewayCertificate",
  "Injection",
  "IntermediateCertificateAuthority",
  "RemoteClusterAccess",
  "RemoteSecret",
  "RevisionTag",
  "RootCertificateAuthority",
  "TelemetryStack",
  "Ztunnel",
];

function analyse(components: readonly string[]): AnalyzeResult {
  const platform = resolve(__dirname, "../../components/platform");
  const folder = projectWith({
    "index.ts": `export * from ${JSON.stringify(platform)};\n`,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        target: "es2022",
        module: "node16",
        moduleResolution: "node16",
        esModuleInterop: true,
        resolveJsonModule: true,
        skipLibCheck: true,
        types: ["node"],
      },
      files: ["index.ts"],
    }),
  });
  return new Analyzer(folder, "meshwright", { main: "index.ts" }, new Set(components)).analyze();
}

describe("Pulumi's component analyser", function () {
  this.timeout(180_000);

  it("accepts every platform component whose arguments are plain data", () => {
    const { components, typeDefinitions } = analyse(COMPONENTS);
    assert.deepEqual(Object.keys(components).sort(), COMPONENTS);
    const controlPlane = components["ControlPlane"]!;
    assert.deepEqual(controlPlane.inputs["profile"], {
      $ref: "#/types/meshwright:index:Profile",
      optional: true,
      plain: true,
      description: controlPlane.inputs["profile"]?.description,
    });
    assert.deepEqual(
      typeDefinitions["Profile"]?.enum?.map(({ value }) => value),
      ["minimal", "default", "demo", "ambient"],
    );
    // All of Istio's mesh configuration reaches other languages: objects, enumerations, and what is nested deep.
    assert.deepEqual(controlPlane.inputs["meshConfig"], {
      $ref: "#/types/meshwright:index:MeshConfigArgs",
      optional: true,
      plain: true,
      description: controlPlane.inputs["meshConfig"]?.description,
    });
    assert.deepEqual(
      typeDefinitions["OutboundTrafficMode"]?.enum?.map(({ value }) => value),
      ["REGISTRY_ONLY", "ALLOW_ANY", "ALLOW_ANY_DYNAMIC_DNS"],
    );
    const httpAuthorizer = "MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProviderArgs";
    assert.deepEqual(typeDefinitions[httpAuthorizer]?.properties?.["includeRequestHeadersInCheck"]?.items, {
      type: "string",
    });
    assert.deepEqual(Object.keys(controlPlane.outputs).sort(), [
      "discoveryAddress",
      "meshConfig",
      "namespace",
      "revision",
      "trustDomain",
    ]);
  });

  // The intent is an object with methods and references between its parts: no schema can hold it.
  it("refuses ServiceMesh, whose argument is the typed mesh", () => {
    assert.throws(() => analyse(["ServiceMesh"]));
  });
});
