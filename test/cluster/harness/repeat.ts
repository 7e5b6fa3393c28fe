/** Does something again and again until it is stopped; a round that fails is tried again in the next. */
export function repeat(everyMilliseconds: number, round: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let wake: () => void = () => undefined;
  const done = (async () => {
    while (!stopped) {
      await round().catch(() => undefined); // objects come and go between a list and a patch
      if (stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMilliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    stop: () => {
      stopped = true;
      wake();
      return done;
    },
  };
}
