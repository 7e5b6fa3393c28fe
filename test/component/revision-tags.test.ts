import assert from "node:assert/strict";

import type { ControlPlaneArgs, RevisionTagArgs } from "../../components/platform";
import { controlPlaneObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneProblems, controlPlaneSettings } from "../../components/platform/control-plane/settings";
import type { MutatingWebhookConfigurationObject } from "../../components/platform/kubernetes-objects";
import { revisionTagObjects, revisionTagProblems } from "../../components/platform/revision-tag/objects";
import { dependencyNames, named, registered, run } from "./support";

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "DoesNotExist";
  readonly values?: readonly string[];
}
interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}
interface Webhook {
  readonly namespaceSelector: Selector;
  readonly objectSelector: Selector;
  readonly clientConfig: { readonly service: { readonly name: string } };
}
type Labels = Readonly<Record<string, string>>;

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "DoesNotExist") return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === "In" ? listed : !listed;
    })
  );
}

const injectorOf = (args: ControlPlaneArgs) =>
  controlPlaneObjects(controlPlaneSettings(args)).injectorWebhook!;
const tagInjector = (args: RevisionTagArgs) => revisionTagObjects(args).injectorWebhook;

/** The istiods that would inject a pod, one entry for each time. */
function injectedBy(
  configurations: readonly MutatingWebhookConfigurationObject[],
  namespace: Labels,
  pod: Labels = {},
): string[] {
  const webhooks = configurations.flatMap(
    ({ webhooks }) => JSON.parse(JSON.stringify(webhooks)) as Webhook[],
  );
  return webhooks
    .filter(
      ({ namespaceSelector, objectSelector }) =>
        selects(namespaceSelector, namespace) && selects(objectSelector, pod),
    )
    .map(({ clientConfig }) => clientConfig.service.name);
}

describe("control planes side by side, and tags", () => {
  const NAMESPACES: readonly Labels[] = [
    {},
    { "istio-injection": "enabled" },
    { "istio-injection": "disabled" },
    { "istio.io/rev": "default" },
    { "istio.io/rev": "1-31" },
    { "istio.io/rev": "prod" },
  ];
  const PODS: readonly Labels[] = [
    {},
    { "sidecar.istio.io/inject": "true" },
    { "sidecar.istio.io/inject": "false" },
    { "istio.io/rev": "1-31" },
    { "istio.io/rev": "prod" },
    { "istio.io/rev": "default" },
  ];

  it("inject every pod once at most, whatever it and its namespace say, before, while and after a tag moves", () => {
    const old = injectorOf({});
    const retired = injectorOf({ isDefault: false });
    const next = injectorOf({ revision: "1-31" });
    const stages = [
      [old],
      [old, next, tagInjector({ tag: "prod" })],
      [old, next, tagInjector({ tag: "prod", revision: "1-31" })],
      [
        retired,
        next,
        tagInjector({ tag: "prod", revision: "1-31" }),
        tagInjector({ tag: "default", revision: "1-31" }),
      ],
      [
        next,
        tagInjector({ tag: "prod", revision: "1-31" }),
        tagInjector({ tag: "default", revision: "1-31" }),
      ],
    ];
    for (const stage of stages) {
      for (const namespace of NAMESPACES) {
        for (const pod of PODS) {
          const by = injectedBy(stage, namespace, pod);
          assert.ok(by.length <= 1, `${JSON.stringify([namespace, pod])}: ${by.join(" and ")}`);
        }
      }
    }
  });

  it("move the namespaces of a tag when it moves, and those that name nothing when the default moves", () => {
    const planes = [injectorOf({}), injectorOf({ revision: "1-31" })];
    const tagged = { "istio.io/rev": "prod" };
    const plain = { "istio-injection": "enabled" };
    const before = [...planes, tagInjector({ tag: "prod" })];
    assert.deepEqual(
      [tagged, plain].map((each) => injectedBy(before, each)),
      [["istiod"], ["istiod"]],
    );
    const moved = [...planes, tagInjector({ tag: "prod", revision: "1-31" })];
    assert.deepEqual(
      [tagged, plain].map((each) => injectedBy(moved, each)),
      [["istiod-1-31"], ["istiod"]],
    );
    const all = [
      injectorOf({ isDefault: false }),
      injectorOf({ revision: "1-31" }),
      tagInjector({ tag: "default", revision: "1-31" }),
    ];
    assert.deepEqual(injectedBy(all, plain), ["istiod-1-31"]);
    assert.deepEqual(injectedBy(all, {}, { "sidecar.istio.io/inject": "true" }), ["istiod-1-31"]);
  });

  it("would inject twice where the unnamed control plane kept the default: the check can fail", () => {
    const both = [injectorOf({}), tagInjector({ tag: "default", revision: "1-31" })];
    assert.deepEqual(injectedBy(both, { "istio-injection": "enabled" }), ["istiod", "istiod-1-31"]);
  });

  it("change a tag in place: the same objects, of another control plane", () => {
    const identities = (revision?: string): string[] =>
      Object.values(
        revisionTagObjects({ tag: "default", ...(revision === undefined ? {} : { revision }) }),
      ).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
    assert.deepEqual(identities(), [
      "Service istio-system/istiod-revision-tag-default",
      "MutatingWebhookConfiguration /istio-revision-tag-default",
      "ValidatingWebhookConfiguration /istiod-default-validator",
    ]);
    assert.deepEqual(identities("1-31"), identities());
    assert.equal(
      tagInjector({ tag: "prod", namespace: "mesh" }).metadata.name,
      "istio-revision-tag-prod-mesh",
      "elsewhere than in Istio's own namespace, the name says where",
    );
    const { service, validatorWebhook } = revisionTagObjects({ tag: "default", revision: "1-31" });
    assert.deepEqual(JSON.parse(JSON.stringify(service.spec)).selector, {
      app: "istiod",
      "istio.io/rev": "1-31",
    });
    for (const { metadata } of [
      service,
      validatorWebhook!,
      tagInjector({ tag: "default", revision: "1-31" }),
    ]) {
      assert.equal(metadata.labels?.["istio.io/rev"], "1-31");
      assert.equal(metadata.labels?.["istio.io/tag"], "default");
    }
  });

  it("refuse a tag that is called like its revision, and a named control plane that is the default", () => {
    const ids = (problems: readonly { path: string; id: string }[]): string[] =>
      problems.map(({ path, id }) => `${path} [${id}]`);
    assert.deepEqual(ids(revisionTagProblems({ tag: "1-31", revision: "1-31" })), [
      "tag [platform/tag-is-revision]",
    ]);
    assert.deepEqual(ids(revisionTagProblems({ tag: "Prod" })), ["tag [platform/bad-name]"]);
    assert.deepEqual(ids(controlPlaneProblems({ revision: "1-31", isDefault: false })), [
      "isDefault [platform/named-default]",
    ]);
  });
});

describe("ServiceMesh with tags", function () {
  this.timeout(180_000);

  it("registers them after the control plane, and workloads after them", async () => {
    const deployment = await run(`
      const mesh = new platform.ServiceMesh("mesh", {
        revision: "1-31", revisionTags: ["prod", "default"], crds: false, gateways: {},
      });
      new platform.Injection("workload", { namespaces: { shop: { revision: "prod" } } }, { dependsOn: mesh.injectionReady });
    `);
    const tags = registered(deployment).filter(({ type }) => type === "meshwright:index:RevisionTag");
    assert.deepEqual(tags.map(({ name }) => name).sort(), ["mesh-tag-default", "mesh-tag-prod"]);
    for (const { name } of tags) {
      assert.ok(
        dependencyNames(named(deployment, name)).includes("mesh-control-plane-injector-webhook"),
        name,
      );
      assert.ok(dependencyNames(named(deployment, "workload")).includes(`${name}-injector-webhook`), name);
    }
    const webhook = named(deployment, "mesh-tag-default-injector-webhook");
    assert.equal(webhook.ignoreChanges.length, 8);
  });

  it("refuses the tag `default` beside the control plane that is the default", async () => {
    await assert.rejects(
      run(`new platform.ServiceMesh("mesh", { revisionTags: ["default"] });`),
      /two-defaults/,
    );
  });
});
