"use strict";
// Mocha's spec reporter, and at the end how long each area under test/ took.

const path = require("node:path");
const { reporters, Runner } = require("mocha");

class SuiteReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const areas = new Map();
    runner.on(Runner.constants.EVENT_TEST_END, (test) => {
      const area = test.file ? path.relative("test", test.file).split(path.sep)[0] : "?";
      const sum = areas.get(area) ?? { tests: 0, milliseconds: 0 };
      areas.set(area, { tests: sum.tests + 1, milliseconds: sum.milliseconds + (test.duration ?? 0) });
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      if (areas.size < 2) return;
      console.log("  suite           tests   seconds");
      for (const [area, { tests, milliseconds }] of [...areas].sort(([a], [b]) => a.localeCompare(b))) {
        const seconds = (milliseconds / 1000).toFixed(1);
        console.log(`  ${area.padEnd(15)} ${String(tests).padStart(5)} ${seconds.padStart(9)}`);
      }
      console.log("");
    });
  }
}

module.exports = SuiteReporter;
