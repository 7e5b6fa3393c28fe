#!/usr/bin/env node
import { ownProcess } from "./optimizing";
import { runProcess } from "./process";

ownProcess();
runProcess();
