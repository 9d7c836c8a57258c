/**
 * Where the probe's own Go code goes.
 *
 * The probe adds no files to the standard library: its code is put at the end of files that are there already. A file
 * that exists only in the overlay is not found by `go vet`, and so by `go test`, before Go 1.24 (seen with 1.23: "vet:
 * open …/runtime/maptrap.go: no such file"). A file that exists in both is read by vet as it is in GOROOT.
 */

/** A file of the probe, and the file below GOROOT/src whose end it becomes. */
export interface Piece {
  /** Path below probe/. */
  readonly file: string;
  /** Path below GOROOT/src. */
  readonly into: string;
}

/** Systems on which the probe prints its findings and records nothing. */
const otherSystems = ["darwin", "windows", "freebsd", "netbsd", "openbsd"];

/**
 * The pieces for one Go version. One overlay serves all targets: what differs by system goes into the system's file.
 * @param minor the NN of Go 1.NN
 */
export function piecesFor(minor: number): Piece[] {
  return [...commonPieces(minor), ...mapPieces(minor), ...systemPieces(minor)];
}

function commonPieces(minor: number): Piece[] {
  const files = [
    "trap",
    "cells",
    "looks",
    "sites",
    "spawn",
    "hold",
    "exit",
    "record",
    "print",
    "plan",
    "init",
    "ring",
    "depot",
    "recorder",
    "map_cells",
    "places",
    "fatal",
    "growth",
    "collector",
    "goroutines",
    "order",
    "order_goroutines",
    "order_write",
    "order_accesses",
    "order_epochs",
    "order_knowledge",
  ];
  files.push(minor < 21 ? "types_go119" : "types_go121");
  files.push(minor < 21 ? "frames_go119" : "frames_go121");
  if (minor >= 21) {
    files.push(minor < 22 ? "inlined_go121" : "inlined_go122");
  }
  files.push(minor < 21 ? "collector_go119" : "collector_go121");
  files.push(minor < 23 ? "timer_go119" : "timer_go123");
  files.push(minor < 24 ? "bubble_go119" : minor === 24 ? "bubble_go124" : "bubble_go125");
  files.push(minor < 25 ? "cpus_go119" : "cpus_go125");
  files.push(minor < 26 ? "count_go119" : "count_go126");
  return files.map((name) => ({ file: `runtime/${name}.go`, into: "runtime/proc.go" }));
}

/** The kind of map: in Go 1.24 and 1.25 the build decides (GOEXPERIMENT=noswissmap) which of two files is compiled. */
function mapPieces(minor: number): Piece[] {
  const classic = (into: string): Piece[] =>
    ["maps_classic", "growth_classic"].map((name) => ({ file: `runtime/${name}.go`, into }));
  if (minor < 24) {
    return classic("runtime/map.go");
  }
  const swiss = {
    file: "runtime/maps_swiss.go",
    into: minor < 26 ? "runtime/map_swiss.go" : "runtime/map.go",
  };
  const inMaps = ["hook", "growth"].map((name) => ({
    file: `maps/${name}.go`,
    into: "internal/runtime/maps/map.go",
  }));
  return [...(minor < 26 ? classic("runtime/map_noswiss.go") : []), swiss, ...inMaps];
}

function systemPieces(minor: number): Piece[] {
  const secure = minor < 21 ? "secure_others" : "secure_linux";
  return [
    { file: "runtime/system_linux.go", into: "runtime/os_linux.go" },
    { file: `runtime/${secure}.go`, into: "runtime/os_linux.go" },
    ...otherSystems.flatMap((system) =>
      // Windows has no signals.
      ["system_others", "secure_others", ...(system === "windows" ? [] : ["bus_others"])].map((name) => ({
        file: `runtime/${name}.go`,
        into: `runtime/os_${system}.go`,
      })),
    ),
  ];
}

/** A package that moved between versions: the name that the probe's files use, and where it may be, newest first. */
const movedPackages = new Map([
  ["maptrap.invalid/atomic", ["internal/runtime/atomic", "runtime/internal/atomic"]],
  ["maptrap.invalid/sys", ["internal/runtime/sys", "runtime/internal/sys"]],
  [
    "maptrap.invalid/syscall",
    ["internal/runtime/syscall/linux", "internal/runtime/syscall", "runtime/internal/syscall"],
  ],
]);

/** The code of a probe file, without its package clause and imports, as it is to stand in another file. */
export interface PieceBody {
  readonly text: string;
  /** A package that the code uses and the other file does not import; nothing is built then. */
  readonly missing: string | undefined;
}

/**
 * Turns a file of the probe into text for the end of another file of the same package.
 * @param source the probe's file
 * @param target the file that it is put into, whose imports must serve both
 */
export function pieceBody(source: string, target: string): PieceBody {
  const clause = /^package \w+\n/m.exec(source);
  let text = source.slice(clause === null ? 0 : clause.index + clause[0].length);
  const imports = /^\s*import (?:\(\n([\s\S]*?)\n\)|([^\n(]+))\n/.exec(text);
  if (imports === null) {
    return { text, missing: undefined };
  }
  text = text.slice(imports.index + imports[0].length);
  for (const [, path] of (imports[1] ?? imports[2] ?? "").matchAll(/"([^"]+)"/g)) {
    const found = (movedPackages.get(path ?? "") ?? [path ?? ""]).find((name) =>
      target.includes(`"${name}"\n`),
    );
    if (found === undefined) {
      return { text, missing: path };
    }
    text = text.replaceAll(`${lastPart(path ?? "")}.`, `${lastPart(found)}.`);
  }
  return { text, missing: undefined };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
