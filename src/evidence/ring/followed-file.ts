/** A file that is read while another process writes it. */
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { systemErrorCode } from "../../base/errors.js";
import { readFully } from "../../base/read-fully.js";
import type { FileLink } from "./follow.js";

/** What following needs of a file. Whatever a method throws ends the following with a FollowError. */
export interface FollowedFile {
  /** How long it is now, in bytes. */
  size(): number;
  /**
   * Reads bytes from an offset on.
   *
   * @returns how many there were; fewer than asked for at the end of the file only
   */
  read(target: Uint8Array, offset: number): number;
  /** What became of the name that it was opened by. */
  link(): FileLink;
  /** Lets go of it. */
  close(): void;
}

/**
 * Opens a file by its name. What is read stays that file, also when it is deleted or another one takes its name.
 *
 * @throws what the system says
 */
export function openFollowedFile(path: string): FollowedFile {
  const descriptor = openSync(path, "r");
  return {
    size: () => fstatSync(descriptor).size,
    read: (target, offset) => readFully(descriptor, target, offset),
    link: () => linkOf(path, descriptor),
    close: () => {
      closeSync(descriptor);
    },
  };
}

function linkOf(path: string, descriptor: number): FileLink {
  const own = fstatSync(descriptor);
  try {
    const named = statSync(path);
    return named.ino === own.ino && named.dev === own.dev ? "there" : "replaced";
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    return own.nlink === 0 ? "deleted" : "there";
  }
}
