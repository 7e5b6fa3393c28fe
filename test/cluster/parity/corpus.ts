import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { validateObject } from "../../../analysis/schema";
import { gatewayApiCrds, istioCrds, type CrdSet } from "../../../components/resources/crds";
import { ruleCases } from "../../analysis/schema-cases";
import { drawObjects } from "../../support/random-objects";
import { oddOfAnyKind, oddOfOneKind, slipsOfAnyKind, slipsOfOneKind } from "./slips/any-kind";
import { gatewayApi, notServed } from "./slips/gateway-api";
import type { KindSlips } from "./slips/kind-slips";
import { proxies } from "./slips/proxies";
import { routing } from "./slips/routing";
import { security } from "./slips/security";
import { workloads } from "./slips/workloads";

/** One object to ask both a server and ourselves about. */
export interface Case {
  /** Tells it from all others, as part of a file name. */
  readonly id: string;
  readonly origin: "drawn" | "written";
  /** What is special about it, the same for every kind that has it. */
  readonly what: string;
  readonly object: KubernetesObject;
  /** What its author knows the answer to be; of a drawn one nobody does. */
  readonly expected?: "accepted" | "refused";
  /** The CEL rule that it was written to break. */
  readonly rule?: string;
}

type Unnamed = Omit<Case, "id">;

/** What an object of an old version is, whoever made it. */
export const NOT_SERVED = "of a version that the definitions carry and do not serve";

export interface CorpusOptions {
  /** How many drawn objects of each kind are taken as they come. */
  readonly perKind: number;
  /** From how many of each kind those are taken besides that break a rule which none before them breaks. */
  readonly searched: number;
  readonly seed: number;
}

/** Objects of every kind of Istio and the Gateway API: drawn from the schemas, then hand-written ones. */
export function corpus(options: CorpusOptions): Case[] {
  return [...drawn(options), ...written()].map((one, index) => {
    const id = `case-${String(index).padStart(4, "0")}`;
    return { ...one, id, object: named(one.object, id) };
  });
}

/** A case in the words of a message. */
export function describeCase({ id, what, object }: Case): string {
  return `${id}, a ${object.kind} (${object.apiVersion}) ${what}`;
}

function drawn({ perKind, searched, seed }: CorpusOptions): Unnamed[] {
  const sets = [istioCrds, gatewayApiCrds];
  const old = versionsNotServed(sets);
  const seen = new Set<string>();
  return drawObjects(sets, { perKind: searched, seed })
    .filter((object, index) => index % searched < perKind || breaksOneOf(object, seen))
    .map((object) => ({
      origin: "drawn",
      what: old.has(`${object.apiVersion} ${object.kind}`) ? NOT_SERVED : "drawn from its schema",
      object,
    }));
}

/** Whether rules are all that an object breaks, and one of them is new; that is then seen. */
function breaksOneOf(object: KubernetesObject, seen: Set<string>): boolean {
  const problems = validateObject(object)?.problems ?? [];
  const broken = problems.map(({ rule = "" }) => `${object.kind} ${rule}`);
  if (problems.some(({ kind }) => kind !== "cel") || broken.every((rule) => seen.has(rule))) return false;
  for (const rule of broken) seen.add(rule);
  return true;
}

function versionsNotServed(sets: readonly CrdSet[]): ReadonlySet<string> {
  return new Set(
    sets
      .flatMap((set) => set.crds)
      .flatMap(({ group, names, versions }) =>
        versions.filter((v) => !v.served).map(({ name }) => `${group}/${name} ${names.kind}`),
      ),
  );
}

function written(): Unnamed[] {
  return [
    ...[routing, workloads, security, proxies, gatewayApi].flat().flatMap(ofKind),
    ...routing
      .slice(0, 1)
      .flatMap((slip) => [
        ...Object.entries(oddOfOneKind).map(([what, change]) =>
          accepted(`with ${what}`, change(right(slip))),
        ),
        ...Object.entries(slipsOfOneKind).map(([what, change]) =>
          refused(`with ${what}`, change(right(slip))),
        ),
      ]),
    ...notServed.map((slip) => refused(NOT_SERVED, right(slip))),
    ...ruleCases.flatMap(({ message, rule, broken, kept }) => [
      { ...refused(`that breaks the rule "${message}"`, anywhere(broken)), rule },
      accepted(`that keeps the rule "${message}"`, anywhere(kept)),
    ]),
  ];
}

function ofKind(slip: KindSlips): Unnamed[] {
  return [
    accepted("as it should be", right(slip)),
    ...Object.entries(slip.odd ?? {}).map(([what, spec]) => accepted(`with ${what}`, example(slip, spec))),
    ...Object.entries(oddOfAnyKind).map(([what, change]) => accepted(`with ${what}`, change(right(slip)))),
    ...Object.entries(slip.wrong).map(([what, spec]) => refused(`with ${what}`, example(slip, spec))),
    ...Object.entries(slipsOfAnyKind).map(([what, change]) => refused(`with ${what}`, change(right(slip)))),
  ];
}

function accepted(what: string, object: KubernetesObject): Unnamed {
  return { origin: "written", what, object, expected: "accepted" };
}

function refused(what: string, object: KubernetesObject): Unnamed {
  return { origin: "written", what, object, expected: "refused" };
}

function right(slip: KindSlips): KubernetesObject {
  return example(slip, slip.right);
}

function example({ apiVersion, kind }: KindSlips, spec: unknown): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "example" }, spec };
}

/** With a name of its own, so that no two are versions of one object; a name that is itself the matter stays. */
function named(object: KubernetesObject, name: string): KubernetesObject {
  const { metadata } = object;
  return metadata.name === "example" ? { ...object, metadata: { ...metadata, name } } : object;
}

/** The namespace is none of a rule's business, and not every one is there. */
function anywhere(object: KubernetesObject): KubernetesObject {
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
