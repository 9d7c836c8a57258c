/** Which module a folder lies in, found without a toolchain. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { systemErrorCode } from "../base/errors.js";
import type { ModulePlace } from "./source-reader.js";

/** The `module` line of a go.mod, with or without quotes. */
const moduleLine = /^\s*module\s+["`]?([^\s"`/][^\s"`]*)["`]?/m;

/** The module of the nearest go.mod in a folder or above it. */
export function moduleAbove(folder: string): ModulePlace | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const text = textOf(path.join(at, "go.mod"));
    if (text !== undefined) {
      const modulePath = moduleLine.exec(text)?.[1];
      return modulePath === undefined ? undefined : { modulePath, folder: at };
    }
    if (at === path.dirname(at)) {
      return undefined;
    }
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}

/** Modules whose source may be near: that of the folder we are called in, and those that the event files lie in. */
export function modulesNear(paths: readonly string[], workingDirectory: string): ModulePlace[] {
  const folders = paths.map((file) => path.dirname(path.resolve(workingDirectory, file)));
  const modules = [...new Set([workingDirectory, ...folders])].map(moduleAbove);
  return modules.filter((place) => place !== undefined);
}
