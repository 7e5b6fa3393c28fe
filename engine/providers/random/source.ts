import { createHmac, randomBytes } from "node:crypto";

/** Where random bytes come from. */
export type RandomSource = (count: number) => Buffer;

/** The cryptographic generator of this machine. */
export const systemSource: RandomSource = (count) => randomBytes(count);

/**
 * A source that gives the same bytes for the same seed, on every machine: HMAC-SHA-256 of 0, 1, 2 … (64-bit, big-endian)
 * under the seed's UTF-8 bytes, one block after the other. The real provider's seeded values are others, because its
 * generator is Go's.
 */
export function seededSource(seed: string): RandomSource {
  let counter = 0n;
  let rest = Buffer.alloc(0);
  return (count) => {
    while (rest.length < count) {
      const block = Buffer.alloc(8);
      block.writeBigUInt64BE(counter);
      counter += 1n;
      rest = Buffer.concat([rest, createHmac("sha256", seed).update(block).digest()]);
    }
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  };
}

/** A number from 0 up to, not including, the bound; every one is equally likely. */
export function below(bound: number, source: RandomSource): number {
  if (!Number.isSafeInteger(bound) || bound < 1) throw new RangeError(`a bound of ${bound}`);
  // The widest that a number holds exactly: the low 53 bits of seven bytes.
  const space = 2 ** 53;
  // Numbers of the last, incomplete round would come up more often than others.
  const limit = space - (space % bound);
  for (;;) {
    const bytes = source(7);
    const value = (bytes.readUIntBE(0, 3) & 0x1fffff) * 2 ** 32 + bytes.readUInt32BE(3);
    if (value < limit) return value % bound;
  }
}

/** One of the items, each equally likely. */
export function pick<Item>(items: readonly [Item, ...Item[]], source: RandomSource): Item {
  return items[below(items.length, source)] ?? items[0];
}

/** A permutation of the items, each equally likely (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[], source: RandomSource): Item[] {
  const left = [...items];
  const out: Item[] = [];
  while (left.length > 0) out.push(...left.splice(below(left.length, source), 1));
  return out;
}
