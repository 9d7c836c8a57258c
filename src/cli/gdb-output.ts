/** What the commands under `maptrap gdb` have in common: Ctrl-C, and where the report goes. */
import { setMaxListeners } from "node:events";
import type { Case } from "../case/case.js";
import { showCase } from "./case-output.js";
import type { GdbFlags } from "./commands/gdb-options.js";
import type { HtmlFile } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { type Progress, progressOn } from "./progress.js";

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
