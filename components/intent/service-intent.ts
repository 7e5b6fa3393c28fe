import type { ServiceIntent } from "./intent";
import type { InputProblem } from "./problem";
import { Reader } from "./read/reader";
import { readServices } from "./read/services";
import { lookUp } from "./references";
import { show } from "./show";

/**
 * What the catalogue says of one service: its names, ports and labels, defaults filled in. Nothing else of the mesh is
 * read, so that asking about every service of a large one takes no longer than declaring it did.
 *
 * @param value what `mesh.services` has under the service's name
 * @returns what is meant, or what is wrong with it
 */
export function serviceIntent(value: unknown): {
  readonly service?: ServiceIntent;
  readonly problems: readonly InputProblem[];
} {
  const found = lookUp(value);
  if (found?.reference.kind !== "service") {
    const problem: InputProblem = {
      id: "intent/unknown-service",
      path: "service",
      message: "is not a service that a mesh declares",
      got: show(value),
      expected: "an object out of `mesh.services`",
      fix: "declare the service in the catalogue of `defineMesh`, and take it from `mesh.services`",
    };
    return { problems: [problem] };
  }
  const { service: key } = found.reference;
  const { services } = found.mesh.catalogue as { readonly services: Readonly<Record<string, unknown>> };
  const reader = new Reader();
  const service = readServices(reader, { [key]: services[key] }).get(key);
  return service === undefined ? { problems: reader.problems } : { service, problems: [] };
}
