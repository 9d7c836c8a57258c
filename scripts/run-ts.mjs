#!/usr/bin/env node
// Runs one TypeScript file of this repository, with the transpiler that vite brings:
//
//   node scripts/run-ts.mjs FILE [ARGUMENTS]
//
// import.meta.url is that of the source file. Types are not checked here; `make check` does that.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runnerImport } from "vite";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node scripts/run-ts.mjs FILE [ARGUMENTS]");
  process.exit(2);
}
process.argv = [process.argv[0], resolve(file), ...args];
await runnerImport(pathToFileURL(resolve(file)).href, { configFile: false, logLevel: "warn" });
