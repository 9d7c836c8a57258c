/** The folder into which the processes of one kind write their order files. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { written, type Written } from "./order-file.js";

/** Makes the folder anew, without any file. */
export function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * What all processes that wrote to the folder have written.
 *
 * @throws Error when there was none, or one whose recording ended before it did
 */
export function writtenIn(folder: string): Written {
  const files = readdirSync(folder).filter((name) => name.endsWith(".maptrap"));
  if (files.length === 0) {
    throw new Error(`${folder}: no process observed order`);
  }
  return files
    .map((name) => written(path.join(folder, name)))
    .reduce((all, one) => ({ events: all.events + one.events, fileBytes: all.fileBytes + one.fileBytes }));
}
