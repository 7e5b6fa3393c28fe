import { parse } from "@bufbuild/cel";

/** Whether a text is an expression of CEL, whatever it calls and reads. */
export function parses(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
