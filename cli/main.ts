#!/usr/bin/env node
import "./compile-cache";
import { ownProcess } from "./optimizing";
import { runProcess } from "./process";

ownProcess();
runProcess();
