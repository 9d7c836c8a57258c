/**
 * To be called first by the page and by each worker: zod then never tries to make code from text, which the page's content security
 * policy forbids and would report.
 */
import { z } from "zod";

/** Turns it off. */
export function withoutEval(): void {
  z.config({ jitless: true });
}
