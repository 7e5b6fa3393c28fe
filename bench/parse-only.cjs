"use strict";
// What merely parsing takes: reads every file of a folder, and lets js-yaml make its documents.

const { readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { loadAll } = require("js-yaml");

const folder = process.argv[2];
for (const file of readdirSync(folder)) loadAll(readFileSync(path.join(folder, file), "utf8"));
