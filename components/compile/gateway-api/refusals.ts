import type { InputProblem } from "../../intent/problem";
import { show } from "../../intent/show";

/** The way out that always exists. */
const STAY = 'keep `api: "istio"` for it';

/** What a refusal says beside its reason. */
export interface Refused {
  /** What the mesh says. */
  readonly got: string;
  /** What the Gateway API can say. */
  readonly expected: string;
  /** Another way to say it, where there is one. */
  readonly fix?: string;
}

/**
 * What the Gateway API cannot say. Nothing is left out in silence: a mesh that says such a thing is not compiled to it.
 */
export class Refusals {
  readonly problems: InputProblem[] = [];
  readonly #asked = new Set<string>();

  /** Whether something is looked at for the first time: what many objects share is reported once. */
  once(path: string): boolean {
    if (this.#asked.has(path)) return false;
    this.#asked.add(path);
    return true;
  }

  /**
   * @param id what cannot be said, kebab-case
   * @param path where it was said
   * @param message why it cannot be said
   */
  report(id: string, path: string, message: string, { got, expected, fix }: Refused): void {
    // A route that is written as several rules says the same in each.
    if (!this.once(JSON.stringify([id, path, message, got]))) return;
    this.problems.push({
      id: `gateway-api/${id}`,
      path,
      message,
      got,
      expected,
      fix: fix === undefined ? STAY : `${fix}, or ${STAY}`,
    });
  }

  /**
   * Refuses every field that was not asked for by name, so that a word which the intent learns later is refused until
   * somebody says what it becomes here.
   */
  unknown(path: string, rest: Readonly<Record<string, unknown>>): void {
    for (const [field, value] of Object.entries(rest)) {
      const said = value !== undefined && value !== false && (!Array.isArray(value) || value.length > 0);
      if (said) {
        this.report(
          "unsupported",
          `${path}.${field}`,
          `the Gateway API's standard channel has no field for \`${field}\``,
          { got: show(value), expected: "what the standard channel has" },
        );
      }
    }
  }
}
