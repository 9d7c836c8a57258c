/**
 * Makes an overlay for `go build -overlay` under which the window of a map conflict is wide open, so that programs crash
 * that hardly ever do. What they print stays as it is without: nothing is added to a line of the runtime's source but in
 * that same line, and nothing parks or calls in the wide window, so no frame is added.
 *
 *     writer   looks at the mark   sets the mark ──── counts to N ──── … unsets the mark
 *     reader   counts to N or until the mark is set, also where the map is empty ── looks at the mark
 */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { cacheHome } from "../toolchains.js";
import { minorOf, recordedToolchain, type RecordedVersion } from "./old-go.js";
import { mapsPart, runtimePart } from "./window-runtime.js";

interface Counts {
  look: number;
  mark: number;
}

/** The edited copy of a file with map functions. */
function widen(source: string, swiss: boolean): { text: string; counts: Counts } {
  const spin = swiss ? "MapWindow" : "mapWindow";
  const counts: Counts = { look: 0, mark: 0 };
  const flag = swiss ? String.raw`\.writing` : String.raw`\.flags&hashWriting`;
  const looks = new RegExp(
    String.raw`^(\t+)if (\w+(?:\.m)?)${flag} ([!=])= 0 \{\n(?=\t+(?:fatal|throw)\("concurrent map)`,
    "gm",
  );
  const marks = swiss
    ? /^(\t+)(m)\.writing \^= 1 \/\/ toggle, see comment on writing$/gm
    : /^(\t+)(h)\.flags \^= hashWriting$/gm;
  // An empty map is not looked at any further.
  const empties = /^(\t+)if (?:\w+ == nil \|\| )?(h|m|src)\.(?:count|used|Used\(\)) == 0 (?:.* )?\{$/gm;
  const unset = swiss ? ".writing == 0" : ".flags&hashWriting == 0";
  const text = source
    .replaceAll(looks, (all: string, indent: string, map: string, sign: string) => {
      counts.look += 1;
      const wait = `for window := uint32(0); window < ${spin} && ${map}${unset}; window++ {}; `;
      const condition = all.slice(indent.length);
      return `${indent}${sign === "=" ? "" : wait}${condition}${indent}\tmapWindowTell(unsafe.Pointer(${map})); `;
    })
    .replaceAll(empties, (all: string, indent: string, map: string) => {
      const wait = `for window := uint32(0); window < ${spin} && ${map}${unset}; window++ {}`;
      return `${indent}if ${map} != nil { ${wait} }; ${all.slice(indent.length)}`;
    })
    .replaceAll(marks, (_all, indent: string, map: string) => {
      counts.mark += 1;
      const set = swiss ? `${map}.writing ^= 1` : `${map}.flags ^= hashWriting`;
      const count = `for window := uint32(0); window < ${spin}; window++ {}`;
      return `${indent}mapWindowNote(unsafe.Pointer(${map})); ${set}; ${count}`;
    });
  return { text, counts };
}

function mapFiles(minor: number): string[] {
  const kinds = ["fast32", "fast64", "faststr"];
  if (minor < 24) {
    return ["runtime/map.go", ...kinds.map((kind) => `runtime/map_${kind}.go`)];
  }
  const suffix = minor < 26 ? "_swiss" : "";
  const folder = "internal/runtime/maps";
  const names = ["map.go", "table.go", `runtime${suffix}.go`];
  return [...names, ...kinds.map((kind) => `runtime_${kind}${suffix}.go`)].map((name) => `${folder}/${name}`);
}

/** How many places the edits must find in all; another number means that the toolchain is not as it was. */
function expectPlaces(version: RecordedVersion, counts: Counts): void {
  // Classic: assign (generic, 32, 32ptr, 64, 64ptr, str), delete (generic, 32, 64, str), clear. Swiss: one more assign (reflect), one delete.
  const marks = minorOf(version) < 24 ? 11 : 9;
  if (counts.mark !== marks || counts.look < marks * 2) {
    throw new Error(
      `Go ${version}: ${counts.mark} places that mark a map, ${counts.look} that look at the mark`,
    );
  }
}

function editedFiles(version: RecordedVersion): Map<string, string> {
  const minor = minorOf(version);
  const swiss = minor >= 24;
  const source = (file: string) => readFileSync(path.join(recordedToolchain(version), "src", file), "utf8");
  const files = new Map<string, string>();
  const total: Counts = { look: 0, mark: 0 };
  for (const file of mapFiles(minor)) {
    const { text, counts } = widen(source(file), swiss);
    total.look += counts.look;
    total.mark += counts.mark;
    files.set(file, file.endsWith("maps/map.go") ? text + mapsPart : text);
  }
  expectPlaces(version, total);
  const processes = source("runtime/proc.go");
  const started = processes.replace(/^\tgoenvs\(\)$/m, "\tgoenvs(); mapWindowInit()");
  if (started === processes) {
    throw new Error(`Go ${version}: runtime/proc.go has no call of goenvs`);
  }
  const sys = processes.includes('"internal/runtime/sys"');
  const imports =
    swiss && !processes.includes(`"internal/runtime/maps"`)
      ? started.replace(/^\t"internal\/abi"$/m, '\t"internal/abi"; "internal/runtime/maps"')
      : started;
  const part = runtimePart({
    swiss,
    callerSp: sys ? "sys.GetCallerSP" : "getcallersp",
    callerPc: sys ? "sys.GetCallerPC" : "getcallerpc",
  });
  files.set("runtime/proc.go", imports + part);
  return files;
}

/** A go command, and the flags with which it builds programs that have the wide window. */
export interface WindowGo {
  readonly command: string;
  readonly flags: readonly string[];
}

/**
 * Go with the wide window; made when it is not there yet.
 *
 * @throws Error when the toolchain's source is not as expected
 */
export function windowGo(version: RecordedVersion): WindowGo {
  const files = editedFiles(version);
  const key = JSON.stringify([recordedToolchain(version), ...files]);
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 16);
  const folder = path.join(cacheHome, "crash-texts", `go${version}-${hash}`);
  const made = existsSync(folder);
  const temporary = `${folder}.${process.pid}`;
  if (minorOf(version) < 16) {
    // No -overlay yet: a copy of all of it.
    if (!made) {
      const copy = path.join(temporary, "lib", `go-${version}`);
      cpSync(recordedToolchain(version), copy, { recursive: true, dereference: true });
      writeFiles(path.join(copy, "src"), files);
      renameSync(temporary, folder);
    }
    return { command: path.join(folder, "lib", `go-${version}`, "bin", "go"), flags: [] };
  }
  if (!made) {
    writeFiles(temporary, files);
    // The go command resolves links in its own GOROOT.
    const source = path.join(realpathSync(recordedToolchain(version)), "src");
    const replace: Record<string, string> = {};
    for (const name of files.keys()) {
      replace[path.join(source, name)] = path.join(folder, name);
    }
    writeFileSync(path.join(temporary, "overlay.json"), JSON.stringify({ Replace: replace }));
    renameSync(temporary, folder);
  }
  const command = path.join(recordedToolchain(version), "bin", "go");
  return { command, flags: ["-overlay", path.join(folder, "overlay.json")] };
}

function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
