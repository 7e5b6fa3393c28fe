import assert from "node:assert/strict";

import { load } from "js-yaml";

import type { InputProblem } from "../../components/intent/problem";
import type { ControlPlaneArgs, ServiceMeshArgs } from "../../components/platform";
import { controlPlaneObjects, listObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneProblems, controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { planServiceMesh } from "../../components/platform/service-mesh/plan";
import { named, run } from "./support";
import { complete } from "../support/complete-problem";

const ROOT = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const SIGNER = { signer: "clusterissuers.cert-manager.io/mesh", rootCertificatePem: ROOT };

interface Plain {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly spec?: unknown;
}

/** The objects of a control plane, as a cluster would get them. */
function objects(args: ControlPlaneArgs): readonly Plain[] {
  assert.deepEqual(controlPlaneProblems(args), []);
  return JSON.parse(
    JSON.stringify(listObjects(controlPlaneObjects(controlPlaneSettings(args)))),
  ) as readonly Plain[];
}

function one(all: readonly Plain[], kind: string, name: string): Plain {
  return all.find((object) => object.kind === kind && object.metadata.name === name) ?? assert.fail(name);
}

interface Istiod {
  readonly template: {
    readonly spec: {
      readonly containers: readonly [
        {
          readonly env: readonly { name: string; value?: string }[];
          readonly volumeMounts: readonly { name: string; mountPath: string }[];
        },
      ];
      readonly volumes: readonly Readonly<Record<string, unknown>>[];
    };
  };
}

function istiod(all: readonly Plain[]): {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly volume: (name: string) => unknown;
} {
  const { spec } = (one(all, "Deployment", "istiod").spec as Istiod).template;
  return {
    env: Object.fromEntries(spec.containers[0].env.map(({ name, value }) => [name, value])),
    volume: (name) => spec.volumes.find((volume) => volume["name"] === name),
  };
}

function mesh(all: readonly Plain[]): Readonly<Record<string, unknown>> {
  return load(one(all, "ConfigMap", "istio").data?.["mesh"] ?? "") as Readonly<Record<string, unknown>>;
}

const described = (problems: readonly InputProblem[]): string[] =>
  complete(problems).map(({ path, id }) => `${path} [${id}]`);

function planned(args: ServiceMeshArgs): {
  readonly plan: ReturnType<typeof planServiceMesh>;
  readonly problems: readonly string[];
} {
  const problems: InputProblem[] = [];
  const plan = planServiceMesh(args, undefined, problems);
  return { plan, problems: described(problems) };
}

describe("an authority outside of istiod", () => {
  it("istio-csr: istiod signs nothing, waits for its own certificate, and proxies ask there", () => {
    const all = objects({ externalAuthority: { istioCsr: {} } });
    const { env, volume } = istiod(all);
    assert.equal(env["ENABLE_CA_SERVER"], "false");
    assert.deepEqual(volume("istio-csr-dns-cert"), {
      name: "istio-csr-dns-cert",
      secret: { secretName: "istiod-tls", optional: false },
    });
    assert.deepEqual(volume("istio-csr-ca-configmap"), {
      name: "istio-csr-ca-configmap",
      configMap: { name: "istio-ca-root-cert", defaultMode: 0o644, optional: false },
    });
    const values = JSON.parse(one(all, "ConfigMap", "istio-sidecar-injector").data?.["values"] ?? "") as {
      readonly global: Readonly<Record<string, unknown>>;
    };
    assert.equal(values.global["caAddress"], "cert-manager-istio-csr.cert-manager.svc:443");
  });

  it("a signer of the cluster: istiod may ask it and approve for it alone, and publishes its certificate", () => {
    const all = objects({
      externalAuthority: { kubernetesSigner: SIGNER },
      meshConfig: { caCertificates: [{ pem: "other" }] },
    });
    const { env, volume } = istiod(all);
    assert.equal(env["EXTERNAL_CA"], "ISTIOD_RA_KUBERNETES_API");
    assert.equal(env["K8S_SIGNER"], SIGNER.signer);
    assert.equal(env["PILOT_CERT_PROVIDER"], `k8s.io/${SIGNER.signer}`);
    assert.deepEqual(volume("external-ca-cert"), {
      name: "external-ca-cert",
      configMap: { name: "istio-signer-root" },
    });
    assert.deepEqual(one(all, "ConfigMap", "istio-signer-root").data, { "root-cert.pem": ROOT });
    assert.deepEqual(mesh(all)["caCertificates"], [
      { pem: ROOT, certSigners: [SIGNER.signer] },
      { pem: "other" },
    ]);
    const { rules = [] } = one(all, "ClusterRole", "istiod-clusterrole-istio-system");
    const signing = rules.filter(({ apiGroups }) => apiGroups?.includes("certificates.k8s.io"));
    assert.deepEqual(
      signing.map(({ resources, resourceNames, verbs }) => ({ resources, resourceNames, verbs })),
      [
        {
          resources: [
            "certificatesigningrequests",
            "certificatesigningrequests/approval",
            "certificatesigningrequests/status",
          ],
          resourceNames: undefined,
          verbs: ["create", "get", "watch", "update", "delete"],
        },
        { resources: ["signers"], resourceNames: [SIGNER.signer], verbs: ["approve"] },
      ],
    );
  });

  it("SPIRE: every injected pod gets its socket, under a name that Istio's agent does not fall back from", () => {
    const all = objects({
      externalAuthority: { spire: {} },
      meshConfig: { trustDomain: "example.org", defaultConfig: { proxyMetadata: { A: "b" } } },
    });
    const config = load(one(all, "ConfigMap", "istio-sidecar-injector").data?.["config"] ?? "") as {
      readonly defaultTemplates: readonly string[];
      readonly templates: Readonly<Record<string, string>>;
    };
    assert.deepEqual(config.defaultTemplates, ["sidecar", "spire"]);
    assert.match(config.templates["spire"] ?? "", /driver: "csi\.spiffe\.io"/);
    const { defaultConfig } = mesh(all) as { readonly defaultConfig: Readonly<Record<string, unknown>> };
    assert.deepEqual(defaultConfig["proxyMetadata"], {
      A: "b",
      WORKLOAD_IDENTITY_SOCKET_FILE: "spire-agent.sock",
    });
  });

  it("nothing of it is there without one", () => {
    const { env, volume } = istiod(objects({}));
    assert.deepEqual(
      ["ENABLE_CA_SERVER", "EXTERNAL_CA", "K8S_SIGNER"].filter((name) => name in env),
      [],
    );
    assert.equal(env["PILOT_CERT_PROVIDER"], "istiod");
    assert.equal(volume("external-ca-cert"), undefined);
  });

  it("istiod reads its own from a secret of another name where it is told so", () => {
    assert.deepEqual(istiod(objects({ authoritySecret: "mesh-ca" })).volume("cacerts"), {
      name: "cacerts",
      secret: { secretName: "mesh-ca", optional: true },
    });
  });
});

describe("an authority outside of istiod that cannot work is refused:", () => {
  const CASES: readonly (readonly [string, ControlPlaneArgs, readonly string[]])[] = [
    ["none", { externalAuthority: {} }, ["externalAuthority [platform/one-authority]"]],
    [
      "two",
      { externalAuthority: { istioCsr: {}, kubernetesSigner: SIGNER } },
      ["externalAuthority [platform/one-authority]"],
    ],
    [
      "a URL as address",
      { externalAuthority: { istioCsr: { address: "https://csr.example.com" } } },
      ["externalAuthority.istioCsr.address [platform/bad-address]"],
    ],
    [
      "a signer without a domain, and a certificate that is none",
      { externalAuthority: { kubernetesSigner: { signer: "mesh", rootCertificatePem: "secret text" } } },
      [
        "externalAuthority.kubernetesSigner.signer [platform/bad-signer]",
        "externalAuthority.kubernetesSigner.rootCertificatePem [platform/bad-pem]",
      ],
    ],
    [
      "Kubernetes' own signer, which signs no identities",
      { externalAuthority: { kubernetesSigner: { ...SIGNER, signer: "kubernetes.io/legacy-unknown" } } },
      ["externalAuthority.kubernetesSigner.signer [platform/kubernetes-own-signer]"],
    ],
    [
      "SPIRE under the name that Istio's agent gives its own socket, and without its trust domain",
      { externalAuthority: { spire: { socketFile: "socket" } } },
      [
        "externalAuthority.spire.socketFile [platform/socket-falls-back]",
        "meshConfig.trustDomain [platform/trust-domain-of-spire]",
      ],
    ],
    [
      "SPIRE in ambient",
      { profile: "ambient", meshConfig: { trustDomain: "a.b" }, externalAuthority: { spire: {} } },
      ["externalAuthority.spire [platform/spire-without-sidecar]"],
    ],
    [
      "environment that follows from it",
      { externalAuthority: { istioCsr: {} }, env: { ENABLE_CA_SERVER: "true" } },
      ["env.ENABLE_CA_SERVER [platform/derived-field]"],
    ],
    [
      "a secret that nobody would sign with",
      { externalAuthority: { istioCsr: {} }, authoritySecret: "mesh-ca" },
      ["authoritySecret [platform/two-authorities]"],
    ],
    [
      "an istiod that serves other clusters",
      { externalAuthority: { istioCsr: {} }, external: {} },
      ["externalAuthority [platform/authority-of-one-cluster]"],
    ],
    [
      "a secret of another name with the official charts",
      { source: "helm", authoritySecret: "mesh-ca" },
      ["authoritySecret [platform/not-in-chart]"],
    ],
    [
      "where istiod runs in another cluster",
      { remote: { address: "203.0.113.7" }, clusterName: "west", externalAuthority: { istioCsr: {} } },
      ["externalAuthority [platform/not-in-remote-cluster]"],
    ],
  ];
  for (const [title, args, expected] of CASES) {
    it(title, () => {
      const problems = controlPlaneProblems(args);
      assert.deepEqual(described(problems), expected);
      assert.ok(
        !JSON.stringify(problems).includes("secret text"),
        "a value that may be a key is not repeated",
      );
    });
  }
});

describe("a mesh whose identities are signed elsewhere", function () {
  this.timeout(180_000);

  it("makes no authority, and tells ztunnel whom to ask", () => {
    const { plan, problems } = planned({ profile: "ambient", certificateAuthority: { istioCsr: {} } });
    assert.deepEqual(problems, []);
    assert.equal(plan.certificateAuthority, undefined);
    assert.equal(plan.ztunnel?.caAddress, "cert-manager-istio-csr.cert-manager.svc:443");
    assert.deepEqual(plan.controlPlane.externalAuthority, { istioCsr: {} });
  });

  it("refuses constraints that the mesh's own workloads would not meet, or ztunnel not verify", () => {
    const certificateAuthority = {
      newIntermediate: { nameConstraints: { permitted: { trustDomains: ["cluster.local", "new.example"] } } },
    };
    const path = "certificateAuthority.newIntermediate.nameConstraints";
    assert.deepEqual(planned({ certificateAuthority }).problems, []);
    const moved = (trustDomain: string): ServiceMeshArgs => ({
      certificateAuthority,
      controlPlane: { meshConfig: { trustDomain, trustDomainAliases: ["other-mesh.example"] } },
    });
    assert.deepEqual(planned(moved("new.example")).problems, []);
    assert.deepEqual(planned(moved("other-mesh.example")).problems, [
      `${path} [platform/trust-domain-not-permitted]`,
    ]);
    assert.deepEqual(planned({ certificateAuthority, profile: "ambient" }).problems, [
      `${path} [platform/constrained-in-ambient]`,
    ]);
  });

  it("gives the gateways SPIRE's template beside their own", () => {
    const { plan, problems } = planned({
      certificateAuthority: { spire: {} },
      controlPlane: { meshConfig: { trustDomain: "example.org" } },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.gateways.get("istio-ingressgateway")?.furtherTemplates, ["spire"]);
  });

  it("refuses a second authority, credentials below one that it has not, and gateways that SPIRE cannot reach", () => {
    const mixed = { istioCsr: {}, newRoot: {} } as unknown as NonNullable<
      ServiceMeshArgs["certificateAuthority"]
    >;
    assert.deepEqual(planned({ certificateAuthority: mixed }).problems, [
      "certificateAuthority.newRoot [platform/two-authorities]",
    ]);
    const existing = { existing: {}, issued: {} } as unknown as typeof mixed;
    assert.deepEqual(planned({ certificateAuthority: existing }).problems, [
      "certificateAuthority.issued [platform/two-authorities]",
    ]);
    assert.deepEqual(
      planned({
        certificateAuthority: { existing: {} },
        credentials: { "shop-cert": { from: "authority", hosts: ["shop.example.com"] } },
      }).problems,
      ["credentials.shop-cert.from [platform/no-authority]"],
    );
    assert.deepEqual(
      planned({
        certificateAuthority: { spire: {} },
        controlPlane: { meshConfig: { trustDomain: "example.org" } },
        namespaces: { edge: {} },
        manifests: [
          {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "Gateway",
            metadata: { name: "edge", namespace: "edge" },
            spec: { gatewayClassName: "istio", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
          },
        ],
      }).problems,
      ["certificateAuthority.spire [platform/spire-managed-gateway]"],
    );
  });

  it("adopts a secret by its name, and leaves it alone where it is not to be read", async () => {
    const deployment = await run(`
      new platform.CertificateAuthority("ca", { namespace: "mesh", existing: { secretName: "mesh-ca" } });
    `);
    const secret = named(deployment, "ca-cacerts");
    assert.equal(secret.type, "kubernetes:core/v1:Secret");
    assert.equal(secret.id, "mesh/mesh-ca");
    const { plan, problems } = planned({
      certificateAuthority: { existing: { secretName: "mesh-ca", read: false } },
    });
    assert.deepEqual(problems, []);
    assert.equal(plan.certificateAuthority, undefined);
    assert.equal(plan.controlPlane.authoritySecret, "mesh-ca");
  });
});
