/**
 * Records the crash texts of the example programs.
 *
 *     node scripts/run-ts.mjs test/support/crash-texts/make.ts [--example NAME]… [--go 1.NN]… [--traceback T]… [--build B]…
 *
 * What is not asked for stays in the files as it is.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Example, loadExamples } from "../examples.js";
import { TESTED } from "../toolchains.js";
import { crashTextFile, encodeCrashTextFile, loadCrashTextFile } from "./load.js";
import { minorOf, type RecordedVersion, versionsAtHand } from "./old-go.js";
import { buildExample, type CrashProgram, runOnce, shownFolder, Workshop } from "./record.js";
import {
  type Build,
  builds,
  type CrashTextFile,
  type MissingText,
  type RecordedCrashText,
  type Traceback,
  tracebacks,
} from "./schema.js";
import { findTruth, type Noticing, noticings } from "./truth.js";

/** How far the runtime counts, from try to try: some 2 µs to half a millisecond. */
const windows = [200_000, 1_000_000, 50_000, 400_000, 20_000, 100_000, 700_000, 5000];

/** Where also the builds that are not plain are recorded. */
const variedExamples = new Set([
  "article",
  "config-reload",
  "generic-cache",
  "http-handlers",
  "interface-dispatch",
  "json-marshal",
  "method-value",
  "missed-lock",
  "parallel-subtests",
  "timer-callback",
]);

/** One combination to be recorded. */
interface Wanted {
  readonly example: Example;
  readonly version: RecordedVersion;
  readonly build: Build;
  readonly tracebacks: readonly Traceback[];
}

function isWanted({ example, version, build }: Wanted): boolean {
  if (example.minimumGo !== undefined && minorOf(version) < 21) {
    return false;
  }
  if (build === "go-test") {
    return example.command === "test";
  }
  const tested: readonly string[] = TESTED;
  return build === "plain" || (variedExamples.has(example.name) && tested.includes(version));
}

/** Whether the standard library of a version goes about it in this way. */
function canCome(example: Example, { detector }: Noticing, minor: number): boolean {
  if (example.name === "json-marshal" && detector.operation === "read") {
    return minor >= 27;
  }
  return example.name !== "maps-clone" || (detector.operation === "iterate") === (minor === 24);
}

/** The texts of one program with one GOTRACEBACK: every side that can notice, and what the peer does in each way seen. */
class Group {
  readonly texts: RecordedCrashText[] = [];
  readonly missing: MissingText[] = [];
  readonly problems: string[] = [];
  /** How many texts showed the code that widens the window. */
  spoilt = 0;
  readonly #seen = new Set<string>();

  constructor(
    readonly program: CrashProgram,
    readonly traceback: Traceback,
  ) {}

  async record(): Promise<void> {
    const { example, version } = this.program;
    const ways = noticings(example).filter((way) => canCome(example, way, minorOf(version)));
    const wanted = new Set(ways.map((way) => `${way.kind}, ${way.detector.mark}`));
    const left = new Set(wanted);
    let tries = 0;
    const few = this.program.build === "go-test" ? 8 : 32;
    while (left.size > 0 && tries < (left.size < wanted.size ? few : few + 20)) {
      const found = await this.#try(windows[tries % windows.length] ?? 0);
      left.delete(found);
      tries += 1;
    }
    for (const way of left) {
      const [kind = "", detector = ""] = way.split(", ");
      const { build } = this.program;
      this.missing.push({ goVersion: version, traceback: this.traceback, build, kind, detector, tries });
    }
  }

  /** Runs it once; gives what was noticed, empty when it did not crash. */
  async #try(window: number): Promise<string> {
    const { example, version, build, release, binary } = this.program;
    const { text, told } = await runOnce(this.program, this.traceback, window);
    if (!text.includes("fatal error: ")) {
      return "";
    }
    if (text.includes("mapWindow")) {
      // A signal hit the code that widens the window: no such text exists outside.
      this.spoilt += 1;
      return "";
    }
    const folders =
      build === "trimpath" ? [`example.com/${example.name}`] : [`${shownFolder}/${example.name}`];
    const truth = findTruth({ example, text, folders, told, binary });
    if (typeof truth === "string") {
      this.problems.push(`${truth}\n${text}`);
      return "";
    }
    const way = `${truth.kind}, ${truth.detector.mark}`;
    const key = `${way}, ${truth.peer?.mark} ${truth.peer?.shown}, ${truth.headlines}`;
    if (!this.#seen.has(key)) {
      this.#seen.add(key);
      const name = `${example.name}/go${version}/${this.traceback}/${build}/${this.texts.length + 1}`;
      const where = { example: example.name, goVersion: version, goRelease: release };
      this.texts.push({ name, ...where, traceback: this.traceback, build, truth, text });
    }
    return way;
  }
}

function emptyFile(example: string): CrashTextFile {
  return { format: "example-crash-texts", version: 1, example, texts: [], missing: [] };
}

/** Puts a group's texts into the file of its example, in the place of those that were there. */
function store(example: string, group: Group): void {
  const file = crashTextFile(example);
  const before = existsSync(file) ? loadCrashTextFile(example) : emptyFile(example);
  const others = (one: { goVersion: string; traceback: string; build: string }): boolean =>
    one.goVersion !== group.program.version ||
    one.traceback !== group.traceback ||
    one.build !== group.program.build;
  const texts = [...before.texts.filter(others), ...group.texts].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const missing = [...before.missing.filter(others), ...group.missing];
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, encodeCrashTextFile({ ...before, texts, missing }));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function recordAll(wanted: readonly Wanted[], workshop: Workshop): Promise<void> {
  for (const [index, { example, version, build, tracebacks: kinds }] of wanted.entries()) {
    const program = await buildExample(workshop, example, version, build).catch((error: unknown) => {
      if (minorOf(version) >= 19) {
        throw error;
      }
      // The examples are for Go 1.19 and newer; some happen to build with older ones.
      say(`${example.name}, Go ${version}: not built`);
      return undefined;
    });
    if (program === undefined) {
      continue;
    }
    for (const traceback of kinds) {
      const group = new Group(program, traceback);
      await group.record();
      store(example.name, group);
      const lost = group.missing.map((one) => `, never: ${one.kind} noticed at ${one.detector}`).join("");
      const spoilt = group.spoilt > 0 ? `, ${group.spoilt} spoilt` : "";
      const what = `${example.name}, Go ${version}, ${traceback}, ${build}`;
      say(`[${index + 1}/${wanted.length}] ${what}: ${group.texts.length} texts${lost}${spoilt}`);
      for (const problem of group.problems) {
        say(`  not understood: ${problem.split("\n").join("\n  | ")}`);
      }
    }
  }
}

const { values } = parseArgs({
  options: {
    example: { type: "string", multiple: true },
    go: { type: "string", multiple: true },
    traceback: { type: "string", multiple: true },
    build: { type: "string", multiple: true },
  },
});
const chosen = <T extends string>(all: readonly T[], asked: readonly string[] | undefined): T[] =>
  all.filter((one) => asked === undefined || asked.includes(one));
const wantedTexts = chosen(versionsAtHand(), values.go)
  .flatMap((version) =>
    chosen(builds, values.build).flatMap((build) =>
      loadExamples()
        .filter((example) => values.example === undefined || values.example.includes(example.name))
        .map((example) => ({
          example,
          version,
          build,
          tracebacks: chosen(tracebacks, values.traceback).filter(
            (one) => build === "plain" || one === "unset" || (build === "go-test" && one === "all"),
          ),
        })),
    ),
  )
  .filter(isWanted);
const place = new Workshop();
try {
  await recordAll(wantedTexts, place);
} finally {
  place.remove();
}
