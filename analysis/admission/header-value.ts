/** What may follow in a header value that Envoy fills in: `%VARIABLE(["argument"])%`. */
type State = "text" | "name" | "array" | "string" | "quoted" | "next" | "end" | "close";

interface Step {
  readonly state: State;
  /** How many characters it took. */
  readonly length: number;
}

const byState: Readonly<Record<State, (char: string, next: string | undefined) => Step | undefined>> = {
  text: (char, next) => {
    if (char !== "%") return { state: "text", length: 1 };
    if (next === undefined) return undefined;
    return next === "%" ? { state: "text", length: 2 } : { state: "name", length: 1 };
  },
  name: (char) => ({ state: char === "%" ? "text" : char === "(" ? "array" : "name", length: 1 }),
  array: (char) => ({ state: char === "[" ? "string" : char === " " ? "array" : "quoted", length: 1 }),
  string: (char) => (char === '"' ? to("quoted") : char === " " ? to("string") : undefined),
  quoted: (char, next) => {
    if (char === "\\") return next === undefined ? undefined : { state: "quoted", length: 2 };
    return to(char === ")" ? "close" : char === '"' ? "next" : "quoted");
  },
  next: (char) =>
    char === "," ? to("string") : char === "]" ? to("end") : char === " " ? to("next") : undefined,
  end: (char) => (char === ")" ? to("close") : char === " " ? to("end") : undefined),
  close: (char) => (char === "%" ? to("text") : char === " " ? to("close") : undefined),
};

function to(state: State): Step {
  return { state, length: 1 };
}

/**
 * Whether Envoy takes the text for the value of a header: no control characters, and every `%` either doubled or around
 * a command that it fills in.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers
 */
export function isHeaderValue(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what a header must not hold
  if (/[\u0000-\u0008\u000A-\u001F\u007F]/.test(text)) return false;
  let state: State = "text";
  for (let at = 0; at < text.length;) {
    const step: Step | undefined = byState[state](text.charAt(at), text[at + 1]);
    if (step === undefined) return false;
    state = step.state;
    at += step.length;
  }
  return state === "text";
}
