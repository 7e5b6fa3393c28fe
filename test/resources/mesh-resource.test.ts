import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { getVersion } from "@pulumi/kubernetes/utilities";
import * as resources from "../../components/resources";
import { istioCrds, gatewayApiCrds, type CrdSet } from "../../components/resources/crds";

interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly id?: string | undefined;
}

/** What the SDK asks of an engine, below the mocks: the options that mocks do not show. */
interface Request {
  getType(): string;
  getVersion(): string;
  getAliasesList(): { getSpec(): { getType(): string } | undefined }[];
}

const registrations: Registration[] = [];
const requests: Request[] = [];

describe("a mesh resource", () => {
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs, id }) => {
        registrations.push({ type, name, inputs: inputs as Record<string, unknown>, id });
        return { id: id || `default/${name}`, state: inputs as Record<string, unknown> };
      },
      call: () => ({}),
    });
    const monitor = pulumi.runtime.getMonitor() as unknown as {
      registerResource(request: Request, callback: unknown): unknown;
    };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      requests.push(request);
      return register(request, callback);
    };
  });

  const read = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

  it("registers apiVersion, kind, metadata and spec, as the Kubernetes provider wants them", async () => {
    const resource = new resources.VirtualService("reviews", {
      metadata: { name: "reviews", namespace: pulumi.output("bookinfo") },
      spec: {
        hosts: ["reviews"],
        http: [{ route: [{ destination: { host: "reviews" }, weight: pulumi.output(100) }] }],
      },
    });
    await read(resource.urn);
    const { type, inputs } = registrations.find((r) => r.name === "reviews") ?? assert.fail("not registered");
    assert.equal(type, "kubernetes:networking.istio.io/v1:VirtualService");
    assert.deepEqual(inputs, {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "reviews", namespace: "bookinfo" },
      spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "reviews" }, weight: 100 }] }] },
    });
    assert.deepEqual(await read(resource.spec), inputs.spec);
  });

  it("has the type token that CustomResource gives the same kind", async () => {
    const custom = new CustomResource("same", {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "same" },
    });
    await read(custom.urn);
    assert.equal(
      registrations.find((r) => r.name === "same")?.type,
      resources.PeerAuthentication.__pulumiType,
    );
  });

  it("asks for the provider plugin of the program's @pulumi/kubernetes and knows its former versions", async () => {
    await read(
      new resources.DestinationRule("former", { metadata: { name: "former" }, spec: { host: "a" } }).urn,
    );
    const request = requests.find((r) => r.getType() === resources.DestinationRule.__pulumiType);
    assert.ok(request);
    assert.equal(request.getVersion(), getVersion());
    assert.deepEqual(
      request.getAliasesList().map((alias) => alias.getSpec()?.getType()),
      [
        "kubernetes:networking.istio.io/v1alpha3:DestinationRule",
        "kubernetes:networking.istio.io/v1beta1:DestinationRule",
      ],
    );
  });

  it("keeps a version and aliases that the caller gives", async () => {
    await read(
      new resources.Sidecar(
        "own",
        { metadata: { name: "own" }, spec: {} },
        { version: "4.30.0", aliases: [{ name: "older" }] },
      ).urn,
    );
    const request = requests.find((r) => r.getType() === resources.Sidecar.__pulumiType);
    assert.equal(request?.getVersion(), "4.30.0");
    assert.equal(request?.getAliasesList().length, 3);
  });

  it("is read by its id, without inputs", async () => {
    const gateway = resources.Gateway.get("public", "istio-ingress/public");
    await read(gateway.urn);
    const registration = registrations.find((r) => r.name === "public");
    assert.equal(registration?.id, "istio-ingress/public");
    assert.deepEqual(registration?.inputs, {});
  });

  it("refuses to be made of nothing", () => {
    assert.throws(() => new resources.Gateway("nothing", undefined), {
      message: 'Gateway "nothing": pass its metadata and spec, or the id of one that exists',
    });
  });

  it("tells its own instances from others", () => {
    assert.equal(resources.Gateway.isInstance({ __pulumiType: resources.Gateway.__pulumiType }), true);
    assert.equal(
      resources.Gateway.isInstance({ __pulumiType: resources.gatewayApi.Gateway.__pulumiType }),
      false,
    );
    assert.equal(resources.Gateway.isInstance(undefined), false);
  });

  const classes: readonly [CrdSet, Record<string, unknown>][] = [
    [istioCrds, resources],
    [gatewayApiCrds, resources.gatewayApi],
  ];
  for (const [set, exported] of classes) {
    it(`has a class for every kind of ${set.source.module}`, () => {
      for (const { names, group } of set.crds) {
        const found = exported[names.kind] as { __pulumiType: string; apiVersion: string; kind: string };
        assert.equal(found.__pulumiType, `kubernetes:${found.apiVersion}:${found.kind}`);
        assert.equal(found.apiVersion.split("/")[0], group);
        assert.equal(found.kind, names.kind);
      }
    });
  }
});
