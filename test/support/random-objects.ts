import fc from "fast-check";
import type { KubernetesObject } from "../../analysis/kubernetes-object";
import {
  schemaOfVersion,
  type CrdSet,
  type StoredCrd,
  type StructuralSchema,
} from "../../components/resources/crds";

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

const ABSENT = Symbol("absent");
/** From here on optional fields are rare, or objects would grow without end. */
const DEEP = 3;
const LONGEST_LIST_TO_EXCEED = 70;

const text = fc.constantFrom(...texts);
/** Something of another type than whatever is asked for. */
const misfit = fc.constantFrom<unknown>(null, 1, "x", {}, true, 1.5);
const anyNumber = fc.constantFrom(0, 1, 50, 100, 101, 0.5, -1);
const edgeInteger = fc.constantFrom(0, 1, -1, 65_535, 65_536, 1000, 2 ** 31, 2 ** 32 - 1, 2 ** 40);
const anything = fc.record({ any: fc.constantFrom<unknown>(1, "x") });
const strangeField = fc.tuple(
  fc.constantFrom("bogus", "hots", "__namespace__"),
  fc.constantFrom<unknown>(null, 1, {}),
);

/** The first with this probability, else the second. */
function either<A, B>(probability: number, first: fc.Arbitrary<A>, second: fc.Arbitrary<B>) {
  const weight = Math.round(probability * 1000);
  return fc.oneof(
    { depthSize: "max" }, // no other leaning than the weights
    { weight, arbitrary: first },
    { weight: 1000 - weight, arbitrary: second },
  );
}

function maybe<A>(probability: number, value: fc.Arbitrary<A>): fc.Arbitrary<A | typeof ABSENT> {
  return either(probability, value, fc.constant(ABSENT));
}

/** Values for a schema: mostly right, and wrong in every way that a person could be. */
function valueOf(schema: StructuralSchema, depth: number): fc.Arbitrary<unknown> {
  const right = schema.enum ? either(0.97, fc.constantFrom(...schema.enum), text) : typed(schema, depth);
  const nullable = schema.nullable ? either(0.1, fc.constant(null), right) : right;
  return either(0.01, misfit, nullable);
}

function typed(schema: StructuralSchema, depth: number): fc.Arbitrary<unknown> {
  if (schema["x-kubernetes-int-or-string"]) return either(0.5, fc.nat({ max: 99 }), text);
  switch (schema.type) {
    case "integer":
      return integerOf(schema);
    case "number":
      return anyNumber;
    case "boolean":
      return fc.boolean();
    case "array":
      return listOf(schema, depth);
    case "object":
      return schema.properties === undefined ? mapOf(schema, depth) : fieldsOf(schema, depth);
    case "string":
    case undefined:
    default:
      return text;
  }
}

function integerOf({ minimum, maximum }: StructuralSchema): fc.Arbitrary<number> {
  const usual = fc.nat({ max: 199 }).map((n) => Math.min(maximum ?? Infinity, Math.max(minimum ?? 0, n)));
  return either(0.2, edgeInteger, usual);
}

function listOf({ items, maxItems = 3 }: StructuralSchema, depth: number): fc.Arbitrary<unknown[]> {
  if (items === undefined) return fc.constant([]);
  const item = valueOf(items, depth + 1);
  const ofLength = (minLength: number, maxLength: number) =>
    fc.array(item, { minLength, maxLength, size: "max" });
  const usual = either(0.2, ofLength(3, 3), ofLength(1, 2));
  const exceeding =
    maxItems < LONGEST_LIST_TO_EXCEED ? either(0.03, ofLength(maxItems + 1, maxItems + 1), usual) : usual;
  const repeating = fc
    .tuple(exceeding, either(0.3, fc.constant(true), fc.constant(false)))
    .map(([list, repeat]) => (repeat && list.length > 1 ? [list[0], list[0], ...list.slice(2)] : list));
  return either(0.08, fc.constant([]), repeating);
}

function mapOf({ additionalProperties }: StructuralSchema, depth: number): fc.Arbitrary<unknown> {
  if (typeof additionalProperties !== "object") return anything;
  const entry = fc.tuple(fc.constantFrom(...keys), valueOf(additionalProperties, depth + 1));
  return fc.array(entry, { maxLength: 2, size: "max" }).map((entries) => Object.fromEntries(entries));
}

function fieldsOf(schema: StructuralSchema, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const probability = schema.required?.includes(name) ? 0.97 : depth > DEEP ? 0.25 : 0.4;
    return maybe(probability, valueOf(property, depth + 1)).map((value) => [name, value] as const);
  });
  return fc
    .tuple(leftOut(schema), maybe(0.01, strangeField), ...fields)
    .map(([left, strange, ...drawn]) =>
      Object.fromEntries([
        ...drawn.filter(([name, value]) => value !== ABSENT && !left.has(name)),
        ...(strange === ABSENT ? [] : [strange]),
      ]),
    );
}

/** Of fields that exclude each other, mostly all but one. */
function leftOut({ oneOf, allOf }: StructuralSchema): fc.Arbitrary<ReadonlySet<string>> {
  const groups = [oneOf, ...(allOf ?? []).map((part) => part.oneOf)]
    .map((alternatives) => (alternatives ?? []).flatMap((alternative) => alternative.required ?? []))
    .filter((group) => group.length > 0)
    .map((group) =>
      maybe(0.9, fc.constantFrom(...group)).map((chosen) =>
        chosen === ABSENT ? [] : group.filter((name) => name !== chosen),
      ),
    );
  return fc.tuple(...groups).map((names) => new Set(names.flat()));
}

/** Objects of a definition, in any of its versions. */
export function objectsOf(crd: StoredCrd): fc.Arbitrary<KubernetesObject> {
  const ofVersion = crd.versions.map((version) => {
    const { spec, status } = schemaOfVersion(crd, version).properties ?? {};
    const absent = fc.constant(ABSENT);
    return fc
      .tuple(
        spec === undefined ? absent : maybe(0.99, valueOf(spec, 0)),
        status === undefined ? absent : maybe(0.15, valueOf(status, 0)),
      )
      .map(([drawnSpec, drawnStatus]) => ({
        apiVersion: `${crd.group}/${version.name}`,
        kind: crd.names.kind,
        metadata: { name: "example" },
        ...(drawnSpec !== ABSENT && { spec: drawnSpec }),
        ...(drawnStatus !== ABSENT && { status: drawnStatus }),
      }));
  });
  return fc.oneof({ depthSize: "max" }, ...ofVersion);
}

/** As many objects of each definition; the same ones for the same seed. */
export function drawObjects(
  sets: readonly CrdSet[],
  { perKind, seed }: { readonly perKind: number; readonly seed: number },
): KubernetesObject[] {
  return sets
    .flatMap((set) => set.crds)
    .flatMap((crd) => fc.sample(objectsOf(crd), { numRuns: perKind, seed }));
}
