/** A trace as JSON. docs/gdb-trace.md says what each part holds. */
import type { TraceReport } from "../../analysis/gdb-trace/trace-report.js";
import { maptrapVersion } from "../../case/version.js";

/** The version of the document; it changes when something that was there is no longer, or means something else. */
export const traceDocumentVersion = 1;

/** The document, with its last line feed. */
export function renderTraceJson(report: TraceReport): string {
  const document = {
    format: "maptrap-gdb-trace",
    version: traceDocumentVersion,
    maptrap: maptrapVersion,
    ...report,
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}
