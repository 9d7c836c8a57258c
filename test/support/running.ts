/** Whether processes run, as the system tells it. */
import { readFileSync } from "node:fs";

/** Whether a process runs. One that has ended but was not waited for ("Z", a zombie) does not: not every first process waits for orphans. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // There is no such process, or it has gone just now.
    return false;
  }
}
