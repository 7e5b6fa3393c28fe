import type { KubernetesObject } from "../../../analysis";
import type { Answer } from "./ask-istiod";
import { hasFinding, ourVerdict, type Verdict } from "./our-verdict";

/** How many objects were judged, and how. */
export interface Tally {
  /** Objects that both sides judged. */
  judged: number;
  refused: number;
  accepted: number;
  /** Accepted ones that istiod warns of. */
  warned: number;
  /** Objects that their definition refuses, so that no server asks istiod. */
  bySchema: number;
}

export function explain({ judged, refused, accepted, warned, bySchema }: Tally): string {
  return `${judged} objects judged by both: ${refused} refused, ${accepted} accepted, ${warned} of these with a warning; ${bySchema} more refused by their definition`;
}

/** What istiod makes of other objects itself, with annotations that nobody else sets, follows looser rules. */
const OWN_MARKS = ["internal.istio.io/gateway-semantics", "internal.istio.io/route-semantics"];

function isMadeByIstiod({ metadata }: KubernetesObject): boolean {
  const annotations = metadata.annotations ?? {};
  return OWN_MARKS.some((mark) => mark in annotations);
}

/** istiod loses its own warnings about these parts; a rule of ours, or `schema-valid`, keeps them. */
const WHERE_ISTIOD_LOSES_WARNINGS =
  /^spec\.(subsets\[|trafficPolicy\.portLevelSettings|tcp\[|http\[\d+\]\.(fault|match))/;

/** Warnings of routes that are never taken have their own rule, which sees more. */
const OF_ROUTES = /^virtualService rule /;

/** Every object of which one side says what the other does not. */
export function disagreements(
  objects: readonly KubernetesObject[],
  answers: readonly Answer[],
): { readonly found: readonly string[]; readonly tally: Tally } {
  const tally: Tally = { judged: 0, refused: 0, accepted: 0, warned: 0, bySchema: 0 };
  const found: string[] = [];
  for (const [index, object] of objects.entries()) {
    const answer = answers[index];
    if (answer === undefined || isMadeByIstiod(object)) continue;
    const ours = ourVerdict(object);
    if (ours.bySchema.length > 0) {
      tally.bySchema++;
      continue;
    }
    tally.judged++;
    const say = (text: string): void =>
      void found.push(`${text} (${object.kind} ${JSON.stringify(object["spec"])})`);
    const refusals = answer.undecodable === undefined ? answer.errors : [answer.undecodable];
    if (refusals.length > 0) tally.refused++;
    else tally.accepted++;
    if (refusals.length > 0 && ours.errors.length === 0)
      say(`only istiod refuses it: ${refusals.join("; ")}`);
    if (refusals.length === 0 && ours.errors.length > 0) say(`only we refuse it: ${ours.errors.join("; ")}`);
    if (refusals.length === 0) compareWarnings(object, ours, answer, say, tally);
  }
  return { found, tally };
}

function compareWarnings(
  object: KubernetesObject,
  ours: Verdict,
  answer: Answer,
  say: (text: string) => void,
  tally: Tally,
): void {
  const theirs = answer.warnings.filter((text) => !OF_ROUTES.test(text));
  if (theirs.length > 0) tally.warned++;
  if (theirs.length > 0 && ours.warnings.length === 0 && !hasFinding(object))
    say(`only istiod warns of it: ${theirs.join("; ")}`);
  const more = ours.warnings.filter((text) => !WHERE_ISTIOD_LOSES_WARNINGS.test(text));
  if (theirs.length === 0 && more.length > 0) say(`only we warn of it: ${more.join("; ")}`);
}
