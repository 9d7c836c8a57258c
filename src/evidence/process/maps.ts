/**
 * `/proc/PID/maps`: what lies where in a process's memory.
 *
 * ```text
 * 5610fd88e000-5610fd929000 r-xp 00000000 fe:00 2496904                    /home/user/program
 * start        end          perm offset   device inode                     path, with " (deleted)" when it is gone
 * ```
 *
 * Source: proc(5).
 */
import type { MappedFile } from "./auxiliary.js";

const line = /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) \S{4} ([0-9a-f]{1,13}) \S+ \d+ +(\/.*)$/;

/** The files that are mapped, in the order of addresses; lines that are not known are left out. */
export function parseMaps(text: string): readonly MappedFile[] {
  return text.split("\n").flatMap((each) => {
    const match = line.exec(each);
    if (match === null) {
      return [];
    }
    const [, start = "", end = "", offset = "", path = ""] = match;
    const number = (digits: string): number => Number.parseInt(digits, 16);
    return [{ start: number(start), end: number(end), offset: number(offset), path }];
  });
}
