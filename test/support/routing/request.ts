/** A request, as far as routes look at it. Header names are in lower case. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Where it goes: destinations with their weights, in a form that both APIs share. */
export type Decision = readonly string[] | "404";

/** `reviews.bookinfo.svc.cluster.local:9080 subset v1 10%`, and the like. */
export function destinationText(namespace: string, name: string, port: number, weight: number): string {
  return `${namespace}/${name}:${port} ${weight}%`;
}
