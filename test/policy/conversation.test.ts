import assert from "node:assert/strict";
import type { Message } from "google-protobuf";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  EnforcementLevel,
  type AnalyzeRequest,
  type AnalyzerStackConfigureRequest,
  type AnalyzeStackRequest,
  type ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { runProgram, type Deployment } from "../../engine";
import { runPolicyPack, type PolicyPackResult } from "../../engine/policy";
import { callsOf, NO_ORACLE, oracleIsThere, oracleText, type RecordedCall } from "../engine/support/oracle";
import { FAST, projectWith } from "../engine/support/project";
import { packWith } from "./support";

type Call = (request: Message, done: (error: unknown, response: Message) => void) => unknown;

/** The methods of a conversation, in the order in which the Pulumi engine starts one. */
const METHODS = [
  "Handshake",
  "ConfigureStack",
  "GetPluginInfo",
  "GetAnalyzerInfo",
  "Configure",
  "Remediate",
  "Analyze",
] as const;

/** Writes down what our host says to a pack, with the answers. */
function listen(): {
  readonly calls: (RecordedCall & { readonly message: Message })[];
  readonly stop: () => void;
} {
  const client = AnalyzerClient.prototype as unknown as Record<string, Call>;
  const original = { ...client };
  const calls: (RecordedCall & { readonly message: Message })[] = [];
  for (const method of [...METHODS, "AnalyzeStack"]) {
    const name = method.charAt(0).toLowerCase() + method.slice(1);
    const call = client[name];
    assert.ok(call, name);
    client[name] = function (this: unknown, request, done) {
      return call.call(this, request, (error: unknown, response: Message) => {
        calls.push({ method: `/pulumirpc.Analyzer/${method}`, request: {}, response: {}, message: request });
        done(error, response);
      });
    };
  }
  return { calls, stop: () => Object.assign(client, original) };
}

/** A request on one resource as the recording writes it: without what is empty. */
function asRecorded(request: AnalyzeRequest): Record<string, unknown> {
  const options = request.getOptions();
  const provider = request.getProvider();
  const timeouts = options?.getCustomtimeouts();
  return {
    name: request.getName(),
    type: request.getType(),
    urn: request.getUrn(),
    properties: request.getProperties()?.toJavaScript(),
    options: filled({
      protect: options?.getProtect(),
      ignoreChanges: options?.getIgnorechangesList(),
      deleteBeforeReplace: options?.getDeletebeforereplace(),
      deleteBeforeReplaceDefined: options?.getDeletebeforereplacedefined(),
      additionalSecretOutputs: options?.getAdditionalsecretoutputsList(),
      aliases: options?.getAliasesList(),
      parent: options?.getParent(),
      customTimeouts: {
        ...filled({
          create: timeouts?.getCreate(),
          update: timeouts?.getUpdate(),
          delete: timeouts?.getDelete(),
        }),
      },
    }),
    ...(provider === undefined
      ? {}
      : {
          provider: {
            name: provider.getName(),
            type: provider.getType(),
            urn: provider.getUrn(),
            properties: provider.getProperties()?.toJavaScript(),
          },
        }),
  };
}

function filled(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === false || value === 0 || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && !isEmpty(value)),
  );
}

/** The Pulumi engine marks a default provider for itself before a remediation sees it. */
function withoutBookkeeping({
  properties,
  ...rest
}: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clean = Object.entries(properties as object).filter(([key]) => key !== "__internal");
  return { ...rest, properties: Object.fromEntries(clean) };
}

describe("a conversation that was recorded between the Pulumi engine and a pack", function () {
  this.timeout(300_000);
  let deployment: Deployment;
  let result: PolicyPackResult;
  let calls: ReturnType<typeof listen>["calls"];

  before(async function () {
    if (!oracleIsThere()) {
      console.log(`      ${NO_ORACLE}`);
      this.skip();
    }
    deployment = await runProgram({
      cwd: projectWith({ "index.ts": oracleText("program.ts") }),
      stack: "dev",
      env: { ...FAST, KUBECONFIG: "/elsewhere" },
      configOverrides: { greeting: "hi", token: "abc" },
    });
    const heard = listen();
    try {
      result = await runPolicyPack({
        directory: packWith({
          "index.ts": oracleText("pack.ts"),
          "package.json": '{ "name": "sample", "version": "0.0.1" }\n',
        }),
        deployment,
        stackConfig: {
          values: { "sample:greeting": "hi", "sample:token": "abc" },
          secretKeys: ["sample:token"],
        },
      });
    } finally {
      heard.stop();
    }
    calls = heard.calls;
  });

  const method = (call: { readonly method: string }): string =>
    call.method.slice(call.method.lastIndexOf("/") + 1);
  const urnOf = ({ message }: { readonly message: Message }): string => (message as AnalyzeRequest).getUrn();

  it("begins alike, asks of each resource in turn, and ends with the stack", () => {
    assert.deepEqual(
      calls.map((call) =>
        ["Remediate", "Analyze"].includes(method(call)) ? `${method(call)} ${urnOf(call)}` : method(call),
      ),
      [
        ...METHODS.slice(0, 5),
        ...deployment.resources.flatMap(({ urn }) => [`Remediate ${urn}`, `Analyze ${urn}`]),
        "AnalyzeStack",
      ],
    );
  });

  it("tells the pack of the same stack", () => {
    const [recorded] = callsOf("analyzer.jsonl", "ConfigureStack");
    const request = calls.find((call) => method(call) === "ConfigureStack")
      ?.message as AnalyzerStackConfigureRequest;
    assert.deepEqual(recorded?.request, {
      config: Object.fromEntries(request.getConfigMap().entries()),
      configSecretKeys: request.getConfigSecretKeysList(),
      organization: request.getOrganization(),
      project: request.getProject(),
      stack: request.getStack(),
    });
  });

  it("gives every policy the same configuration, defaults filled in", () => {
    const [recorded] = callsOf("analyzer.jsonl", "Configure");
    const request = calls.find((call) => method(call) === "Configure")?.message as ConfigureAnalyzerRequest;
    const policyConfig = Object.fromEntries(
      [...request.getPolicyconfigMap().entries()].map(([name, config]) => [
        name,
        {
          ...(config.getEnforcementlevel() === EnforcementLevel.REMEDIATE
            ? { enforcementLevel: "REMEDIATE" }
            : {}),
          properties: config.getProperties()?.toJavaScript(),
        },
      ]),
    );
    assert.deepEqual(policyConfig, recorded?.request.policyConfig);
  });

  it("shows the pack the same resources, each with the same properties, options and provider", () => {
    const recorded = [...callsOf("analyzer.jsonl", "Remediate"), ...callsOf("analyzer.jsonl", "Analyze")];
    assert.ok(recorded.length >= 6);
    for (const call of recorded) {
      const ours = calls.find((each) => method(each) === method(call) && urnOf(each) === call.request.urn);
      assert.ok(ours, `${method(call)} ${String(call.request.urn)}`);
      assert.deepEqual(asRecorded(ours.message as AnalyzeRequest), withoutBookkeeping(call.request));
    }
  });

  it("reports what the pack answered", () => {
    const [diagnostic] = callsOf("analyzer.jsonl", "Analyze").flatMap(
      ({ response }) => (response.diagnostics ?? []) as Readonly<Record<string, string>>[],
    );
    assert.deepEqual(result.violations, [
      {
        policy: diagnostic?.policyName,
        level: "advisory",
        severity: "high",
        message: diagnostic?.message,
        urn: diagnostic?.urn,
      },
      {
        policy: "whole-stack",
        level: "advisory",
        message: `Counts what is there.\nresources: ${deployment.resources.length}`,
      },
    ]);
    assert.deepEqual(result.remediations, [
      {
        policy: "label-namespace",
        urn: "urn:pulumi:dev::sample::kubernetes:core/v1:Namespace::ns",
        description: "A namespace gets a label.",
      },
    ]);
  });

  it("shows the policies what a remediation has changed, in both scopes", () => {
    const label = "pod-security.kubernetes.io/enforce";
    const analyzed = calls.find(
      (call) => method(call) === "Analyze" && urnOf(call).endsWith(":Namespace::ns"),
    );
    assert.match(
      JSON.stringify(asRecorded(analyzed?.message as AnalyzeRequest).properties),
      new RegExp(label),
    );
    const stack = calls.at(-1)?.message as AnalyzeStackRequest;
    const namespace = stack.getResourcesList().find((each) => each.getUrn().endsWith(":Namespace::ns"));
    assert.match(JSON.stringify(namespace?.getProperties()?.toJavaScript()), new RegExp(label));
  });
});
