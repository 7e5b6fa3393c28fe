import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { defineMesh } from "../../components/intent";
import { IntermediateCertificateAuthority, RotatingRoot, ServiceMesh } from "../../components/platform";

const shop = defineMesh("shop", {
  services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
});
shop.gateway("edge", { hosts: ["shop.example.com"], tls: { credentialName: "edge-cert" } });

describe("a program in a unit test by Pulumi's mocks, which answer with what was asked", function () {
  this.timeout(120_000);
  const registered: string[] = [];
  const failures: unknown[] = [];
  const failed = (reason: unknown): number => failures.push(reason);

  const MOCKS: pulumi.runtime.Mocks = {
    call: () => ({}),
    newResource: ({ name, inputs }) => {
      registered.push(name);
      return { id: name, state: inputs as object };
    },
  };

  before(() => process.prependListener("unhandledRejection", failed));
  after(() => process.off("unhandledRejection", failed));

  it("registers a whole mesh with its authority, certificates and telemetry, though nobody made a key", async () => {
    await pulumi.runtime.setMocks(MOCKS);
    new ServiceMesh("mesh", {
      mesh: shop,
      namespaces: { shop: {} },
      credentials: { "edge-cert": { from: "authority" } },
      telemetry: {},
    });
    const { signing } = new RotatingRoot("root", { rotation: { generation: 1, step: "steady" } });
    const nameConstraints = { permitted: { trustDomains: ["cluster.local"] } };
    new IntermediateCertificateAuthority("east", { root: signing, nameConstraints });
    await pulumi.runtime.disconnect();
    const wanted = [
      "mesh-certificate-authority-cacerts",
      "mesh-credential-edge-cert-secret",
      "mesh-resources-gateway-istio-system-edge",
      "mesh-telemetry-grafana-admin",
      "east-certificate",
    ];
    assert.deepEqual(failures.map(String), []);
    assert.deepEqual(
      wanted.filter((name) => !registered.includes(name)),
      [],
      registered.join(" "),
    );
  });
});
