/**
 * The paths at which `received` does not hold what was `sent`. A server adds fields and reorders nothing that we send;
 * what it may do is write the same value another way, such as `1` for `1000m`.
 */
export function missingFrom(sent: unknown, received: unknown, path = ""): string[] {
  if (Array.isArray(sent)) {
    if (!Array.isArray(received)) return [`${path}: sent a list, received ${JSON.stringify(received)}`];
    return sent.flatMap((item, i) => missingFrom(item, received[i], `${path}[${i}]`));
  }
  if (typeof sent === "object" && sent !== null) {
    if (typeof received !== "object" || received === null) {
      // An empty object says nothing that a server would have to keep.
      return Object.keys(sent).length === 0
        ? []
        : [`${path}: sent an object, received ${JSON.stringify(received)}`];
    }
    return Object.entries(sent).flatMap(([key, value]) =>
      missingFrom(value, (received as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (sent === received || sent === null) return [];
  // The server's own form leaves an empty text out, which is the same value.
  if (sent === "" && received === undefined) return [];
  if (isQuantity(sent) && isQuantity(received) && quantity(sent) === quantity(received)) return [];
  return [`${path}: sent ${JSON.stringify(sent)}, received ${JSON.stringify(received)}`];
}

const SUFFIX: Readonly<Record<string, number>> = {
  ...{ m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};
const QUANTITY = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti|)$/;

function isQuantity(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && QUANTITY.test(value));
}

function quantity(value: string | number): number {
  const match = QUANTITY.exec(String(value));
  return match === null ? NaN : Number(match[1]) * (SUFFIX[match[2] ?? ""] ?? NaN);
}
