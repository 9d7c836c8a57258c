/** What code of src/ uses of node:timers/promises. */
import { setImmediate as callLater } from "./timers.js";

/** Resolves when others had their turn. */
export async function setImmediate(): Promise<void> {
  return new Promise((resolve) => callLater(resolve));
}
