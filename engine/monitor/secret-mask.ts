import { isPropertyObject, Secret, type PropertyValue } from "../value";

/** Shorter texts would be found by chance in what is not secret, and say little. */
const SHORTEST = 3;
/** A line of a longer secret (a key in PEM form) is recognised on its own from this length on. */
const SHORTEST_LINE = 8;
const MASK = "[secret]";

/** Knows every secret text of a run and takes it out of what is said to people. */
export class SecretMask {
  readonly #texts = new Set<string>();
  #sorted: readonly string[] | undefined;

  /** Remembers the secrets inside a value. */
  learn(value: PropertyValue, secret = false): void {
    if (value instanceof Secret) this.learn(value.reveal(), true);
    else if (Array.isArray(value))
      for (const item of value as readonly PropertyValue[]) this.learn(item, secret);
    else if (isPropertyObject(value)) for (const item of Object.values(value)) this.learn(item, secret);
    else if (secret && typeof value === "string") this.#learnText(value);
  }

  /** The text without any secret that is known by now. */
  apply(text: string): string {
    this.#sorted ??= [...this.#texts].sort((a, b) => b.length - a.length);
    let masked = text;
    for (const secret of this.#sorted) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
    return masked;
  }

  #learnText(text: string): void {
    const trimmed = text.trim();
    if (trimmed.length < SHORTEST) return;
    // The JSON and the base64 form too: that is how configuration and Kubernetes Secrets are usually printed.
    this.#add(trimmed, JSON.stringify(trimmed).slice(1, -1), Buffer.from(text).toString("base64"));
    for (const line of trimmed.split("\n")) {
      if (line.length >= SHORTEST_LINE && line !== trimmed && !line.startsWith("-----")) this.#add(line);
    }
  }

  #add(...texts: readonly string[]): void {
    for (const text of texts) this.#texts.add(text);
    this.#sorted = undefined;
  }
}
