/** Things found by a namespace and one label of theirs. Where everything is looked for at once, the namespace is empty. */
export class LabelIndex<T> {
  // Levels, rather than one key of all three: a key would be put together anew for each question.
  readonly #byNamespace = new Map<string, Map<string, Map<string, T[]>>>();

  add(namespace: string, label: string, value: string, thing: T): void {
    let byLabel = this.#byNamespace.get(namespace);
    if (byLabel === undefined) this.#byNamespace.set(namespace, (byLabel = new Map()));
    let byValue = byLabel.get(label);
    if (byValue === undefined) byLabel.set(label, (byValue = new Map()));
    const there = byValue.get(value);
    if (there === undefined) byValue.set(value, [thing]);
    else there.push(thing);
  }

  /** What was added under this very label, in that order. */
  get(namespace: string, label: string, value: string): readonly T[] {
    return this.#byNamespace.get(namespace)?.get(label)?.get(value) ?? [];
  }
}
