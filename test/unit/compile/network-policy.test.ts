import assert from "node:assert/strict";
import fc from "fast-check";
import { compileMesh, type NetworkPolicySpec } from "../../../components/compile";
import { type AnyMesh, defineMesh, everyoneIn, outsider } from "../../../components/intent";
import { declared, graphs, meshOf, probesFor } from "../../security/call-graph";

function networkPolicies(mesh: AnyMesh): Readonly<Record<string, NetworkPolicySpec>> {
  return Object.fromEntries(
    compileMesh(mesh).flatMap((each) =>
      each.kind === "NetworkPolicy" ? [[`${each.metadata.namespace}/${each.metadata.name}`, each.spec]] : [],
    ),
  );
}

const tcp = (port: number) => ({ protocol: "TCP", port });
const namespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const pods = (inNamespace: string, app: string) => ({
  ...namespace(inNamespace),
  podSelector: { matchLabels: { app } },
});

function shop(networkPolicies_: "ingress" | "ingress-and-egress") {
  const mesh = defineMesh("shop", {
    services: {
      web: { namespace: "front", ports: { http: { number: 80, protocol: "http", targetPort: 8080 } } },
      cart: {
        namespace: "back",
        ports: {
          http: { number: 80, protocol: "http", targetPort: 8080 },
          raw: { number: 9000, protocol: "tcp" },
        },
      },
    },
    external: {
      bank: { host: "api.bank.example", ports: { http: { number: 80, protocol: "http", tls: {} } } },
    },
    security: { networkPolicies: networkPolicies_ },
  });
  mesh
    .gateway("edge", { hosts: ["shop.example.com"], namespace: "front" })
    .expose("shop.example.com", mesh.services.web);
  const { web, cart } = mesh.services;
  mesh.allow({ from: [web, everyoneIn("batch")], to: cart, methods: ["GET"] });
  mesh.allow({ from: outsider({ namespace: "ops", serviceAccount: "bot" }), to: cart, ports: ["raw"] });
  return mesh;
}

describe("network policies", () => {
  it("are written only where the mesh asks for them, and enforces its calls", () => {
    const ports = { http: { number: 80, protocol: "http" } } as const;
    const mesh = (security: object) =>
      defineMesh("m", { services: { a: { namespace: "n", ports } }, security });
    assert.deepEqual(networkPolicies(mesh({})), {});
    assert.deepEqual(networkPolicies(mesh({ networkPolicies: "ingress", dryRun: true })), {});
    assert.deepEqual(networkPolicies(mesh({ networkPolicies: "ingress", defaultDeny: "off" })), {});
    // A server drops an empty list: whom nobody may call says so by the type of the policy.
    assert.deepEqual(networkPolicies(mesh({ networkPolicies: "ingress" }))["n/calls-of-a"], {
      podSelector: { matchLabels: { app: "a" } },
      policyTypes: ["Ingress"],
    });
    assert.deepEqual(Object.keys(networkPolicies(mesh({ networkPolicies: "ingress" }))), [
      "n/calls-of-a",
      "n/mesh-ports",
    ]);
  });

  it("let declared callers in where they may call, the world in at gateways, and the mesh's own ports everywhere", () => {
    const own = {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ ports: [15008, 15020, 15021, 15090].map(tcp) }],
    };
    assert.deepEqual(networkPolicies(shop("ingress")), {
      "back/mesh-ports": own,
      "front/mesh-ports": own,
      "front/open-edge": {
        podSelector: { matchLabels: { istio: "ingressgateway" } },
        policyTypes: ["Ingress"],
        ingress: [{}],
      },
      "front/calls-of-web": {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [{ ...namespace("front"), podSelector: { matchLabels: { istio: "ingressgateway" } } }],
            ports: [tcp(8080)],
          },
        ],
      },
      "back/calls-of-cart": {
        podSelector: { matchLabels: { app: "cart" } },
        policyTypes: ["Ingress"],
        ingress: [
          { from: [namespace("batch"), pods("front", "web")], ports: [tcp(8080)] },
          { from: [namespace("ops")], ports: [tcp(9000)] },
        ],
      },
    });
  });

  it("let out what names, identities and the tunnel need, what may be called, and what is outside", () => {
    assert.deepEqual(networkPolicies(shop("ingress-and-egress"))["front/calls-of-web"]?.egress, [
      { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
      { to: [namespace("istio-system")], ports: [tcp(15012)] },
      { ports: [tcp(15008)] },
      { to: [pods("back", "cart")], ports: [tcp(8080)] },
      { ports: [tcp(443)] },
    ]);
  });

  it("never stop a call that the mesh permits, and stop what nobody may do at a port, whatever the call graph", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const numbers = { http: 8080, admin: 8081, raw: 8082 };
        const found = networkPolicies(meshOf(graph, { networkPolicies: "ingress" }));
        for (const probe of probesFor(graph)) {
          const { to, port, identity, call } = probe;
          if (identity === undefined || port === undefined || !declared(graph, probe)) continue;
          const [from = "", , account = ""] = identity.split("/");
          const rules = found[`${call.to.namespace}/calls-of-${to}`]?.ingress ?? [];
          const passes = rules.some(
            ({ from: peers, ports }) =>
              ports?.some((each) => each.port === call.to.port) === true &&
              (peers === undefined ||
                peers.some(
                  ({ namespaceSelector, podSelector }) =>
                    namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] === from &&
                    (podSelector === undefined ||
                      podSelector.matchLabels?.["app"] === account ||
                      podSelector.matchLabels?.["istio"] === "ingressgateway"),
                )),
          );
          assert.ok(passes, `${identity} to ${to}:${port} in ${JSON.stringify(rules)}`);
        }
        for (const [to, spec] of [
          ["a", found["one/calls-of-a"]],
          ["c", found["two/calls-of-c"]],
        ] as const) {
          const open = new Set(spec?.ingress?.flatMap(({ ports = [] }) => ports.map((each) => each.port)));
          const all: readonly (keyof typeof numbers)[] = ["http", "admin", "raw"];
          const meant = graph.allowed.filter((edge) => edge.to === to).flatMap(({ ports }) => ports ?? all);
          for (const port of open)
            assert.ok(
              meant.some((name) => numbers[name] === port),
              `${to}:${port}`,
            );
        }
      }),
      { numRuns: 40 },
    );
  });
});
