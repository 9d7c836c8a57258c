/** All goroutines of the dumps in texts, for the document of their case. */
import type { Case } from "../../case/case.js";
import type { CrashText } from "../../evidence/crashtext/crash-text.js";
import type { GoroutinesPart } from "../document.js";

/**
 * The tables of the dumps that became observations of a case.
 *
 * @param texts read with `everyGoroutine`
 */
export function goroutinesParts(
  { evidence, observations }: Pick<Case, "evidence" | "observations">,
  texts: readonly { readonly path: string; readonly text: CrashText }[],
): GoroutinesPart[] {
  return texts.flatMap(({ path, text }) => {
    const handles = new Set(
      evidence.filter((one) => one.kind === "crash-text" && one.path === path).map(({ handle }) => handle),
    );
    return text.reports.flatMap((report) => {
      if (report.kind !== "dump" || report.table === null) {
        return [];
      }
      const { table, textLines } = report;
      const observation = observations.find(
        (one) =>
          one.kind === "crash" &&
          handles.has(one.evidence) &&
          one.textLines[0] === textLines[0] &&
          one.textLines[1] === textLines[1],
      );
      return observation === undefined ? [] : [{ observation: observation.handle, table }];
    });
  });
}
