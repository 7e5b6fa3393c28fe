import type { z } from "zod";

import { MeshError, type Problem } from "../../components/intent/problem";
import type { CreateRequest } from "../provider";
import { containsSecret, isPropertyObject, type PropertyValue } from "../value";
import { isList } from "./plain";

/** What a problem of one resource's inputs is about: its property, as a path from the inputs. */
export type RequestProblem = Omit<Problem, "path"> & { readonly property: string };

/** All the problems of one resource as one error that names the resource and, for each, the property. */
export function refusal(
  request: Pick<CreateRequest, "name" | "type">,
  problems: readonly RequestProblem[],
): MeshError {
  return new MeshError(
    `resource "${request.name}" (${request.type})`,
    problems.map(({ property, ...problem }) => ({ ...problem, path: `${request.name}.${property}` })),
  );
}

/**
 * The problem behind what zod found. The value found is printed only where nothing of the property is secret: a schema
 * that meets a private key must not repeat it.
 */
export function problemOfIssue(
  issue: z.core.$ZodIssue,
  inputs: Readonly<Record<string, PropertyValue>>,
): RequestProblem {
  const [property, ...rest] = issue.path;
  const path = rest.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`),
    String(property ?? "inputs"),
  );
  const top = inputs[String(property)];
  const missing = top === undefined || top === null;
  const got = missing ? "nothing" : containsSecret(top) ? undefined : printed(valueAt(top, rest));
  const expected = expectation(issue);
  return {
    id: "engine/invalid-property",
    property: path,
    message: missing ? "is required" : issue.code === "custom" ? issue.message : "is not accepted",
    ...(got === undefined ? {} : { got }),
    ...(expected === undefined ? {} : { expected }),
    fix: missing ? `Set ${path}` : `Change ${path}`,
  };
}

function valueAt(value: PropertyValue | undefined, path: readonly PropertyKey[]): PropertyValue | undefined {
  const [head, ...rest] = path;
  if (head === undefined || value === undefined) return value;
  if (isList(value)) return valueAt(value[Number(head)], rest);
  return isPropertyObject(value) ? valueAt(value[String(head)], rest) : undefined;
}

function printed(value: PropertyValue | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function expectation(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return `a value of type ${issue.expected}`;
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "too_small") return `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  return undefined;
}
