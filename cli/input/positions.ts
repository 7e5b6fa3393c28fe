import { EVENT_ID, type Event } from "js-yaml";
import { eventsOf } from "./yaml";

/** A place in a text, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One value of a document: where it starts and what is inside. */
interface Place {
  readonly offset: number;
  readonly entries?: ReadonlyMap<string, Place>;
  /** Some key has a dot of its own. */
  readonly hasDots?: boolean;
  readonly items?: readonly Place[];
}

/**
 * Where things are in a text that was read before. Nothing is computed until the first question, which costs one more
 * pass over the document that it is about: most have no finding and never pay it. Only the latest answer's document is
 * kept, because places take far more memory than the text; whoever asks, asks for one document after the other.
 */
export class Positions {
  readonly #text: string;
  readonly #starts: readonly number[];
  #latest: { readonly document: number; readonly root: Place | undefined } | undefined;
  #lineStarts: readonly number[] | undefined;

  /** @param starts where each document's outermost value begins, as {@link parseYaml} gives it */
  constructor(text: string, starts: readonly number[]) {
    this.#text = text;
    this.#starts = starts;
  }

  /**
   * The place of a path such as `spec.http[0].route` inside a document, or of the closest thing above it that exists,
   * because what a finding misses is not there to be pointed at.
   */
  locate(document: number, path: string): Position | undefined {
    if (this.#latest?.document !== document) this.#latest = { document, root: this.#read(document) };
    const { root } = this.#latest;
    return root === undefined ? undefined : this.#position(descend(root, path).offset);
  }

  #read(document: number): Place | undefined {
    const text = this.#text;
    const start = this.#starts[document];
    if (start === undefined) return undefined;
    const line = text.lastIndexOf("\n", start - 1) + 1;
    // What stands before the value on its line (`--- {`, an anchor) gives it a meaning that it alone would not have.
    if (start < 0 || text.slice(line, start).trim() !== "")
      return buildPlaces(eventsOf(text), text)[document];
    let next = document + 1;
    // An empty document has no start.
    while ((this.#starts[next] ?? 0) < 0) next += 1;
    const alone = text.slice(line, this.#starts[next]);
    return buildPlaces(eventsOf(alone), alone, line)[0];
  }

  /** The text of a line, 1-based, without its end. */
  textOf(line: number): string | undefined {
    this.#lineStarts ??= lineStartsOf(this.#text);
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return undefined;
    const end = this.#text.indexOf("\n", start);
    return this.#text.slice(start, end === -1 ? undefined : end).replace(/\r$/, "");
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

function descend(root: Place, path: string): Place {
  const segments = segmentsOf(path);
  let place = root;
  for (let index = 0; index < segments.length;) {
    const segment = segments[index] ?? "";
    const item = place.items?.[Number(segment)];
    if (item !== undefined) {
      place = item;
      index += 1;
      continue;
    }
    // A label's or annotation's key has dots of its own: the longest run of segments that is a key wins.
    let next: Place | undefined;
    let taken = 0;
    for (
      let end = place.hasDots === true ? segments.length : index + 1;
      end > index && next === undefined;
      end -= 1
    ) {
      next = place.entries?.get(segments.slice(index, end).join("."));
      taken = end - index;
    }
    if (next === undefined) break;
    place = next;
    index += taken;
  }
  return place;
}

/**
 * One place per document, in the order of the parser's events.
 *
 * @param from where the text begins in the one that offsets are wanted for
 */
function buildPlaces(events: readonly Event[], text: string, from = 0): Place[] {
  const anchors = new Map<string, Place>();
  let next = 0;

  const remember = (event: { anchorStart: number; anchorEnd: number }, place: Place): Place => {
    if (event.anchorStart >= 0) anchors.set(text.slice(event.anchorStart, event.anchorEnd), place);
    return place;
  };

  const read = (fallback: number): Place => {
    const event = events[next++];
    if (event === undefined) return { offset: fallback };
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return remember(event, { offset: event.valueStart >= 0 ? from + event.valueStart : fallback });
      case EVENT_ID.ALIAS: {
        const target = anchors.get(text.slice(event.anchorStart, event.anchorEnd));
        return { ...target, offset: from + event.anchorStart };
      }
      case EVENT_ID.SEQUENCE: {
        const items: Place[] = [];
        while (events[next] !== undefined && events[next]?.type !== EVENT_ID.POP)
          items.push(read(from + event.start));
        next += 1;
        return remember(event, { offset: from + event.start, items });
      }
      case EVENT_ID.MAPPING: {
        const entries = new Map<string, Place>();
        let hasDots = false;
        while (events[next] !== undefined && events[next]?.type !== EVENT_ID.POP) {
          const keyEvent = events[next];
          const key = read(from + event.start);
          const value = read(key.offset);
          const name =
            keyEvent?.type === EVENT_ID.SCALAR
              ? text.slice(keyEvent.valueStart, keyEvent.valueEnd)
              : undefined;
          // An entry is pointed at by its key: `route:` rather than the first line below it.
          if (name === undefined) continue;
          entries.set(name, { ...value, offset: key.offset });
          hasDots ||= name.includes(".");
        }
        next += 1;
        return remember(event, { offset: from + event.start, entries, hasDots });
      }
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.POP:
        return { offset: fallback };
    }
  };

  const places: Place[] = [];
  while (next < events.length) {
    const event = events[next++];
    if (event?.type !== EVENT_ID.DOCUMENT) continue;
    anchors.clear();
    // An empty document closes at once.
    places.push(events[next]?.type === EVENT_ID.POP ? { offset: from } : read(from));
  }
  return places;
}
