import type { HeadersIntent } from "../intent";
import { type Read, shapes } from "./shape";

const { anyText, list, object, record, text } = shapes("intent/route-option");

/** What a header may be called. */
export const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

// Istio lets a request's Host be set, and nothing else be done to it; `:path` and the like have words of their own.
const isHeader = (name: string): boolean => HEADER.test(name) && name.toLowerCase() !== "host";
// eslint-disable-next-line no-control-regex -- what a header cannot hold
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Said without the value, which may be a token: those that are read from a file often end with a line break. */
const headerValue: Read<string> = (reader, value, path) => {
  if (typeof value === "string" && !CONTROL.test(value)) return value;
  return reader.report({
    id: "intent/route-option",
    path,
    message: typeof value === "string" ? "is not valid" : "is not a string",
    got:
      typeof value === "string"
        ? `${value.length} characters, of which number ${value.search(CONTROL) + 1} is a control character`
        : `a value of type ${value === null ? "null" : typeof value}`,
    expected: "a text without control characters",
    fix: typeof value === "string" ? "remove it, for example with .trim()" : "write a text",
  });
};

const headerValues = record(
  headerValue,
  'headers such as { "x-team": "web" }',
  (name) => isHeader(name) || name.toLowerCase() === "host",
  "the name of a header, or host",
);
const ownValues = record(
  anyText,
  'headers such as { "x-team": "web" }',
  isHeader,
  "the name of a header but host",
);
const names = list(text(isHeader, "the name of a header"), 'names such as ["x-team"]');

/** What is done to headers; also of one share of the traffic. */
export const readHeaders: Read<HeadersIntent> = object({
  request: object({ set: headerValues, add: headerValues, remove: names }),
  response: object({ set: ownValues, add: ownValues, remove: names }),
});
