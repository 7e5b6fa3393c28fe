import type { Suite } from "mocha";

/**
 * Makes the cases of a suite steps, each of which starts from what those before it left: once one has failed, the rest
 * are skipped and say why, instead of failing for that reason again.
 */
export function inSteps(suite: Suite): void {
  let failed: string | undefined;
  suite.beforeEach(function () {
    if (failed === undefined) return;
    console.log(`      skipped: "${failed}" failed, and the next step starts from it`);
    this.skip();
  });
  suite.afterEach(function () {
    if (this.currentTest?.isFailed() === true) failed ??= this.currentTest.title;
  });
}
