"use strict";
// Runs a program in this process, as `node PROGRAM …` would, and says on descriptor 3 what it took.

const { writeSync } = require("node:fs");
const path = require("node:path");

const [, , program, ...args] = process.argv;
process.argv = [process.argv[0], path.resolve(program), ...args];
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 }));
});
require(process.argv[1]);
