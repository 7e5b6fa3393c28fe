import { LabelIndex } from "./label-index";
import { includesAll } from "./labels";

interface Entry<T> {
  readonly selector: ReadonlyMap<string, string>;
  readonly thing: T;
}

/**
 * Things that select by labels within a namespace, found for a set of labels without asking each of them: whoever selects
 * must share its first pair.
 */
export class SelectorIndex<T> {
  readonly #byPair = new LabelIndex<Entry<T>>();

  /** @param selector at least one pair; what selects everything is not found by labels */
  add(namespace: string, selector: ReadonlyMap<string, string>, thing: T): void {
    const [pair] = selector;
    if (pair !== undefined) this.#byPair.add(namespace, ...pair, { selector, thing });
  }

  /** What selects these labels in this namespace, in the order in which it was added per label. */
  matching(namespace: string, labels: ReadonlyMap<string, string>): readonly T[] {
    const found: T[] = [];
    for (const [key, value] of labels) {
      for (const { selector, thing } of this.#byPair.get(namespace, key, value))
        if (includesAll(labels, selector)) found.push(thing);
    }
    return found;
  }
}
