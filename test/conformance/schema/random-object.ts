import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import type { CrdSet, StoredCrd, StructuralSchema } from "../../../components/resources/crds";

/** A generator of numbers in [0, 1) that gives the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Texts that some rule, pattern or format takes and another does not. */
const texts = (
  "* a reviews reviews.default.svc.cluster.local *.example.com a/b x-user -a A a..b é / /a /a//b /a%2fb //h/p /%zz " +
  "10s 0s 1ms 1us 1h30m -5s 0 1.5h .5s 10 bad 80 70000 -1 +1 0x10 UPSERT REMOVE HTTP HTTPS TCP UDP TLS " +
  "Service Secret ConfigMap Gateway HTTPRoute gateway.networking.k8s.io example.com Hostname URI IPAddress " +
  "Exact PathPrefix RegularExpression ReplaceFullPath ReplacePrefixMatch RequestMirror CORS RequestRedirect URLRewrite " +
  "http://x.y/z https://[::1]:80/a?b=c oci://ghcr.io/a/b:v1 ghcr.io/a/b:v1 ftp://x file:///a ://x http%zz:// " +
  "http://a:b:c http://%zz/ http://u:p@h/%41 mailto:x http://[::1 http://h:80x/ http://h<>/ http://::1/ " +
  "10.0.0.1 10.0.0.0/8 ::1 fe80::1%eth0 ::ffff:1.2.3.4 unix:///var/x unix://@x unix://x/ unix:/// " +
  "aGVsbG8= 2006-01-02T15:04:05Z 2006-13-02T15:04:05Z 2024-02-29T23:59:59.5+02:00"
)
  .split(" ")
  .concat("", "ht tp://a", "http://a b", "x".repeat(70), "http://a\u007f", " 1");

const keys = ["a", "app", "80", "0", "70000", "x*", "", "a.b/c", "app.kubernetes.io/name"];

/** Makes objects from schemas: mostly right, and wrong in every way that a person could be. */
export class RandomObjects {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next object of a definition, in any of its versions. */
  object(crd: StoredCrd): KubernetesObject {
    const version = this.#pick(crd.versions);
    const schema = crd.schemas[version.schema];
    const { spec, status } = schema?.properties ?? {};
    return {
      apiVersion: `${crd.group}/${version.name}`,
      kind: crd.names.kind,
      metadata: { name: "example" },
      ...(spec && this.#chance(0.99) && { spec: this.#value(spec, 0) }),
      ...(status && this.#chance(0.15) && { status: this.#value(status, 0) }),
    };
  }

  objects(sets: readonly CrdSet[], count: number): KubernetesObject[] {
    const crds = sets.flatMap((set) => set.crds);
    return Array.from({ length: count }, (_, index) => {
      const crd = crds[index % crds.length];
      if (crd === undefined) throw new Error("no definitions");
      return this.object(crd);
    });
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  #value(schema: StructuralSchema, depth: number): unknown {
    if (this.#chance(0.01)) return this.#pick([null, 1, "x", {}, true, 1.5]);
    if (schema.nullable && this.#chance(0.1)) return null;
    if (schema["x-kubernetes-int-or-string"]) return this.#chance(0.5) ? this.#below(100) : this.#pick(texts);
    if (schema.enum && this.#chance(0.97)) return this.#pick(schema.enum);
    switch (schema.type) {
      case "integer":
        return this.#integer(schema);
      case "number":
        return this.#pick([0, 1, 50, 100, 101, 0.5, -1]);
      case "boolean":
        return this.#chance(0.5);
      case "array":
        return this.#list(schema, depth);
      case "object":
        return this.#fields(schema, depth);
      case "string":
      case undefined:
      default:
        return this.#pick(texts);
    }
  }

  #integer({ minimum, maximum }: StructuralSchema): number {
    if (this.#chance(0.2)) return this.#pick([0, 1, -1, 65_535, 65_536, 1000, 2 ** 31, 2 ** 32 - 1, 2 ** 40]);
    return Math.min(maximum ?? Infinity, Math.max(minimum ?? 0, this.#below(200)));
  }

  #list({ items, maxItems = 3 }: StructuralSchema, depth: number): unknown[] {
    if (items === undefined || this.#chance(0.08)) return [];
    const length = this.#chance(0.03) && maxItems < 70 ? maxItems + 1 : 1 + this.#below(2.5);
    const list = Array.from({ length }, () => this.#value(items, depth + 1));
    if (list.length > 1 && this.#chance(0.3)) list[1] = structuredClone(list[0]);
    return list;
  }

  #fields(schema: StructuralSchema, depth: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    const { properties, additionalProperties } = schema;
    if (properties === undefined) {
      if (typeof additionalProperties !== "object") return { any: this.#pick([1, "x"]) };
      for (let i = this.#below(3); i > 0; i--)
        fields[this.#pick(keys)] = this.#value(additionalProperties, depth + 1);
      return fields;
    }
    const left = this.#leftOut(schema);
    for (const [name, property] of Object.entries(properties)) {
      const probability = schema.required?.includes(name) ? 0.97 : depth > 3 ? 0.25 : 0.4;
      if (!left.has(name) && this.#chance(probability)) fields[name] = this.#value(property, depth + 1);
    }
    if (this.#chance(0.01))
      fields[this.#pick(["bogus", "hots", "__namespace__"])] = this.#pick([null, 1, {}]);
    return fields;
  }

  /** Of fields that exclude each other, mostly all but one. */
  #leftOut({ oneOf, allOf }: StructuralSchema): Set<string> {
    const groups = [oneOf, ...(allOf ?? []).map((part) => part.oneOf)]
      .map((alternatives) => (alternatives ?? []).flatMap((a) => a.required ?? []))
      .filter((group) => group.length > 0 && this.#chance(0.9));
    return new Set(
      groups.flatMap((group) => {
        const chosen = this.#pick(group);
        return group.filter((name) => name !== chosen);
      }),
    );
  }
}
