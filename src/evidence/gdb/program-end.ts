/** Whether the program under GDB has ended, asked of the kernel instead of GDB. */
import { readdirSync, readFileSync } from "node:fs";
import { statFields } from "../../base/process-stat.js";

/**
 * Whether a process is no more, or only waits for GDB to ask what it ended with. The first thread may end before the others (in a program
 * with C code), so all threads are asked.
 *
 * @param proc where the kernel's list of processes is
 */
export function hasEnded(processId: number, proc = "/proc"): boolean {
  try {
    const folder = `${proc}/${processId}/task`;
    return readdirSync(folder).every((thread) => isOver(`${folder}/${thread}/stat`));
  } catch {
    return true;
  }
}

function isOver(file: string): boolean {
  try {
    const [state] = statFields(readFileSync(file, "latin1"));
    return state === "Z" || state === "X";
  } catch {
    // It ended between the two looks.
    return true;
  }
}
