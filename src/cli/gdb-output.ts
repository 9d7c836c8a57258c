/** What the commands under `maptrap gdb` have in common: Ctrl-C, and where the report goes. */
import { setMaxListeners } from "node:events";
import type { Case } from "../case/case.js";
import { caseFile, type CaseOutput, showCase } from "./case-output.js";
import type { GdbFlags } from "./commands/gdb-options.js";
import { HtmlFile } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { TextFile } from "./output-file.js";
import { type Progress, progressOn } from "./progress.js";

/** Where a case goes, besides standard output or error. */
export type StopFiles = Pick<CaseOutput, "html" | "file">;

/**
 * Sees that the files that were asked for can be written.
 *
 * @throws OutputFileError, PageMissingError
 */
export async function stopFiles(
  flags: Pick<GdbFlags, "html" | "case">,
  workingDirectory: string,
): Promise<StopFiles> {
  return {
    html: await HtmlFile.at(flags.html, workingDirectory),
    file: await TextFile.at(flags.case, workingDirectory, { what: caseFile, option: "--case" }),
  };
}

/** Shows a case. */
export async function showStops(
  incident: Case,
  flags: Pick<GdbFlags, "json">,
  files: StopFiles,
): Promise<void> {
  await showCase(incident, { json: flags.json === true, ...files, modules: [] });
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
