/** Reading a file at a place. */
import { readSync } from "node:fs";

/**
 * Fills `target` with the bytes from `offset` on: one call of the system may give fewer than are there.
 *
 * @returns how many bytes there are; fewer than the target has room for at the end of the file only
 * @throws what the system says
 */
export function readFully(descriptor: number, target: Uint8Array, offset: number): number {
  let filled = 0;
  while (filled < target.length) {
    const count = readSync(descriptor, target, filled, target.length - filled, offset + filled);
    if (count === 0) {
      break;
    }
    filled += count;
  }
  return filled;
}
