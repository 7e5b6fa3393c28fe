import type { ObjectRef } from "./finding";
import type { ExceptionSetting } from "./settings/settings";

/** The exceptions of the settings, found by rule, with account kept of those that lifted anything. */
export class ConfiguredExceptions {
  readonly #all: readonly ExceptionSetting[];
  readonly #byRule = new Map<string, ExceptionSetting[]>();
  readonly #used = new Set<ExceptionSetting>();
  readonly #told = new Set<string>();
  readonly #today: string;

  /** @param today the last day of an exception still counts, `YYYY-MM-DD` */
  constructor(all: readonly ExceptionSetting[], today: string) {
    this.#all = all;
    this.#today = today;
    for (const each of all) this.#byRule.set(each.rule, [...(this.#byRule.get(each.rule) ?? []), each]);
  }

  /** The exception that lifts a rule from an object. */
  lifting(rule: string, object: ObjectRef): ExceptionSetting | undefined {
    const found = this.#byRule.get(rule)?.find((each) => covers(each, object) && each.until >= this.#today);
    if (found !== undefined) this.#used.add(found);
    return found;
  }

  /** Exceptions that would lift it and have ended; each is told once of an object, however much the rule finds there. */
  *endedFor(rule: string, object: ObjectRef): Iterable<ExceptionSetting> {
    for (const [index, each] of (this.#byRule.get(rule) ?? []).entries()) {
      if (each.until >= this.#today || !covers(each, object)) continue;
      this.#used.add(each);
      const key = JSON.stringify([rule, index, object]);
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      yield each;
    }
  }

  get unused(): readonly ExceptionSetting[] {
    return this.#all.filter((each) => !this.#used.has(each));
  }
}

function covers({ kind, namespace, name }: ExceptionSetting, object: ObjectRef): boolean {
  return (
    (kind === undefined || kind === object.kind) &&
    (namespace === undefined || namespace === object.namespace) &&
    (name === undefined || name === object.name)
  );
}
