import type { Case } from "../../case/case.js";
import { encodeCase } from "../../case/file.js";

/** Draws a case as JSON: the case file's own text. */
export function renderJson(incident: Case): string {
  return encodeCase(incident);
}
