/** What takes longer than this is named again, so that nobody takes a long build for one that hangs. */
const REMIND_AFTER_MS = 30_000;

const started = process.hrtime.bigint();

function seconds(since: bigint): string {
  return (Number((process.hrtime.bigint() - since) / 1_000_000n) / 1000).toFixed(1);
}

/** Prints what takes longer than a moment, with the seconds since the first line. */
export function say(message: string): void {
  process.stderr.write(`    [${seconds(started).padStart(6)} s] ${message}\n`);
}

/** Says what is being done, says so again while it lasts, and says how long it took. */
export async function during<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = process.hrtime.bigint();
  say(what);
  const reminder = setInterval(() => say(`still ${what}: ${seconds(start)} s`), REMIND_AFTER_MS);
  try {
    const result = await work();
    say(`${what}: done in ${seconds(start)} s`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}
