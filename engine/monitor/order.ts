import type { RecordedResource } from "../recorded";

/**
 * The resources in an order that depends on what they are, not on when their registration arrived: a resource comes after
 * its parent, its provider and everything it depends on; between those that are free to go, the URN decides.
 */
export function inStableOrder(resources: readonly RecordedResource[]): RecordedResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const waitingFor = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  const ready = new UrnHeap();
  for (const resource of resources) {
    const needs = needsOf(resource).filter((urn) => byUrn.has(urn) && urn !== resource.urn);
    waitingFor.set(resource.urn, needs.length);
    for (const urn of needs) {
      const list = dependents.get(urn);
      if (list === undefined) dependents.set(urn, [resource.urn]);
      else list.push(resource.urn);
    }
    if (needs.length === 0) ready.push(resource.urn);
  }
  const ordered: RecordedResource[] = [];
  for (let urn = ready.pop(); urn !== undefined; urn = ready.pop()) {
    const resource = byUrn.get(urn);
    if (resource !== undefined) ordered.push(resource);
    for (const dependent of dependents.get(urn) ?? []) {
      const left = (waitingFor.get(dependent) ?? 0) - 1;
      waitingFor.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  }
  // The engine registers a resource only after what it needs, so a cycle cannot come from a program; losing resources
  // over one would still be worse than an order that is only alphabetical there.
  if (ordered.length < resources.length) {
    const placed = new Set(ordered.map((resource) => resource.urn));
    ordered.push(
      ...resources.filter((resource) => !placed.has(resource.urn)).sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    );
  }
  return ordered;
}

function needsOf(resource: RecordedResource): string[] {
  const needs = new Set(resource.dependencies);
  if (resource.parent !== undefined) needs.add(resource.parent);
  if (resource.provider !== undefined) {
    needs.add(resource.provider.slice(0, resource.provider.lastIndexOf("::")));
  }
  if (resource.deletedWith !== undefined) needs.add(resource.deletedWith);
  for (const urns of Object.values(resource.propertyDependencies)) for (const urn of urns) needs.add(urn);
  return [...needs];
}

/** A binary heap that gives the smallest URN first, so that thousands of resources stay cheap to order. */
class UrnHeap {
  readonly #items: string[] = [];

  push(urn: string): void {
    const items = this.#items;
    let index = items.push(urn) - 1;
    while (index > 0) {
      const up = (index - 1) >> 1;
      if (this.#at(up) <= urn) break;
      items[index] = this.#at(up);
      index = up;
    }
    items[index] = urn;
  }

  pop(): string | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let index = 0;
    for (;;) {
      let down = 2 * index + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && this.#at(down + 1) < this.#at(down)) down += 1;
      if (this.#at(down) >= last) break;
      items[index] = this.#at(down);
      index = down;
    }
    items[index] = last;
    return first;
  }

  #at(index: number): string {
    return this.#items[index] ?? "";
  }
}
