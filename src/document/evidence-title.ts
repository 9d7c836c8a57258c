/** What a piece of evidence is called where several are offered. */
import type { Case } from "../case/case.js";

/**
 * `run 2, process 4711, shop` for an event file; for others what kind they are.
 *
 * @param handle of the evidence
 */
export function evidenceTitle(incident: Pick<Case, "evidence"> | null, handle: string): string {
  const evidence = incident?.evidence.find((one) => one.handle === handle);
  if (evidence?.kind === "event-file") {
    const run = evidence.run === null ? "" : `run ${evidence.run}, `;
    return `${run}process ${evidence.processId}, ${evidence.executable.replace(/^.*\//, "")}`;
  }
  return evidence === undefined ? handle : evidence.kind;
}
