#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { runProcess } from "./process";

// A command is over in seconds, and most of its code runs for less than one. By default V8 optimizes it so early that
// optimizing takes a quarter of the processor time of a large check; the flag, which all V8 of the past decade have, puts
// it off. Another V8 might complain of a flag that it does not know.
if (Number.parseInt(process.versions.v8, 10) <= 13) setFlagsFromString("--interrupt-budget=1000000");

runProcess();
