import { EVENT_ID, type Event } from "js-yaml";

/** A place in a text, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How many numbers are kept of an event: its kind, where it begins, and its end. */
const STRIDE = 3;

/** Lists of more events than this are walked once, and not again for every item that is asked for. */
const LONG = 1000;

/**
 * Where things are in a text that was read before. Of each event of the parser three numbers are kept, which takes about
 * as much memory as the text; a path is followed through them only when somebody asks, and most documents have no
 * finding.
 */
export class Positions {
  readonly #text: string;
  readonly #numbers: Int32Array;
  /** The event of each document's outermost value. */
  readonly #roots: number[] = [];
  readonly #itemsOfLong = new Map<number, readonly number[]>();
  #lineStarts: readonly number[] | undefined;

  /** @param events what the parser gave for the text, as {@link parseYaml} hands it on */
  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#numbers = new Int32Array(events.length * STRIDE);
    this.#fill(events);
  }

  /**
   * The place of a path such as `spec.http[0].route` inside a document, or of the closest thing above it that exists,
   * because what a finding misses is not there to be pointed at.
   */
  locate(document: number, path: string): Position | undefined {
    const root = this.#roots[document];
    return root === undefined ? undefined : this.#position(this.#offsetOf(root, segmentsOf(path)));
  }

  /** The text of a line, 1-based, without its end. */
  textOf(line: number): string | undefined {
    this.#lineStarts ??= lineStartsOf(this.#text);
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return undefined;
    const end = this.#text.indexOf("\n", start);
    return this.#text.slice(start, end === -1 ? undefined : end).replace(/\r$/, "");
  }

  /** The end of a list or mapping is the event that closes it, that of a scalar an offset, that of an alias its target. */
  #fill(events: readonly Event[]): void {
    const numbers = this.#numbers;
    const open: number[] = [];
    const anchors = new Map<string, number>();
    for (let index = 0; index < events.length; index++) {
      const event = events[index];
      if (event === undefined) continue;
      const at = index * STRIDE;
      numbers[at] = event.type;
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          anchors.clear();
          this.#roots.push(index + 1);
          open.push(at);
          break;
        case EVENT_ID.SEQUENCE:
        case EVENT_ID.MAPPING:
          numbers[at + 1] = event.start;
          open.push(at);
          break;
        case EVENT_ID.SCALAR:
          numbers[at + 1] = event.valueStart;
          numbers[at + 2] = event.valueEnd;
          break;
        case EVENT_ID.ALIAS:
          numbers[at + 1] = event.anchorStart;
          numbers[at + 2] = anchors.get(this.#text.slice(event.anchorStart, event.anchorEnd)) ?? index;
          continue;
        case EVENT_ID.POP:
          numbers[(open.pop() ?? 0) + 2] = index;
          continue;
      }
      if (event.type !== EVENT_ID.DOCUMENT && event.anchorStart >= 0)
        anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), index);
    }
  }

  #kind(event: number): number | undefined {
    return this.#numbers[event * STRIDE];
  }

  #start(event: number): number {
    return this.#numbers[event * STRIDE + 1] ?? -1;
  }

  #end(event: number): number {
    return this.#numbers[event * STRIDE + 2] ?? -1;
  }

  /** The event that follows a value and all that is in it. */
  #after(event: number): number {
    const kind = this.#kind(event);
    return (kind === EVENT_ID.SEQUENCE || kind === EVENT_ID.MAPPING ? this.#end(event) : event) + 1;
  }

  #offsetOf(root: number, segments: readonly string[]): number {
    let event = root;
    let offset = Math.max(this.#start(root), 0);
    for (let index = 0; index < segments.length;) {
      if (this.#kind(event) === EVENT_ID.ALIAS) event = this.#end(event);
      const kind = this.#kind(event);
      if (kind === EVENT_ID.SEQUENCE) {
        const item = this.#item(event, Number(segments[index]));
        if (item === undefined) break;
        const start = this.#start(item);
        offset = start >= 0 ? start : this.#start(event);
        event = item;
        index += 1;
      } else if (kind === EVENT_ID.MAPPING) {
        const entry = this.#entry(event, segments, index);
        if (entry === undefined) break;
        // An entry is pointed at by its key: `route:` rather than the first line below it.
        const start = this.#start(entry.key);
        offset = start >= 0 ? start : this.#start(event);
        event = entry.key + 1;
        index += entry.taken;
      } else break;
    }
    return offset;
  }

  #item(list: number, index: number): number | undefined {
    if (this.#end(list) - list > LONG) {
      let items = this.#itemsOfLong.get(list);
      if (items === undefined) this.#itemsOfLong.set(list, (items = [...this.#items(list)]));
      return items[index];
    }
    let at = 0;
    for (const item of this.#items(list)) if (at++ === index) return item;
    return undefined;
  }

  *#items(list: number): Iterable<number> {
    const end = this.#end(list);
    for (let item = list + 1; item < end; item = this.#after(item)) yield item;
  }

  /** A label's or annotation's key has dots of its own: the longest run of segments that is a key wins. */
  #entry(
    mapping: number,
    segments: readonly string[],
    index: number,
  ): { readonly key: number; readonly taken: number } | undefined {
    const first = segments[index] ?? "";
    const text = this.#text;
    const numbers = this.#numbers;
    const end = this.#end(mapping);
    let found: number | undefined;
    let taken = 0;
    for (let key = mapping + 1; key < end; key = this.#after(this.#after(key))) {
      const at = key * STRIDE;
      const start = numbers[at + 1] ?? -1;
      if (numbers[at] !== EVENT_ID.SCALAR || !text.startsWith(first, start)) continue;
      const run = runOf(segments, index, text.slice(start, numbers[at + 2]));
      if (run < Math.max(taken, 1)) continue;
      found = key;
      taken = run;
    }
    return found === undefined ? undefined : { key: found, taken };
  }

  #position(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.#text);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

/** How many segments from the index on make up the name, put together with dots; 0 where none do. */
function runOf(segments: readonly string[], index: number, name: string): number {
  let joined = segments[index] ?? "";
  for (let taken = 1; joined.length <= name.length; taken++) {
    if (joined === name) return taken;
    const next = segments[index + taken];
    if (next === undefined) return 0;
    joined += `.${next}`;
  }
  return 0;
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The same paths come again in object after object. */
const segmentsRead = new Map<string, readonly string[]>();
const MOST_PATHS = 1000;

/** The keys and indexes of a path; `["a.b/c"]` and `['a']` quote a key that a dot could not. */
function segmentsOf(path: string): readonly string[] {
  let segments = segmentsRead.get(path);
  if (segments === undefined) {
    segments = split(path);
    if (segmentsRead.size < MOST_PATHS) segmentsRead.set(path, segments);
  }
  return segments;
}

function split(path: string): readonly string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\['([^']*)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, double, single, index, name]) => double ?? single ?? index ?? name ?? "",
  );
}
