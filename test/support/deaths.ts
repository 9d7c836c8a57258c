/**
 * Deaths of test/fixtures/programs/deaths, and whether the recorder told the truth about them. The program says which goroutine
 * has which role; the marks in its source say which role is at which place; its diary says who was at what when it died.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { ConflictRecord, EventFile, RingSide } from "../../src/evidence/ring/format.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import type { Symbolizer } from "../../src/evidence/ring/symbolizer.js";
import { command } from "./maptrap-command.js";
import { programFolder } from "./programs.js";

/** One side as a text or a record names it. */
export interface NamedSide {
  /** In lower case: read, write, delete … */
  readonly operation: string;
  readonly goroutine: number;
  /** `file.go:12`, innermost first; those of the program only. */
  readonly places: readonly string[];
  /** Whether it says that the callers of its place are those of an earlier change. */
  readonly older: boolean;
}

/** One conflict as a text or a record tells it. */
export interface NamedConflict {
  readonly from: "stderr" | "ring";
  /** Null when it says that it does not know. */
  readonly peer: NamedSide | null;
  readonly detector: NamedSide;
  /** By the runtime's clock; null in a text. */
  readonly at: number | null;
}

/** What a goroutine did, by the diary. */
interface Page {
  readonly goroutine: number;
  readonly entries: readonly { readonly began: number; readonly ended: number; readonly what: number }[];
}

/** A death. */
export interface Death {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly conflicts: readonly NamedConflict[];
  readonly diary: readonly Page[];
  readonly file: EventFile;
}

/** Which mark stands at a place, and what its line says. */
interface Mark {
  readonly name: string;
  readonly line: string;
}

const source = programFolder("deaths");

/** All marks of the program, by `file.go:12`. */
export const marks: ReadonlyMap<string, Mark> = new Map(
  readdirSync(source)
    .filter((name) => name.endsWith(".go"))
    .flatMap((name) =>
      readFileSync(path.join(source, name), "utf8")
        .split("\n")
        .flatMap((line, index): [string, Mark][] => {
          const mark = /\/\/ site: (.+)$/.exec(line)?.[1];
          return mark === undefined ? [] : [[`${name}:${String(index + 1)}`, { name: mark, line }]];
        }),
    ),
);

/**
 * Runs a scenario to its death by Go's check. Once in a hundred times a program is killed by what it finds in the damaged map before
 * Go sees anything; then it runs again.
 */
export async function die(
  binary: string,
  below: string,
  options: {
    readonly scenario: string;
    readonly symbols: Symbolizer | undefined;
    readonly diary?: boolean;
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<Death> {
  const folder = await mkdtemp(path.join(below, "death-"));
  const diary = options.diary === true ? path.join(folder, "diary") : "-";
  const environment = { MAPTRAP: "record", MAPTRAP_DIR: folder, ...options.environment };
  const result = await command(binary, [options.scenario, diary], { cwd: folder, environment });
  if (result.stderr.includes("[signal SIGSEGV") && !result.stderr.includes("concurrent map")) {
    await rm(folder, { recursive: true });
    return die(binary, below, options);
  }
  const [name] = (await readdir(folder)).filter((file) => file.endsWith(".maptrap"));
  if (name === undefined) {
    throw new Error(`${options.scenario} left no event file: ${result.stderr}`);
  }
  const file = readEventFile(await readFile(path.join(folder, name)), name);
  const pages = diary === "-" ? [] : readDiary(await readFile(diary));
  await rm(folder, { recursive: true });
  const told = file.conflicts.map((conflict) => fromRecord(conflict, file, options.symbols));
  return { ...result, conflicts: [...namedInText(result.stderr), ...told], diary: pages, file };
}

const rule = "==================\n";

/** The conflicts that the recorder's blocks on stderr name. */
export function namedInText(stderr: string): NamedConflict[] {
  const blocks = stderr.split(rule).filter((block) => block.startsWith("WARNING: CONCURRENT MAP USE"));
  return blocks.map((block) => {
    const sides = [...block.matchAll(/^(\w+) \((the [^;)]*)[^)]*\) by goroutine (\d+):\n((?: .*\n)*)/gm)].map(
      ([, operation = "", which, goroutine, stack = ""]) => ({
        which,
        side: {
          operation: operation.toLowerCase(),
          goroutine: Number(goroutine),
          older: stack.includes("  (callers as they were "),
          places: [...stack.matchAll(/^ {2}main\..*\n.*?([\w.]+\.go:\d+)$/gm)].map((match) => match[1] ?? ""),
        },
      }),
    );
    const detector = sides.find(({ which }) => which === "the side that noticed")?.side;
    if (detector === undefined) {
      throw new Error(`no side that noticed: ${block}`);
    }
    const peer = sides.find(({ which }) => which === "the other side")?.side ?? null;
    return { from: "stderr", peer, detector, at: null };
  });
}

const operations: Readonly<Record<string, string>> = {
  assign: "write",
  "iterate-start": "iteration",
  "iterate-next": "iteration",
};

function fromRecord(
  conflict: ConflictRecord,
  { header }: EventFile,
  symbols: Symbolizer | undefined,
): NamedConflict {
  const named = ({ operation, goroutine, pcs }: RingSide): NamedSide => {
    const frames = pcs.flatMap((pc) => symbols?.symbolizeInnermost(pc - header.text) ?? []);
    const own = frames.filter((frame) => frame.function.startsWith("main."));
    const places = own.map(({ file, line }) => `${path.basename(file)}:${String(line)}`);
    return { operation: operations[operation] ?? operation, goroutine, places, older: false };
  };
  const older = (conflict.details.callersChangesBefore ?? 0) > 0;
  const peer = conflict.first === null ? null : { ...named(conflict.first), older };
  const at = conflict.at + header.startMonotonic;
  return { from: "ring", peer, detector: named(conflict.second), at };
}

const entriesOfPage = 1 << 17;
const wordsOfPage = 2 + 3 * entriesOfPage;

function readDiary(bytes: Buffer): Page[] {
  const words = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const pages: Page[] = [];
  for (let at = 0; at + wordsOfPage <= words.length && words[at] !== 0n; at += wordsOfPage) {
    const length = Math.min(Number(words[at + 1]), entriesOfPage);
    const entries = Array.from({ length }, (_, index) => {
      const [began, ended, what] = words.subarray(at + 2 + 3 * index, at + 5 + 3 * index);
      return { began: Number(began), ended: Number(ended) || Infinity, what: Number(what) };
    });
    pages.push({ goroutine: Number(words[at]), entries });
  }
  return pages;
}

/** Goroutines by what the program printed. */
function roles(stdout: string): Map<number, { role: string; operations: string[] }> {
  const found = [...stdout.matchAll(/^(\w+) (\d+): (.*)$/gm)];
  return new Map(
    found.map(([, role = "", id, names = ""]) => [Number(id), { role, operations: names.split(", ") }]),
  );
}

function marksAt(places: readonly string[]): Mark[] {
  return places.flatMap((place) => marks.get(place) ?? []);
}

/** The innermost mark of a side that is one of its role. */
function markOf(side: NamedSide, role: string): Mark | undefined {
  return marksAt(side.places).find(({ name }) => name === role || name.startsWith(`${role} `));
}

function fitsLine(operation: string, { line }: Mark): boolean {
  const deed = /\bdelete\(|drop/.test(line) ? ["delete"] : [];
  const clears = /\bclear\(/.test(line) ? ["clear"] : [];
  const writes = / = |\+\+|\.(set|put|Copy|Unmarshal|SetMapIndex)\(|set\(/.test(line) ? ["write"] : [];
  return [...deed, ...clears, ...writes].includes(operation);
}

/** What is wrong with what was told of a death; empty when all is right. "not known" stands for a peer that is not named. */
export function faults(death: Death): string[] {
  const known = roles(death.stdout);
  const ring = death.conflicts.filter(({ from }) => from === "ring");
  const text = death.conflicts.filter(({ from }) => from === "stderr");
  // Goroutines that die at once may write into one another's first lines; whoever comes first has its stack shown first.
  const noticed = Number(/concurrent map [^]*?^goroutine (\d+) \[/m.exec(death.stderr)?.[1]);
  const all = death.conflicts.flatMap((conflict) => faultsOf(conflict, known, death.diary));
  if (ring.length === 0) {
    all.push("nothing in the ring");
  }
  // Of two goroutines that die at once, the slower one may not come to print.
  if (text.length === 0 || text.length > ring.length) {
    all.push(`${String(text.length)} in the text, ${String(ring.length)} in the ring`);
  }
  if (!text.some(({ detector }) => detector.goroutine === noticed)) {
    all.push(`Go names goroutine ${String(noticed)} first, which no text has`);
  }
  return all;
}

function faultsOf(
  { from, peer, detector, at }: NamedConflict,
  known: ReturnType<typeof roles>,
  diary: readonly Page[],
): string[] {
  const noticed = known.get(detector.goroutine)?.role ?? "started";
  if (markOf(detector, noticed) === undefined) {
    return [`${from}: the side that noticed is ${noticed}, but at ${detector.places.join(" ")}`];
  }
  if (peer === null) {
    return [`${from}: not known`];
  }
  const found = known.get(peer.goroutine);
  const role = found?.role ?? "started";
  if (peer.goroutine === detector.goroutine) {
    return [`${from}: a goroutine against itself`];
  }
  const mark = markOf(peer, role);
  if (mark === undefined || role === "reader") {
    return [`${from}: ${role}, ${peer.operation} at ${peer.places.join(" ")}`];
  }
  const innermost = marks.get(peer.places[0] ?? "");
  if (innermost !== undefined && !fitsLine(peer.operation, innermost)) {
    return [`${from}: ${peer.operation} at ${innermost.line.trim()}`];
  }
  if (at === null || diary.length === 0) {
    return [];
  }
  return faultsByDiary({ diary, at, mark, names: found?.operations ?? [], peer, detector });
}

function faultsByDiary(told: {
  readonly diary: readonly Page[];
  readonly at: number;
  readonly mark: Mark;
  readonly names: readonly string[];
  readonly peer: NamedSide;
  readonly detector: NamedSide;
}): string[] {
  const { diary, at, mark, names, peer, detector } = told;
  const own = diary.find(({ goroutine }) => goroutine === peer.goroutine)?.entries ?? [];
  const its = diary.find(({ goroutine }) => goroutine === detector.goroutine)?.entries ?? [];
  const noticed = its
    .filter(({ began }) => began <= at)
    .reduce((last, { began }) => Math.max(last, began), 0);
  const atOnce = own.filter(({ began, ended }) => began <= at && ended >= noticed);
  const doing = new Set(atOnce.map(({ what }) => names[what] ?? "?"));
  if (doing.has(mark.name) || (!names.includes(mark.name) && doing.size > 0)) {
    return [];
  }
  if (own.every(({ began }) => began > at)) {
    return []; // the diary does not go back so far
  }
  if (peer.older && !marksAt(peer.places.slice(0, 1)).includes(mark)) {
    return []; // another caller of the same place, and said to be of another time
  }
  const nearest = own.map(({ began, ended }) => Math.min(Math.abs(began - at), Math.abs(ended - noticed)));
  return [
    `diary: ${mark.name} is named, but at that time there was ${[...doing].join(", ") || `nothing for ${String(Math.min(...nearest))} ns`}`,
  ];
}
