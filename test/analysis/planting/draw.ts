import fc from "fast-check";

/** Choices that fast-check has made beforehand, so that it can repeat and shrink them. */
export class Draw {
  #next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  number(below: number): number {
    const drawn = this.numbers[this.#next++ % this.numbers.length] ?? 0;
    return drawn % below;
  }

  /** @throws Error where there is nothing to choose from: then the mesh lacks what the fault is planted in */
  from<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error("the mesh has nothing to draw from");
    return list[this.number(list.length)] as T;
  }

  /** Something that is there, and where it stands in its list. */
  placeIn<T>(list: readonly T[]): readonly [number, T] {
    return this.from(list.map((thing, index) => [index, thing] as const));
  }
}

export const draw = fc
  .array(fc.nat({ max: 1_000_000 }), { minLength: 8, maxLength: 8 })
  .map((numbers) => new Draw(numbers));
