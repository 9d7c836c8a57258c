/** `maptrap model compare`: a program under each policy and each kind of check. */
import { setImmediate } from "node:timers/promises";
import { PolicyComparer } from "../gomap/programs/comparison.js";
import { policyComparisonJson } from "../report/json/model.js";
import { comparisonLines } from "../report/text/model-comparison.js";
import { modelHeading } from "../report/text/model.js";
import type { ModelContext, ModelFlags } from "./commands/model-options.js";
import { HtmlFile } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { findProgram, modelDocument, settingsOf } from "./model-subject.js";
import { progressOn } from "./progress.js";

/** The options, as they come out of the command line. */
export type ModelCompareFlags = ModelFlags & { readonly runs: number };

/**
 * Tries each policy and each kind of check, and shows what came of it: after Ctrl-C what there is so far, with exit status 130.
 *
 * @throws ProgramSyntaxError, UsageError
 */
export async function comparePolicies(
  word: string,
  flags: ModelCompareFlags,
  context: ModelContext,
): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const named = findProgram(word, context.workingDirectory);
  const { program } = named;
  const settings = settingsOf(flags);
  const progress = progressOn(process.stderr);
  await withInterruption(async ({ stop }) => {
    const runs = Math.max(2, flags.runs);
    const comparer = new PolicyComparer(program, settings, runs);
    while (!stop.aborted && !comparer.advance()) {
      progress.say(comparer.at);
      await setImmediate();
    }
    progress.clear();
    const comparison = comparer.result();
    const text =
      flags.json === true
        ? JSON.stringify(policyComparisonJson(program.text, settings, comparison), undefined, 2)
        : [...modelHeading(program, settings).slice(0, -1), "", ...comparisonLines(comparison)].join("\n");
    process.stdout.write(`${text}\n`);
    await html?.write([modelDocument(named, settings, { begin: "compare", runs })]);
    process.exitCode = comparison.complete ? 0 : 130;
  });
}
