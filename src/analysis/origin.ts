/**
 * Whose code a frame is.
 *
 * - **runtime**: Go's runtime and map implementation, with the probe that is built into them;
 * - **standard**: the rest of the standard library;
 * - **dependency**: a module that was downloaded or vendored;
 * - **own**: everything else, which is what the person can change.
 */
import type { CaseFrame, Origin } from "../case/case.js";
import { isDownloadedFile, isRuntimeCode, isStandardCode, packageOf } from "../golang/standard-library.js";

export { packageOf } from "../golang/standard-library.js";

/** What is known about the program. */
export interface CodeContext {
  /** Path of the main module. */
  readonly modulePath: string | null;
  readonly goroot: string | null;
}

/** Whose code a frame is. */
export function originOf(frame: CaseFrame, context: CodeContext): Origin {
  const path = packageOf(frame.function);
  if (path === "main" || belongsTo(path, context.modulePath)) {
    return "own";
  }
  if (isStandardCode(frame, context.goroot)) {
    return isRuntimeCode(frame) ? "runtime" : "standard";
  }
  return frame.file === null || isDownloadedFile(frame.file) ? "dependency" : "own";
}

function belongsTo(path: string, modulePath: string | null): boolean {
  if (modulePath === null || modulePath === "") {
    return false;
  }
  // Tests may lie in a package of their own, named with _test.
  return path === modulePath || path === `${modulePath}_test` || path.startsWith(`${modulePath}/`);
}
