import assert from "node:assert/strict";
import type { StackValidationArgs } from "@pulumi/policy";
import { trafficMakeBeforeBreak } from "../../analysis";
import { rulePolicy } from "../../policies/rule-policy";
import { runStack, type TestStack } from "../../testing";
import { FAST, projectWith } from "../engine/support/project";

/** Routes that wait for the rule of their subset directly, with their component, for all of a component, and not at all. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";

const istio = (kind, name, spec, opts) =>
  new CustomResource(kind + "-" + name, { apiVersion: "networking.istio.io/v1", kind, metadata: { name, namespace: "shop" }, spec }, opts);
const rule = (name, opts = {}) =>
  istio("DestinationRule", name, { host: name, subsets: [{ name: "v1", labels: { version: "v1" } }] }, opts);
const route = (name, opts = {}) =>
  istio("VirtualService", name, { hosts: [name], http: [{ route: [{ destination: { host: name, subset: "v1" } }] }] }, opts);
class Group extends pulumi.ComponentResource {
  constructor(name, fill, opts = {}) {
    super("shop:index:Group", name, {}, opts);
    fill(this);
    this.registerOutputs({});
  }
}

route("direct", { dependsOn: rule("direct") });
const rules = new Group("rules", (parent) => rule("grouped", { parent }));
route("grouped", { dependsOn: rules });
const outer = rule("outer");
new Group("routes", (parent) => route("outer", { parent }), { dependsOn: outer });
rule("never");
route("never");
`;

describe("traffic-make-before-break, by what a program makes its resources wait for", () => {
  let stack: TestStack;
  before(async function () {
    this.timeout(120_000);
    stack = await runStack({
      cwd: projectWith({ "index.ts": PROGRAM, "Pulumi.dev.yaml": "config: {}\n" }),
      stack: "dev",
      env: FAST,
    });
  });

  it("finds the route that waits for nothing, in the objects of a stack", () => {
    const found = stack.findings({ rule: trafficMakeBeforeBreak.id });
    assert.deepEqual(
      found.map(({ object, path }) => `${object.kind} ${object.name} ${path}`),
      ["VirtualService never spec.http[0].route[0].destination.subset"],
    );
  });

  it("finds the same in a policy over the stack", () => {
    const policy = rulePolicy(trafficMakeBeforeBreak, {
      levels: {},
      options: {},
      remediating: new Set(),
      exceptions: [],
      meshConfig: undefined,
      now: () => new Date("2026-11-21T12:00:00Z"),
    });
    const named = (urns: readonly string[]): object[] => urns.map((urn) => ({ urn }));
    // As the SDK gives it to a policy.
    const resources = stack.deployment.resources.map((each) => ({
      type: each.type,
      urn: each.urn,
      props: each.outputs,
      ...(each.parent === undefined ? {} : { parent: { urn: each.parent } }),
      dependencies: named(each.dependencies),
      propertyDependencies: Object.fromEntries(
        Object.entries(each.propertyDependencies).map(([property, urns]) => [property, named(urns)]),
      ),
    }));
    const violations: (string | undefined)[] = [];
    assert.ok("validateStack" in policy);
    const args = { resources, getConfig: () => ({}), notApplicable: () => undefined };
    void policy.validateStack(args as unknown as StackValidationArgs, (_message, urn) => {
      violations.push(urn?.split("::").at(-1));
    });
    assert.deepEqual(violations, ["VirtualService-never"]);
  });
});
