import fc from "fast-check";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { istioCrds } from "../../../components/resources/crds";
import { objectsOf } from "../../support/random-objects";
import { goodObjects } from "./good-objects";

type Place = readonly (string | number)[];

/** The places of a value, from its top down. */
function placesOf(value: unknown, at: Place = []): Place[] {
  const inner =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, child]) =>
          placesOf(child, [...at, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return at.length === 0 ? inner : [at, ...inner];
}

function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value);
}

/** A copy that has another value at a place; what leads there is made where it is missing. */
function withValue(value: unknown, [step, ...rest]: Place, other: unknown): unknown {
  if (step === undefined) return other;
  if (typeof step === "number") {
    const list: unknown[] = Array.isArray(value) ? [...(value as readonly unknown[])] : [];
    // A place far down a list is the next one of a shorter list.
    const at = Math.min(step, list.length);
    list[at] = withValue(list[at], rest, other);
    return list;
  }
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return { ...fields, [step]: withValue((fields as Record<string, unknown>)[step], rest, other) };
}

/**
 * Good objects that are changed at one place each: a random object of the kind's definition gives the place and what is
 * there. A whole random object breaks so many rules that it says nothing about any of them.
 */
export function drawVariations({ perKind, seed }: { perKind: number; seed: number }): KubernetesObject[] {
  return goodObjects.flatMap((good, index) => {
    const crd = istioCrds.crds.find(
      ({ group, names }) => names.kind === good.kind && good.apiVersion.startsWith(`${group}/`),
    );
    if (crd === undefined) throw new Error(`no definition of ${good.kind}`);
    const variations = fc.tuple(objectsOf(crd), fc.nat()).map(([{ spec }, choice]) => {
      const places = placesOf(spec);
      const place = places[choice % Math.max(places.length, 1)];
      return place === undefined
        ? good
        : { ...good, spec: withValue(good["spec"], place, valueAt(spec, place)) };
    });
    return fc.sample(variations, { numRuns: perKind, seed: seed + index });
  });
}
