import assert from "node:assert/strict";
import * as path from "node:path";
import { settle } from "./support/applied";
import { onApiServer, type OnApiServer } from "./support/on-api-server";
import { requiresOwnCluster } from "./support/requires-cluster";

/** An object, and the words by which the server refuses it; without words it is accepted. */
interface Case {
  readonly title: string;
  readonly object: object;
  readonly refused?: RegExp;
}

const peer = (namespace: string, name: string, spec: object): object => ({
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: { namespace, name },
  spec,
});
const policy = (spec: object): object => ({
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: { namespace: "shop", name: "tried" },
  spec,
});
const SELECTED = { selector: { matchLabels: { app: "web" } } };
const CONTAINER = { name: "app", image: "registry.example.com/app:1" };
/** A workload whose pods are like this. */
const workload = (kind: "Deployment" | "CronJob" | "Pod", namespace: string, metadata: object): object => {
  const pod = { metadata: { labels: { app: "web" }, ...metadata }, spec: { containers: [CONTAINER] } };
  const own = { namespace, name: "tried" };
  if (kind === "Pod") return { apiVersion: "v1", kind, ...pod, metadata: { ...pod.metadata, ...own } };
  if (kind === "Deployment")
    return {
      apiVersion: "apps/v1",
      kind,
      metadata: own,
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: { ...pod, metadata: { ...pod.metadata, labels: { app: "web", ...labelsOf(metadata) } } },
      },
    };
  const spec = { ...pod.spec, restartPolicy: "Never" };
  const template = { metadata: pod.metadata, spec };
  return {
    apiVersion: "batch/v1",
    kind,
    metadata: own,
    spec: { schedule: "0 0 * * *", jobTemplate: { spec: { template } } },
  };
};
function labelsOf(metadata: object): object {
  return "labels" in metadata && typeof metadata.labels === "object" && metadata.labels !== null
    ? metadata.labels
    : {};
}
const namespace = (name: string, labels: object): object => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

const OFF = { labels: { app: "web", "sidecar.istio.io/inject": "false" } };
const PAST = { annotations: { "traffic.sidecar.istio.io/excludeInboundPorts": "8080" } };

const CASES: readonly Case[] = [
  {
    title: "a namespace that demands mutual TLS",
    object: peer("shop", "default", { mtls: { mode: "STRICT" } }),
  },
  { title: "a PeerAuthentication that says nothing", object: peer("shop", "default", {}) },
  {
    title: "a namespace that accepts plaintext",
    object: peer("shop", "default", { mtls: { mode: "PERMISSIVE" } }),
    refused: /demands mutual TLS everywhere: spec\.mtls\.mode/,
  },
  {
    title: "the whole mesh without mutual TLS",
    object: peer("istio-system", "another", { mtls: { mode: "DISABLE" } }),
    refused: /spec\.mtls\.mode/,
  },
  {
    title: "a port that accepts plaintext",
    object: peer("shop", "port", {
      ...SELECTED,
      portLevelMtls: { "80": { mode: "STRICT" }, "81": { mode: "DISABLE" } },
    }),
    refused: /spec\.portLevelMtls/,
  },
  {
    title: "ports that demand it",
    object: peer("shop", "port", { ...SELECTED, portLevelMtls: { "80": { mode: "STRICT" }, "81": {} } }),
  },
  {
    title: "a policy that allows one caller",
    object: policy({ ...SELECTED, rules: [{ from: [{ source: { namespaces: ["shop"] } }] }] }),
  },
  {
    title: "a policy that allows one path",
    object: policy({ rules: [{ to: [{ operation: { paths: ["/a"] } }] }] }),
  },
  { title: "a policy that allows nobody", object: policy({}) },
  { title: "a policy that refuses everyone", object: policy({ action: "DENY", rules: [{}] }) },
  {
    title: "a policy that allows everyone everything",
    object: policy({ rules: [{ to: [{ operation: { paths: ["/a"] } }] }, {}] }),
    refused: /allows everyone everything/,
  },
  {
    title: "one that says so at length",
    object: policy({ action: "ALLOW", rules: [{ from: [{ source: {} }], to: [{ operation: {} }] }] }),
    refused: /allows everyone everything/,
  },
  { title: "a Deployment with its sidecar", object: workload("Deployment", "shop", {}) },
  {
    title: "a Deployment without its sidecar",
    object: workload("Deployment", "shop", OFF),
    refused: /sidecar\.istio\.io\/inject takes the pod out/,
  },
  {
    title: "a pod without its sidecar, by annotation",
    object: workload("Pod", "shop", { annotations: { "sidecar.istio.io/inject": "No" } }),
    refused: /sidecar\.istio\.io\/inject takes the pod out/,
  },
  {
    title: "a CronJob whose traffic goes past the sidecar",
    object: workload("CronJob", "shop", PAST),
    refused: /past the proxy of the pod/,
  },
  {
    title: "a Deployment that is captured in part",
    object: workload("Deployment", "shop", {
      annotations: { "traffic.sidecar.istio.io/includeOutboundIPRanges": "10.0.0.0/8" },
    }),
    refused: /past the proxy of the pod/,
  },
  {
    title: "a Deployment that says what is so anyway",
    object: workload("Deployment", "shop", {
      annotations: {
        "sidecar.istio.io/inject": "True",
        "traffic.sidecar.istio.io/includeOutboundIPRanges": "*",
        "traffic.sidecar.istio.io/excludeInboundPorts": "",
      },
    }),
  },
  { title: "the same where no mesh is", object: workload("Deployment", "plain", { ...OFF, ...PAST }) },
  {
    title: "the same in a namespace that is excepted",
    object: workload("Deployment", "legacy", { ...OFF, ...PAST }),
  },
  {
    title: "a namespace that leaves the mesh",
    object: namespace("shop", { "istio-injection": "disabled" }),
    refused: /would take it out/,
  },
  {
    title: "a namespace that moves to a named control plane",
    object: namespace("shop", { "istio-injection": null, "istio.io/rev": "canary" }),
  },
  {
    title: "a namespace that was not in the mesh",
    object: namespace("plain", { "istio-injection": "disabled", a: "b" }),
  },
];

describe("what a mesh promises, kept by a real API server", () => {
  before(function () {
    requiresOwnCluster(this);
  });

  onApiServer(
    "a mesh with admission policies",
    { cwd: path.join(__dirname, "programs", "admission"), stack: "deny" },
    { further: enforced },
  );
});

function enforced(on: OnApiServer): void {
  /** What the server says of an object; nothing is kept. */
  const tried = async (object: object): Promise<string> => {
    const { code, stderr } = await on.cluster.kubectl(
      ["apply", "--server-side", "--force-conflicts", "--field-manager=tried", "--dry-run=server", "-f", "-"],
      { input: JSON.stringify(object) },
    );
    return code === 0 ? "" : stderr;
  };

  it("accepts what the mesh itself declares as an exception", () => {
    const permissive = on.objects.filter(
      (object) => object.kind === "PeerAuthentication" && JSON.stringify(object).includes("PERMISSIVE"),
    );
    assert.equal(permissive.length, 1);
  });

  it("refuses what weakens the mesh, in words that say what to do, and nothing else", async () => {
    // The server takes a moment to know of its policies.
    const first = CASES.find(({ refused }) => refused !== undefined) ?? assert.fail();
    await settle(30, async () => ((await tried(first.object)) === "" ? ["not yet in force"] : []));
    const wrong: string[] = [];
    for (const { title, object, refused } of CASES) {
      const said = await tried(object);
      const right = refused === undefined ? said === "" : refused.test(said) && /meshwright-/.test(said);
      if (!right) wrong.push(`${title}: ${said === "" ? "accepted" : said}`);
    }
    assert.deepEqual(wrong, []);
  });

  it("lets the controllers of Kubernetes do their work, and finds no fault in the expressions", async () => {
    const { code, stdout, stderr } = await on.cluster.kubectl([
      "get",
      "validatingadmissionpolicies",
      "-o",
      "json",
    ]);
    assert.equal(code, 0, stderr);
    const { items } = JSON.parse(stdout) as {
      readonly items: readonly {
        readonly metadata: { readonly name: string };
        readonly status?: { readonly typeChecking?: { readonly expressionWarnings?: readonly object[] } };
      }[];
    };
    assert.equal(items.length, 4);
    assert.deepEqual(
      items.flatMap(({ metadata, status }) =>
        (status?.typeChecking?.expressionWarnings ?? []).map((warning) => ({ of: metadata.name, warning })),
      ),
      [],
    );
  });
}
