import assert from "node:assert/strict";

import { deployerRole, type GatewayCertificateArgs } from "../../components/platform";
import { withEnvOnce } from "../../components/platform/charts/env-once";
import { credentialSecret } from "../../components/platform/gateway-certificate/objects";
import { gatewayCertificateProblems } from "../../components/platform/gateway-certificate/problems";
import { complete } from "../support/complete-problem";

const AUTHORITY = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const LIST = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";
const BASE: GatewayCertificateArgs = {
  credentialName: "shop-cert",
  hosts: ["shop.example.com"],
  authority: { certificatePem: AUTHORITY, privateKeyPem: "key" },
};

describe("revoked certificates of callers", () => {
  const said = (args: Partial<GatewayCertificateArgs>): string[] =>
    complete(gatewayCertificateProblems({ ...BASE, ...args })).map(({ path, id }) => `${path} [${id}]`);

  it("are in the secret, beside the authority that they are of, where Istio looks for them", () => {
    const args = { ...BASE, clientCertificateAuthorityPem: AUTHORITY, clientRevocationListPem: LIST };
    assert.deepEqual(said(args), []);
    const { data } = credentialSecret(args, "chain", "key");
    assert.deepEqual(Object.keys(data ?? {}), ["tls.crt", "tls.key", "ca.crt", "ca.crl"]);
  });

  it("are refused where nobody is asked for a certificate, and where they are no list", () => {
    assert.deepEqual(said({ clientRevocationListPem: LIST }), [
      "clientRevocationListPem [platform/revocation-of-nothing]",
    ]);
    const args = { clientCertificateAuthorityPem: AUTHORITY, clientRevocationListPem: AUTHORITY };
    assert.deepEqual(said(args), ["clientRevocationListPem [platform/bad-pem]"]);
  });
});

describe("the environment that the chart of istiod writes twice", () => {
  it("is written once, as it was said last", () => {
    const env = [
      { name: "PILOT_CERT_PROVIDER", value: "istiod" },
      { name: "A", value: "1" },
      { name: "PILOT_CERT_PROVIDER", value: "k8s.io/mesh" },
    ];
    const deployment = { spec: { template: { spec: { containers: [{ name: "discovery", env }] } } } };
    assert.deepEqual(withEnvOnce(deployment).spec.template.spec.containers[0]?.env, [
      { name: "PILOT_CERT_PROVIDER", value: "k8s.io/mesh" },
      { name: "A", value: "1" },
    ]);
    const other = { spec: { replicas: 1 } };
    assert.equal(withEnvOnce(other as Parameters<typeof withEnvOnce>[0]), other);
  });
});

describe("the role of whoever deploys, with a signer of the cluster", () => {
  it("may approve for this signer alone, and only where it is asked for", () => {
    const approving = (role: ReturnType<typeof deployerRole>): unknown =>
      (role.rules as { resources: string[]; resourceNames?: string[] }[])
        .filter(({ resources }) => resources.includes("signers"))
        .map(({ resourceNames }) => resourceNames);
    assert.deepEqual(approving(deployerRole()), []);
    assert.deepEqual(approving(deployerRole({ kubernetesSigner: "signers.example.com/mesh" })), [
      ["signers.example.com/mesh"],
    ]);
  });
});
