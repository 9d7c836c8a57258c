#!/usr/bin/env node
/** The entry of `maptrap`, and the one place that turns errors into text and ends the process. */
import { CommanderError } from "@commander-js/extra-typings";
import { MaptrapError, systemErrorCode } from "../base/errors.js";
import { sanitizeTerminal } from "../base/text.js";
import { GoCommandError } from "../golang/toolchain.js";
import { splitAtDashes } from "./context.js";
import { maptrapProgram } from "./program.js";

// A reader that has seen enough (`maptrap read … | head`) is no error.
process.stdout.on("error", (error) => {
  process.exit(systemErrorCode(error) === "EPIPE" ? (process.exitCode ?? 0) : 1);
});

const args = process.argv.slice(2);
const { own, after } = splitAtDashes(args);
const program = maptrapProgram({
  wordsAfterDashes: after,
  call: ["maptrap", ...args],
  environment: process.env,
  workingDirectory: process.cwd(),
});
try {
  await program.parseAsync(own, { from: "user" });
} catch (error) {
  process.exitCode = report(error, own.includes("--debug"));
}

/** Says what went wrong and what can be done, and gives the exit status. */
function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    // commander has said it already; a wrong call ends with 2, help with 0.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof GoCommandError) {
    process.stderr.write(sanitizeTerminal(error.output));
  }
  process.stderr.write(sanitizeTerminal(messageOf(error)));
  if (debug && error instanceof Error) {
    process.stderr.write(`${sanitizeTerminal(error.stack ?? "")}\n`);
  }
  return error instanceof MaptrapError ? error.exitStatus : 1;
}

function messageOf(error: unknown): string {
  if (error instanceof MaptrapError) {
    return `maptrap: ${error.message}\n${error.wayOut === undefined ? "" : `maptrap: ${error.wayOut}\n`}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (systemErrorCode(error) !== undefined) {
    return `maptrap: ${message}\n`;
  }
  return `maptrap: ${message}\nmaptrap: this is a bug in maptrap; --debug shows where\n`;
}
