/** Showing a case, and what the command ends with. */
import type { Case } from "../case/case.js";
import type { CampaignRun } from "../probe/campaign.js";
import { renderJson } from "../report/json/render.js";
import { renderText } from "../report/text/render.js";
import { excerptsOf } from "../document/excerpts.js";
import { documentOf, type HtmlFile, titleOf } from "./html-file.js";
import type { TextFile } from "./output-file.js";
import { type ModulePlace, sourceReader } from "./source-reader.js";

/** The exit status when a conflict was trapped: that of Go's own race detector. */
export const trappedStatus = 66;

/** The file of `--output` and `--case`. */
export const caseFile = "the case file";

/** Where a case goes. */
export interface CaseOutput {
  /** Whether the case file goes to stdout; else the report goes to stderr. */
  readonly json: boolean;
  /** A file for the case file too. */
  readonly file: TextFile | undefined;
  /** A file for the page, too. */
  readonly html?: HtmlFile | undefined;
  /** Where source for excerpts lies. */
  readonly modules: readonly ModulePlace[];
}

/** Writes a case to where it is wanted. The program has stdout for itself, so the report goes to stderr. */
export async function showCase(incident: Case, output: CaseOutput): Promise<void> {
  await output.file?.write(renderJson(incident));
  const readSource = sourceReader(output.modules);
  if (output.json) {
    process.stdout.write(renderJson(incident));
  } else {
    const colour = wantsColour(process.stderr, process.env);
    process.stderr.write(renderText(incident, { colour, readSource }));
  }
  await output.html?.write([
    documentOf(titleOf(incident.command), { case: incident, excerpts: excerptsOf(incident, readSource) }),
  ]);
}

/** Whether a stream is a terminal that shows colours, and the user has not asked for none. */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
}

/** 66 when something was trapped; else the status of the first run that failed; else 0. */
export function campaignStatus(incident: Case, runs: readonly Pick<CampaignRun, "outcome">[]): number {
  if (incident.findings.length > 0) {
    return trappedStatus;
  }
  return runs.find((run) => run.outcome.status !== 0)?.outcome.status ?? 0;
}
