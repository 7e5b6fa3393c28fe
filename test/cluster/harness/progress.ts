/** Prints what takes longer than a moment, with the seconds since the first line. */
const started = process.hrtime.bigint();

export function say(message: string): void {
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  process.stderr.write(`    [${seconds.toFixed(1).padStart(6)} s] ${message}\n`);
}
