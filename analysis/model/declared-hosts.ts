import { UNKNOWN } from "../kubernetes-object";
import type { MeshObject } from "./mesh-object";

/**
 * The annotation by which an object says that hosts which it names are declared elsewhere: services that another program,
 * chart or team deploys. Its value is a list of `host:port[,port]`, separated by spaces.
 *
 * It travels with the object, so that what a set does not hold is known wherever the object is judged: in a stack, in a
 * policy pack, in a file and in a cluster.
 *
 * @example
 * metadata:
 *   annotations:
 *     meshwright.dev/declared-hosts: "reviews.bookinfo.svc.cluster.local:9080"
 */
export const DECLARED_HOSTS = "meshwright.dev/declared-hosts";

const ENTRY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?):(\d{1,5}(?:,\d{1,5})*)$/;

/** The hosts that objects declare by the annotation, with the ports that each opens. */
export class DeclaredHosts {
  readonly #ports = new Map<string, Set<number>>();
  #open = false;

  constructor(objects: readonly MeshObject[]) {
    for (const object of objects) {
      if (!object.hasAnnotations) continue;
      const text = object.annotations.get(DECLARED_HOSTS).text();
      if (text === UNKNOWN) this.#open = true;
      else if (text !== undefined) this.#read(text);
    }
  }

  /** Some declaration is not known before deployment. */
  get isOpen(): boolean {
    return this.#open;
  }

  get hosts(): Iterable<string> {
    return this.#ports.keys();
  }

  /** The ports of a complete host, ascending; `undefined` where nobody declares it. */
  portsOf(host: string): readonly number[] | undefined {
    const ports = this.#ports.get(host);
    return ports === undefined ? undefined : [...ports].sort((a, b) => a - b);
  }

  /** What is no declaration declares nothing: the host that was meant stays unknown, and is reported where it is used. */
  #read(text: string): void {
    for (const entry of text.toLowerCase().split(/\s+/)) {
      const [, host, , ports] = ENTRY.exec(entry) ?? [];
      if (host === undefined || ports === undefined) continue;
      const there = this.#ports.get(host) ?? new Set();
      for (const port of ports.split(",")) there.add(Number(port));
      this.#ports.set(host, there);
    }
  }
}
