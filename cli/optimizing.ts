import { setFlagsFromString } from "node:v8";

/** V8's own is an eighth of it. */
const LATE = "--interrupt-budget=1000000";
/** Another V8 than those of the past decade might complain of a flag that it does not know. */
const KNOWN_TO = 13;

let isOwn = false;

/** Says that this process is there for one command only, which may set V8 up as it likes. */
export function ownProcess(): void {
  isOwn = true;
}

/**
 * From here on V8 optimizes later. Reading runs the same little code over and over, so it is optimized at once; judging
 * runs much code for less than a second, and optimizing it takes longer than it saves.
 */
export function optimizeLate(): void {
  if (isOwn && Number.parseInt(process.versions.v8, 10) <= KNOWN_TO) setFlagsFromString(LATE);
}
