import { ROOT_STACK_TYPE } from "../urn";
import type { Deployment, RecordedResource } from "../recorded";
import type { ProgramObject } from "./kubernetes-object";

/** What a manifest file is about: a component, or the stack itself. */
export interface Group {
  /** Readable and fit for a file name; no two groups of a deployment share one. */
  readonly slug: string;
  /** `component mesh (meshwright:index:ServiceMesh)`, `stack dev`. */
  readonly title: string;
}

/** Finds the group of an object: the nearest component that it is inside of, or else the stack. */
export function groupFinder(deployment: Deployment): (object: ProgramObject) => Group {
  const resources = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
  const stack: Group = { slug: slugOf(deployment.stack), title: `stack ${deployment.stack}` };
  const taken = new Set([stack.slug]);
  const groups = new Map<string, Group>();
  for (const resource of deployment.resources) {
    if (!isComponent(resource)) continue;
    const slug = freeSlug(resource, taken);
    taken.add(slug);
    groups.set(resource.urn, { slug, title: `component ${resource.name} (${resource.type})` });
  }
  return ({ resource }) => {
    for (let urn = resource.parent; urn !== undefined; urn = resources.get(urn)?.parent) {
      const group = groups.get(urn);
      if (group !== undefined) return group;
    }
    return stack;
  };
}

/** Whether a resource is a component of the program, and neither the stack nor something that a provider manages. */
export function isComponent({ custom, type }: RecordedResource): boolean {
  return !custom && type !== ROOT_STACK_TYPE;
}

function freeSlug(resource: RecordedResource, taken: ReadonlySet<string>): string {
  const name = slugOf(resource.name);
  if (!taken.has(name)) return name;
  const typed = `${name}-${slugOf(resource.type.slice(resource.type.lastIndexOf(":") + 1))}`;
  let slug = typed;
  for (let count = 2; taken.has(slug); count += 1) slug = `${typed}-${count}`;
  return slug;
}

/** A name in lower case, with hyphens for all but letters and digits. */
export function slugOf(name: string): string {
  const slug = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
  return slug === "" ? "objects" : slug;
}
