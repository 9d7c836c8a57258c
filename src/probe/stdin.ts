/**
 * Standard input for several runs. What comes from a pipe can be read once only: the first run gets it, later ones read
 * nothing. A file is read from its start by each run, and a terminal is shared by all.
 */
import { closeSync, constants, fstatSync, openSync } from "node:fs";

/** Standard input for one run. */
export interface RunInput {
  readonly stdin: "inherit" | "ignore" | number;
  /** Whether this run reads nothing because an earlier one has read it all. */
  readonly usedUp: boolean;
  /** To be called when the run has ended. */
  close(): void;
}

/** Chooses standard input for a run, from 1. */
export function inputForRun(run: number): RunInput {
  const close = (): void => undefined;
  if (run === 1) {
    return { stdin: "inherit", usedUp: false, close };
  }
  const kind = kindOfStdin();
  if (kind === "shared") {
    return { stdin: "inherit", usedUp: false, close };
  }
  if (kind === "file" && process.platform === "linux") {
    // On Linux this opens the file anew, so that it is read from its start.
    const opened = openSync("/proc/self/fd/0", constants.O_RDONLY);
    return { stdin: opened, usedUp: false, close: () => closeSync(opened) };
  }
  return { stdin: "ignore", usedUp: kind !== "closed", close };
}

function kindOfStdin(): "file" | "shared" | "once" | "closed" {
  try {
    const found = fstatSync(0);
    return found.isFile() ? "file" : found.isCharacterDevice() ? "shared" : "once";
  } catch {
    // Our own standard input is closed.
    return "closed";
  }
}
