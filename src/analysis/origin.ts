/**
 * Whose code a frame is.
 *
 * - **runtime**: Go's runtime and map implementation, with the probe that is built into them;
 * - **standard**: the rest of the standard library;
 * - **dependency**: a module that was downloaded or vendored;
 * - **own**: everything else, which is what the person can change.
 */
import type { CaseFrame, Origin } from "../case/case.js";

/** What is known about the program. */
export interface CodeContext {
  /** Path of the main module. */
  readonly modulePath: string | null;
  readonly goroot: string | null;
}

/** First elements of the standard library's import paths, Go 1.19 to 1.27. */
const standardRoots: ReadonlySet<string> = new Set(
  (
    "archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag " +
    "fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices " +
    "sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak"
  ).split(" "),
);

/**
 * The import path of a function: `example.com/shop` for `example.com/shop.(*Cache).Put`, `main` for `main.main.func1`.
 * Dots that the linker escaped (`gopkg.in/yaml%2ev3`) are dots again.
 */
export function packageOf(functionName: string): string {
  // What stands in brackets and parentheses can hold paths of its own.
  const open = functionName.search(/[[(]/);
  const head = open === -1 ? functionName : functionName.slice(0, open);
  const dot = head.indexOf(".", head.lastIndexOf("/") + 1);
  return (dot === -1 ? head : head.slice(0, dot)).replaceAll("%2e", ".");
}

/** Whose code a frame is. */
export function originOf(frame: CaseFrame, context: CodeContext): Origin {
  const path = packageOf(frame.function);
  if (path === "main" || belongsTo(path, context.modulePath)) {
    return "own";
  }
  if (isStandard(path, frame.file, context.goroot)) {
    return isRuntimePackage(path) || isRuntimeFile(frame.file) ? "runtime" : "standard";
  }
  return frame.file === null || isDownloaded(frame.file) ? "dependency" : "own";
}

function belongsTo(path: string, modulePath: string | null): boolean {
  if (modulePath === null || modulePath === "") {
    return false;
  }
  // Tests may lie in a package of their own, named with _test.
  return path === modulePath || path === `${modulePath}_test` || path.startsWith(`${modulePath}/`);
}

function isStandard(path: string, file: string | null, goroot: string | null): boolean {
  if (!standardRoots.has(path.split("/")[0] ?? "")) {
    return false;
  }
  // A module of the user's may be named like a package of Go's; its files lie elsewhere.
  if (file === null || !isAbsolute(file)) {
    return true;
  }
  const unified = file.replaceAll("\\", "/");
  const below = goroot === null ? undefined : `${goroot.replaceAll("\\", "/")}/src/`;
  return (below !== undefined && unified.startsWith(below)) || standardFile.test(unified);
}

/** A file below any GOROOT: `/usr/lib/go-1.24/src/encoding/json/encode.go`. */
const standardFile = new RegExp(`/src/(?:${[...standardRoots].join("|")})/`);

function isAbsolute(file: string): boolean {
  return /^(?:\/|\\|[A-Za-z]:)/.test(file);
}

function isRuntimePackage(path: string): boolean {
  return path === "runtime" || path.startsWith("internal/runtime/") || path.startsWith("runtime/internal/");
}

/** `reflect.mapassign` and `maps.clone` bear the names of other packages, but their code is the runtime's. */
function isRuntimeFile(file: string | null): boolean {
  return (
    file !== null &&
    /(?:^|[\\/]src[\\/])(?:runtime|internal[\\/]runtime[\\/][^\\/]+|runtime[\\/]internal[\\/][^\\/]+)[\\/][^\\/]+$/.test(
      file,
    )
  );
}

/** In the module cache, in a vendor folder, or named with a version as `-trimpath` does. */
function isDownloaded(file: string): boolean {
  return /[\\/]pkg[\\/]mod[\\/]|(?:^|[\\/])vendor[\\/]|@v\d/.test(file);
}
