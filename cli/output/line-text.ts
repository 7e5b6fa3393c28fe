import { sourceOf, type Finding } from "../../analysis";

/** Longer than what fits beside a label on a terminal. */
const LONGEST = 100;

/**
 * The line of a finding as it stands in its file. Lines of a Secret are never shown, and of a long value only the key:
 * keys and tokens are long, and a report is kept by many.
 */
export function lineText(finding: Finding): string | undefined {
  if (finding.line === undefined || finding.object.kind === "Secret") return undefined;
  const text = sourceOf(finding)?.textOf?.(finding.line)?.trim();
  if (text === undefined || text === "") return undefined;
  if (text.length <= LONGEST) return text;
  const [, key] = /^((?:- )*[^\s:]{1,60}:)\s/.exec(text) ?? [];
  return key === undefined ? undefined : `${key} …`;
}
