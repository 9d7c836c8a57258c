/**
 * Which functions and files are Go's own: the runtime, the rest of the standard library, and what was downloaded. It goes
 * by names and paths alone, as they stand in symbol tables and tracebacks.
 */

/** A function and where its source lies. */
export interface NamedCode {
  readonly function: string;
  readonly file: string | null;
}

/** First elements of the standard library's import paths, Go 1.6 to 1.27. */
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

/**
 * Whether code is of the standard library, the runtime included.
 *
 * @param goroot where Go is installed, when it is known; files there are the standard library's
 */
export function isStandardCode(code: NamedCode, goroot: string | null): boolean {
  const path = packageOf(code.function);
  if (isMadeByCompiler(code.function) || isPlainAssembly(code)) {
    return true;
  }
  if (!standardRoots.has(path.split("/")[0] ?? "")) {
    return false;
  }
  // A module of the user's may be named like a package of Go's; its files lie elsewhere.
  if (code.file === null || !isAbsolute(code.file)) {
    return true;
  }
  const unified = code.file.replaceAll("\\", "/");
  const below = goroot === null ? undefined : `${goroot.replaceAll("\\", "/")}/src/`;
  return (below !== undefined && unified.startsWith(below)) || standardFile.test(unified);
}

/** A file below any GOROOT: `/usr/lib/go-1.24/src/encoding/json/encode.go`. */
const standardFile = new RegExp(`/src/(?:${[...standardRoots].join("|")})/`);

function isAbsolute(file: string): boolean {
  return /^(?:\/|\\|[A-Za-z]:)/.test(file);
}

/** Whether standard code is the runtime's, its map implementation included, whatever package its name says. */
export function isRuntimeCode(code: NamedCode): boolean {
  return (
    isRuntimePackage(packageOf(code.function)) ||
    isRuntimeFile(code.file) ||
    isMadeByCompiler(code.function) ||
    isPlainAssembly(code)
  );
}

/** Functions by which the runtime compares and hashes values of a type: `type:.eq.main.Key`, `type..hash.main.Key` up to 1.19. */
function isMadeByCompiler(name: string): boolean {
  return /^type(?::|\.)\./.test(name);
}

/** Assembly of Go's own that bears the name of no package: `aeshashbody`, `memeqbody`, `gogo`. */
function isPlainAssembly({ function: name, file }: NamedCode): boolean {
  return (
    file !== null &&
    !name.includes(".") &&
    /(?:^|[\\/]src[\\/])(?:runtime|internal[\\/](?:bytealg|runtime[\\/][^\\/]+))[\\/][^\\/]+\.s$/.test(file)
  );
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

/** Whether a file is in the module cache, in a vendor folder, or named with a version as `-trimpath` does. */
export function isDownloadedFile(file: string): boolean {
  return /[\\/]pkg[\\/]mod[\\/]|(?:^|[\\/])vendor[\\/]|@v\d/.test(file);
}
