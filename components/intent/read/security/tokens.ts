import { at, type Reader } from "../reader";

/**
 * The bearers of tokens, as Istio's request principals: `issuer/subject`, with a star for any subject.
 *
 * @returns `undefined` where something is wrong, which is reported
 */
export function readTokens(reader: Reader, value: unknown, path: string): readonly string[] | undefined {
  if (value === undefined) return [];
  const expected = "what jwt(…) returned, or one subject of it: login.of(…)";
  const list = Array.isArray(value) ? reader.list(value, "intent/token", path, expected) : [value];
  const tokens = list?.map((each, index) => {
    const here = Array.isArray(value) ? at(path, index) : path;
    const fields = reader.fields(each, "intent/token", here, ["kind", "issuer", "subject", "spec", "of"]);
    if (fields === undefined) return undefined;
    const issuer = reader.text(
      fields.get("issuer"),
      "intent/jwt-issuer",
      `${here}.issuer`,
      isIssuer,
      "the https URL of the issuer, as its tokens name it",
    );
    if (fields.get("subject") === undefined) return issuer === undefined ? undefined : `${issuer}/*`;
    const subject = reader.text(
      fields.get("subject"),
      "intent/token",
      `${here}.subject`,
      // Istio splits at the last slash, and compares a star as itself at one end only.
      (text) => text !== "" && !/[/*]/.test(text),
      "a subject without '/' and '*'",
    );
    return issuer === undefined || subject === undefined ? undefined : `${issuer}/${subject}`;
  });
  return tokens?.every((each) => each !== undefined) ? [...new Set(tokens)].sort() : undefined;
}

/** An https URL without query, fragment or star: Istio would take a star for a pattern. */
export function isIssuer(text: string): boolean {
  return /^https:\/\/[^\s*?#]+$/.test(text) && URL.canParse(text);
}
