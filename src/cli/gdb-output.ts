/** What the commands under `maptrap gdb` have in common: options, Ctrl-C, and where the report goes. */
import { setMaxListeners } from "node:events";
import { Command } from "@commander-js/extra-typings";
import type { Case } from "../case/case.js";
import { showCase } from "./case-output.js";
import { type HtmlFile, htmlText } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { type Progress, progressOn } from "./progress.js";

/** The options that all of them have. */
export type GdbFlags = {
  readonly json?: true | undefined;
  readonly case?: string | undefined;
  readonly html?: string | undefined;
  readonly gdb?: string | undefined;
  readonly logMi?: string | undefined;
};

/** Makes a command with the common options. */
export function gdbSubcommand(name: string): Command<[], GdbFlags> {
  return new Command(name)
    .option("--json", "print the case file to standard output")
    .option("--case <file>", "write the case file there too")
    .option("--html <file>", htmlText)
    .option("--gdb <path>", "the GDB to use")
    .option("--log-mi <file>", "write there what GDB is told and says");
}

/** Shows a case. */
export async function showStops(
  incident: Case,
  flags: Pick<GdbFlags, "json" | "case">,
  html: HtmlFile | undefined,
): Promise<void> {
  await showCase(incident, { json: flags.json === true, file: flags.case, html, modules: [] });
}

/** Does some work that ends at Ctrl-C, with a line of progress. */
export async function withCatching<T>(
  work: (how: { readonly signal: AbortSignal; readonly progress: Progress }) => Promise<T>,
): Promise<T> {
  const progress = progressOn(process.stderr);
  try {
    return await withInterruption(({ stop }) => {
      // Every request to GDB that is under way listens to it.
      setMaxListeners(0, stop);
      return work({ signal: stop, progress });
    });
  } finally {
    progress.clear();
  }
}
