import type { HeadersIntent } from "../intent";
import { type Read, shapes } from "./shape";

const { anyText, list, object, record, text } = shapes("intent/route-option");

/** What a header may be called. */
export const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

// Istio lets a request's Host be set, and nothing else be done to it; `:path` and the like have words of their own.
const isHeader = (name: string): boolean => HEADER.test(name) && name.toLowerCase() !== "host";
const headerValues = record(
  // eslint-disable-next-line no-control-regex -- what a header cannot hold
  text((value) => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value), "a value without control characters"),
  'headers such as { "x-team": "web" }',
  (name) => isHeader(name) || name.toLowerCase() === "host",
);
const ownValues = record(anyText, 'headers such as { "x-team": "web" }', isHeader);
const names = list(text(isHeader, "the name of a header"), 'names such as ["x-team"]');

/** What is done to headers; also of one share of the traffic. */
export const readHeaders: Read<HeadersIntent> = object({
  request: object({ set: headerValues, add: headerValues, remove: names }),
  response: object({ set: ownValues, add: ownValues, remove: names }),
});
