/** Which map Go's check was made on, when a goroutine stands at the entry of the function that ends the program. */
import type { StoppedProgram } from "../../evidence/stopped/stopped-program.js";
import type { Address } from "../../golang/memory.js";
import { findDetector } from "./detector.js";

/**
 * The map; undefined where nothing proves one.
 *
 * @param thread the kernel's id of the thread that stands there
 */
export function mapAtFatal(program: StoppedProgram, thread: number): Address | undefined {
  const frame = findDetector(program, { at: "fatal", thread, message: undefined })?.frame;
  return frame?.proven === true ? frame.map : undefined;
}
