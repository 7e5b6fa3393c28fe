import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { type CompileOptions, compileMesh } from "../../components/compile";
import { toYamlStream } from "../../engine/manifests/yaml";
import { declared, type Graph, graphs, meshOf, type Probe, probesFor, withoutOverlap } from "./call-graph";
import {
  type Call,
  evaluate,
  evaluateAtWaypoint,
  type MeshFacts,
  type Policy,
  readPolicies,
} from "./evaluator";
import { mutations } from "./mutations";

const GRAPHS = 2_000;
const MUTATED_GRAPHS = 40;
const VARIED_GRAPHS = 200;
const SERVICE_PORTS = { http: 80, admin: 81, raw: 82 } as const;
/** What ztunnel sees of a call. */
const withoutRequest = ({ http: _, ...call }: Call): Call => call;
const MESH: MeshFacts = { rootNamespace: "istio-system", trustDomain: "cluster.local" };

describe("a call graph drawn at random", function () {
  this.timeout(240_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "call-graphs-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The policies as a reader of the manifest file finds them. */
  function synthesised(graph: Graph, options: CompileOptions = {}): Policy[] {
    const file = path.join(folder, "mesh.yaml");
    const objects = compileMesh(meshOf(graph), options).map(
      (each) => JSON.parse(JSON.stringify(each)) as never,
    );
    writeFileSync(file, toYamlStream(objects, []));
    return readPolicies(file);
  }

  const describeCall = ({ call, to, port }: Probe): string =>
    `${to}:${port ?? "undeclared"} ${JSON.stringify(call)}`;

  /** The first call on which the policies and the graph do not agree. */
  function disagreement(
    policies: readonly Policy[],
    graph: Graph,
    probes: readonly Probe[],
  ): Probe | undefined {
    return probes.find((probe) => evaluate(policies, probe.call, MESH).allowed !== declared(graph, probe));
  }

  it("is allowed in its declared calls and in no other, 2,000 times", () => {
    let permitted = 0;
    fc.assert(
      fc.property(graphs, fc.nat({ max: 999 }), (graph, offset) => {
        // One call in eleven; the next test asks every one.
        const probes = probesFor(graph, 11, offset);
        permitted += probes.some((probe) => declared(graph, probe)) ? 1 : 0;
        const wrong = disagreement(synthesised(graph), graph, probes);
        assert.equal(wrong && describeCall(wrong), undefined);
      }),
      { numRuns: GRAPHS },
    );
    assert.ok(permitted > GRAPHS / 2, `${permitted} graphs permit anything, enough to tell`);
  });

  it("is allowed in its declared calls and in no other behind waypoints, and nobody gets past them", () => {
    const ambient = { one: { waypoint: "waypoint" }, two: { waypoint: "waypoint" } };
    fc.assert(
      fc.property(graphs, fc.nat({ max: 999 }), (graph, offset) => {
        const policies = synthesised(graph, { ambient });
        for (const probe of probesFor(graph, 23, offset)) {
          const { call, to, port } = probe;
          const direct = evaluate(policies, withoutRequest(call), MESH);
          assert.equal(direct.allowed, false, `past the waypoint: ${describeCall(probe)}`);
          if (port === undefined) continue;
          const waypoint = { namespace: call.to.namespace, name: "waypoint" };
          const { allowed } = evaluateAtWaypoint(
            policies,
            { ...call, service: { name: to, port: SERVICE_PORTS[port] }, waypoint },
            MESH,
          );
          assert.equal(allowed, declared(graph, probe), describeCall(probe));
        }
      }),
      { numRuns: VARIED_GRAPHS },
    );
  });

  it("is allowed as declared while the trust domain moves, to callers who still have the old one and those of the new", () => {
    const moving: MeshFacts = {
      ...MESH,
      trustDomain: "new.example",
      trustDomainAliases: ["old.example"],
    };
    fc.assert(
      fc.property(graphs, fc.nat({ max: 999 }), (graph, offset) => {
        const policies = synthesised(graph, { trustDomain: moving.trustDomain });
        for (const probe of probesFor(graph, 23, offset)) {
          for (const domain of ["old.example", "new.example"]) {
            const spiffe = probe.call.spiffe?.replace("cluster.local", domain);
            const call: Call = { ...probe.call, ...(spiffe !== undefined && { spiffe }) };
            const { allowed } = evaluate(policies, call, moving);
            assert.equal(allowed, declared(graph, probe), `${domain}: ${describeCall(probe)}`);
          }
        }
      }),
      { numRuns: VARIED_GRAPHS },
    );
  });

  it("is compiled to rules of which each one counts: to drop or widen any is noticed", () => {
    let mutants = 0;
    fc.assert(
      fc.property(graphs.map(withoutOverlap), (graph) => {
        // A refusal may hide what a wider permission would let in: each is judged by itself.
        for (const each of [
          { ...graph, denied: [] },
          { allowed: [], denied: graph.denied },
        ]) {
          const allowAll: Policy[] =
            each.allowed.length > 0
              ? []
              : [
                  {
                    name: "all",
                    namespace: "istio-system",
                    labels: undefined,
                    action: "ALLOW",
                    dryRun: false,
                    rules: [{}],
                  },
                ];
          const policies = [...synthesised(each), ...allowAll];
          const probes = probesFor(each);
          if (each.allowed.length > 0) assert.equal(disagreement(policies, each, probes), undefined);
          const before = probes.map(({ call }) => evaluate(policies, call, MESH).allowed);
          for (const { what, mutant } of mutations(policies)) {
            mutants++;
            const noticed = probes.some(
              ({ call }, at) => evaluate(mutant, call, MESH).allowed !== before[at],
            );
            assert.ok(noticed, `${what} goes unnoticed in ${JSON.stringify(policies)}`);
          }
        }
      }),
      { numRuns: MUTATED_GRAPHS, endOnFailure: true },
    );
    assert.ok(mutants > 10 * MUTATED_GRAPHS, `${mutants} mutants`);
  });
});
