import { AssertionError } from "node:assert";
import {
  analyse,
  readSettings,
  summariseRoutes,
  type Analysis,
  type CheckSettings,
  type Finding,
  type KubernetesObject,
  type Located,
  type RouteSummary,
} from "../analysis";
import type { Deployment, RecordedResource } from "../engine";
import { objectsOf } from "../engine/manifests";

/** What to look for; all that is given must fit. */
export interface ResourceFilter {
  /** The type token, `meshwright:index:ServiceMesh`, or its last word, `ServiceMesh`. */
  readonly type?: string;
  readonly name?: string;
  /** The URN or the name of the parent. */
  readonly parent?: string;
}

/** What to look for; all that is given must fit. */
export interface ObjectFilter {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A stack that ran in the offline engine: its resources, its Kubernetes objects, and what the rules say of them. */
export class TestStack {
  /** Everything that was registered, with inputs, parents, dependencies and options. */
  readonly deployment: Deployment;
  readonly #located: readonly Located[];

  constructor(deployment: Deployment) {
    this.deployment = deployment;
    this.#located = objectsOf(deployment) as readonly Located[];
  }

  /** The outputs of the stack. */
  get outputs(): Deployment["outputs"] {
    return this.deployment.outputs;
  }

  /** The registered resources that fit, in an order that does not vary between runs. */
  resources({ type, name, parent }: ResourceFilter = {}): readonly RecordedResource[] {
    return this.deployment.resources.filter(
      (each) =>
        (type === undefined || each.type === type || each.type.endsWith(`:${type}`)) &&
        (name === undefined || each.name === name) &&
        (parent === undefined ||
          each.parent === parent ||
          each.parent?.slice(each.parent.lastIndexOf("::") + 2) === parent),
    );
  }

  /**
   * The one resource that fits.
   *
   * @throws AssertionError where none or several do
   */
  resource(filter: ResourceFilter): RecordedResource {
    const all = this.deployment.resources.map(({ type, name }) => `${type} ${name}`);
    return only(this.resources(filter), "resource", filter, all, ({ type, name }) => `${type} ${name}`);
  }

  /**
   * The Kubernetes objects that fit, charts and YAML files included. Secret values, and what is known only after
   * deployment, are the symbol `UNKNOWN` of `meshwright/analysis`.
   */
  objects({ kind, namespace, name }: ObjectFilter = {}): readonly KubernetesObject[] {
    return this.#located
      .map(({ object }) => object)
      .filter(
        (object) =>
          (kind === undefined || object.kind === kind) &&
          (namespace === undefined || object.metadata.namespace === namespace) &&
          (name === undefined || object.metadata.name === name),
      );
  }

  /**
   * The one Kubernetes object that fits.
   *
   * @throws AssertionError where none or several do
   */
  object(filter: ObjectFilter): KubernetesObject {
    return only(this.objects(filter), "object", filter, this.objects().map(nameOf), nameOf);
  }

  /** What the rules say, waiting checks and exceptions included, as `meshwright check` has it. */
  check(settings: CheckSettings = {}): Analysis {
    const { levels, options, exceptions } = readSettings(settings);
    return analyse(this.#located, { levels, options, exceptions });
  }

  /** The findings of {@link check}; of one rule where it is named. */
  findings({ rule, ...settings }: CheckSettings & { readonly rule?: string } = {}): readonly Finding[] {
    const { findings } = this.check(settings);
    return rule === undefined ? findings : findings.filter((finding) => finding.rule === rule);
  }

  /**
   * Fails where a rule finds something at the mandatory level; with `advisory: true` at any level.
   *
   * @throws AssertionError with each finding, its object and its fix
   */
  assertNoFindings({
    advisory = false,
    ...settings
  }: CheckSettings & { readonly advisory?: boolean } = {}): void {
    const found = this.findings(settings).filter(({ level }) => advisory || level === "mandatory");
    if (found.length === 0) return;
    const lines = found.map(
      ({ level, rule, object, path, message, fix }) =>
        `  ${level} ${rule}: ${nameOf({ kind: object.kind, metadata: { ...object } })} ${path}: ${message}. ${fix}.`,
    );
    throw new AssertionError({
      message: `${found.length} finding${found.length === 1 ? "" : "s"}, expected none:\n${lines.join("\n")}`,
      actual: found.map(({ rule }) => rule),
      expected: [],
      operator: "assertNoFindings",
      stackStartFn: this.assertNoFindings,
    });
  }

  /**
   * The routes of the stack's VirtualServices and of the Gateway API, in a form that reads at a glance.
   *
   * @param host a complete host, or one without `.svc.cluster.local`; every host by default
   * @example
   * assert.deepEqual(mesh.routes("reviews.bookinfo")[0]?.lines, [
   *   { when: "/wines*", then: "reviews.bookinfo subset v1" },
   *   { when: "otherwise", then: "reviews.bookinfo subset v1 90%, reviews.bookinfo subset v2 10%" },
   * ]);
   */
  routes(host?: string): readonly RouteSummary[] {
    const wanted = host?.replace(/\.svc\.cluster\.local$/, "");
    return summariseRoutes(this.objects()).filter(
      ({ hosts }) => wanted === undefined || hosts.includes(wanted),
    );
  }
}

function nameOf({ kind, metadata }: Pick<KubernetesObject, "kind" | "metadata">): string {
  const { namespace, name } = metadata;
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${String(name)}`;
}

/** How many of what is there a failure names. */
const NAMED = 20;

function only<Thing>(
  found: readonly Thing[],
  what: string,
  filter: object,
  all: readonly string[],
  describe: (thing: Thing) => string,
): Thing {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = found.length === 0 ? all : found.map(describe);
  const shown = names.slice(0, NAMED).join("\n  ");
  const more = names.length > NAMED ? `\n  and ${names.length - NAMED} more` : "";
  throw new AssertionError({
    message: `${found.length === 0 ? "no" : String(found.length)} ${what} fits ${JSON.stringify(filter)}, expected one; there ${names.length === 1 ? "is" : "are"}:\n  ${shown}${more}`,
    actual: found.length,
    expected: 1,
    operator: what,
  });
}
