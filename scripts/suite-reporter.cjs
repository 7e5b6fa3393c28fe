"use strict";
// Mocha's spec reporter, and at the end how long each area under test/ took. Of a single area it tells how long each of its
// suites took, with what was set up for them, where that is worth knowing.

const path = require("node:path");
const { performance } = require("node:perf_hooks");
const { reporters, Runner } = require("mocha");

const WORTH_KNOWING_MS = 10_000;

class SuiteReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const areas = new Map();
    const suites = new Map();
    runner.on(Runner.constants.EVENT_SUITE_BEGIN, (suite) => {
      if (suite.parent?.root) suites.set(suite.title, { tests: suite.total(), start: performance.now() });
    });
    runner.on(Runner.constants.EVENT_SUITE_END, (suite) => {
      const { tests, start } = suites.get(suite.title) ?? {};
      if (suite.parent?.root) suites.set(suite.title, { tests, milliseconds: performance.now() - start });
    });
    runner.on(Runner.constants.EVENT_TEST_END, (test) => {
      const area = test.file ? path.relative("test", test.file).split(path.sep)[0] : "?";
      const sum = areas.get(area) ?? { tests: 0, milliseconds: 0 };
      areas.set(area, { tests: sum.tests + 1, milliseconds: sum.milliseconds + (test.duration ?? 0) });
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const slow = [...suites].filter(([, { milliseconds }]) => milliseconds >= WORTH_KNOWING_MS);
      const rows = areas.size < 2 ? slow : [...areas].sort(([a], [b]) => a.localeCompare(b));
      if (rows.length === 0) return;
      const width = Math.max(15, ...rows.map(([name]) => name.length));
      console.log(`  ${"suite".padEnd(width)} tests   seconds`);
      for (const [name, { tests, milliseconds }] of rows) {
        const seconds = (milliseconds / 1000).toFixed(1);
        console.log(`  ${name.padEnd(width)} ${String(tests).padStart(5)} ${seconds.padStart(9)}`);
      }
      console.log("");
    });
  }
}

module.exports = SuiteReporter;
