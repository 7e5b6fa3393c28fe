/** A time limit that can be suspended while something else is waited for. */
export class Deadline {
  readonly #expire: () => void;
  #left: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Several may wait at once; the time runs again when the last of them is done. */
  #suspended = 0;

  constructor(milliseconds: number, expire: () => void) {
    this.#left = milliseconds;
    this.#expire = expire;
    this.#start();
  }

  suspend(): void {
    this.#suspended += 1;
    if (this.#suspended === 1) this.#pause();
  }

  resume(): void {
    this.#suspended -= 1;
    if (this.#suspended === 0) this.#start();
  }

  /** The limit no longer matters. */
  end(): void {
    this.#suspended = Number.POSITIVE_INFINITY;
    this.#pause();
  }

  #start(): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#expire, Math.max(0, this.#left));
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#left -= performance.now() - this.#startedAt;
  }
}
