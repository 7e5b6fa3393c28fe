import type { ApiClient, WatchEvent } from "../../harness/api-client";
import { DATA_PLANE_LISTS, type DataPlaneObjects } from "./snapshot";

const TOLD_WITHIN_MS = 30_000;

type Kind = keyof DataPlaneObjects;
const KINDS = Object.keys(DATA_PLANE_LISTS) as Kind[];

interface Held {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
}
interface List {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Held[];
}
interface Change extends WatchEvent<Held> {
  readonly kind: Kind;
}

/**
 * Records what becomes of the objects of a data plane, change by change: who looks now and then sees as much as the machine
 * is quick, and misses what lasts shorter than a look.
 */
export class History {
  readonly #start = new Map<Kind, readonly Held[]>();
  readonly #changes: Change[] = [];
  readonly #open: { close(): void }[] = [];
  #failure: string | undefined;

  private constructor(private readonly api: ApiClient) {}

  static async record(api: ApiClient): Promise<History> {
    const history = new History(api);
    for (const kind of KINDS) {
      const { items, metadata } = await history.#list(kind);
      history.#start.set(kind, items);
      history.#open.push(
        api.watch<Held>(
          DATA_PLANE_LISTS[kind],
          metadata.resourceVersion,
          (event) => history.#changes.push({ ...event, kind }),
          (why) => (history.#failure ??= why),
        ),
      );
    }
    return history;
  }

  /** Ends the recording once everything has been told that there is now. */
  async end(): Promise<void> {
    try {
      const deadline = Date.now() + TOLD_WITHIN_MS;
      for (const kind of KINDS) {
        const { items } = await this.#list(kind);
        while (!this.#knows(kind, items)) {
          if (this.#failure !== undefined) throw new Error(this.#failure);
          if (Date.now() > deadline) throw new Error(`the watch of ${kind} does not tell what there is`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      if (this.#failure !== undefined) throw new Error(this.#failure);
    } finally {
      for (const watch of this.#open) watch.close();
    }
  }

  /** The objects at the start and after each change, in the order in which the server made them. */
  *states(): Generator<DataPlaneObjects> {
    const now = new Map(KINDS.map((kind) => [kind, byUid(this.#start.get(kind) ?? [])]));
    const state = () =>
      Object.fromEntries(
        KINDS.map((kind) => [kind, [...(now.get(kind)?.values() ?? [])]]),
      ) as unknown as DataPlaneObjects;
    yield state();
    // The versions of all kinds are those of one store, in which nothing happens at the same time.
    const ordered = [...this.#changes].sort((a, b) => (version(a.object) < version(b.object) ? -1 : 1));
    for (const { kind, type, object } of ordered) {
      if (type === "DELETED") now.get(kind)?.delete(object.metadata.uid);
      else now.get(kind)?.set(object.metadata.uid, object);
      yield state();
    }
  }

  async #list(kind: Kind): Promise<List> {
    const { status, body } = await this.api.request("GET", DATA_PLANE_LISTS[kind]);
    if (status !== 200) throw new Error(`GET ${DATA_PLANE_LISTS[kind]}: ${status}`);
    return body as List;
  }

  /** Whether what was told holds every one of these objects at least as new. */
  #knows(kind: Kind, items: readonly Held[]): boolean {
    const told = byUid(this.#start.get(kind) ?? []);
    const gone = new Set<string>();
    for (const change of this.#changes) {
      if (change.kind !== kind) continue;
      told.set(change.object.metadata.uid, change.object);
      if (change.type === "DELETED") gone.add(change.object.metadata.uid);
    }
    const there = new Set(items.map(({ metadata }) => metadata.uid));
    return (
      items.every((item) => {
        const known = told.get(item.metadata.uid);
        return known !== undefined && version(known) >= version(item);
      }) && [...told.keys()].every((uid) => there.has(uid) || gone.has(uid) || isNew(told.get(uid), items))
    );
  }
}

/** An object that came after the list was made. */
function isNew(object: Held | undefined, items: readonly Held[]): boolean {
  return object !== undefined && items.every((item) => version(item) < version(object));
}

function byUid(items: readonly Held[]): Map<string, Held> {
  return new Map(items.map((item) => [item.metadata.uid, item]));
}

function version({ metadata }: Held): bigint {
  return BigInt(metadata.resourceVersion);
}
