"use strict";
// Loaded by scripts/newest-sdk.cjs into every process of a test run: whatever this repository's own files take from
// @pulumi comes from the folder in MESHWRIGHT_TEST_SDK. Installed packages resolve as ever.

const Module = require("node:module");
const path = require("node:path");

const root = path.resolve(__dirname, "..") + path.sep;
const installed = path.join(root, "node_modules") + path.sep;
const modules = process.env.MESHWRIGHT_TEST_SDK;

if (modules) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    const from = parent?.filename ?? "";
    if (request.startsWith("@pulumi/") && from.startsWith(root) && !from.startsWith(installed)) {
      return resolve.call(this, request, parent, isMain, { ...options, paths: [path.dirname(modules)] });
    }
    return resolve.call(this, request, parent, isMain, options);
  };
}
