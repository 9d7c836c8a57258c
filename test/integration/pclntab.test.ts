/**
 * What we read from Go executables, compared with what the Go runtime itself says about the same program counters.
 *
 * The program in test/fixtures/golang/pclntab is built in each form with each version; it prints what the runtime says
 * about its own stacks and about program counters from all over its text.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import fc from "fast-check";
import { BinaryError } from "../../src/evidence/binary/errors.js";
import { type GoBinary, openGoBinary, readGoBinary } from "../../src/evidence/binary/open.js";
import { memorySource } from "../../src/evidence/binary/source.js";
import { magicPatterns } from "../../src/golang/pclntab/header.js";
import { compareWithRuntime } from "../golang/pclntab/oracle.js";
import { withoutSectionHeaders, withoutSectionHeadersIn } from "../golang/pclntab/sections.js";
import { goCommand, goEnvironment, type GoVersion, repositoryRoot, TESTED } from "../support/toolchains.js";

const program = join(repositoryRoot, "test/fixtures/golang/pclntab");

/** Distance of the program counters that are asked for, in bytes: odd, so that all alignments come up. */
const step = 13;

/** A form of the program: how it is built, and what is done to the file afterwards. */
interface Form {
  readonly name: string;
  readonly flags: readonly string[];
  /** Whether the standard library has to be compiled for this form alone: see {@link thorough}. */
  readonly costly?: boolean;
  readonly after?: (file: string) => void;
}

const strip = (...flags: string[]) => {
  return (file: string): void => {
    execFileSync("strip", [...flags, file]);
  };
};

const forms: readonly Form[] = [
  { name: "plain", flags: [] },
  { name: "-s -w", flags: ["-ldflags=-s -w"] },
  { name: "-w", flags: ["-ldflags=-w"] },
  { name: "pie", flags: ["-buildmode=pie"] },
  { name: "pie -s -w", flags: ["-buildmode=pie", "-ldflags=-s -w"] },
  { name: "trimpath", flags: ["-trimpath"], costly: true },
  { name: "unoptimized", flags: ["-gcflags=all=-N -l"] },
  { name: "strip", flags: [], after: strip() },
  { name: "pie, strip", flags: ["-buildmode=pie"], after: strip() },
  { name: "no section headers", flags: [], after: withoutSectionHeaders },
  { name: "pie, no section headers", flags: ["-buildmode=pie"], after: withoutSectionHeaders },
];

/**
 * Whether a version is tested in all forms. Where the build cache is empty, each form of the standard library takes five
 * seconds and more; the table is the same in all of them, so the oldest and the newest version stand for the others.
 */
const thorough = (version: GoVersion): boolean => version === TESTED[0] || version === TESTED.at(-1);

/** Measured: up to 1.22 CallersFrames shows only the innermost frame of a PC that comes alone. */
const expandsFrames = (version: GoVersion): boolean => Number(version.split(".")[1]) >= 23;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "maptrap-pclntab-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function build(version: GoVersion, flags: readonly string[], more: Record<string, string> = {}): string {
  const file = join(mkdtempSync(join(folder, `go${version}-`)), "program");
  const environment = goEnvironment({ CGO_ENABLED: "0", ...more });
  execFileSync(goCommand(version), ["build", "-o", file, ...flags, "."], { cwd: program, env: environment });
  return file;
}

function run(file: string): string {
  return execFileSync(file, { env: { STEP: String(step) }, maxBuffer: 1 << 28, encoding: "utf8" });
}

describe.each(TESTED)("Go %s", (version) => {
  const expands = expandsFrames(version);

  it.each(forms.filter((form) => form.costly !== true || thorough(version)))(
    "reads what the runtime says: $name",
    ({ name, flags, after }) => {
      const file = build(version, flags);
      after?.(file);
      const binary = openGoBinary(file);
      const { agreed, inlined, differences } = compareWithRuntime(binary, run(file), expands);
      expect(differences.slice(0, 5)).toEqual([]);
      expect(binary.problems).toEqual([]);
      expect(agreed["stack"]).toBeGreaterThan(50);
      expect(agreed["pc"]).toBeGreaterThan(20_000);
      expect(agreed["ret"]).toBeGreaterThan(20_000);
      expect(inlined).toBeGreaterThan(name === "unoptimized" ? -1 : expands ? 2_000 : 10);
      expect(binary.goVersion).toMatch(new RegExp(`^go${version.replace(".", "\\.")}(\\.|$)`));
      expect([binary.modulePath, binary.packagePath]).toEqual(["example.com/pclntab", "example.com/pclntab"]);
      expect(binary.buildSettings.get("GOARCH")).toBe("amd64");
      expect(binary.buildSettings.get("-trimpath")).toBe(name === "trimpath" ? "true" : undefined);
    },
  );
});

describe.each(TESTED.filter(thorough))("Go %s, other kinds of programs", (version) => {
  it("reads a program with C in it, where runtime.text is not where the section begins", () => {
    const cgo = { CGO_ENABLED: "1" };
    for (const flags of [[], ["-buildmode=pie"]]) {
      const file = build(version, ["-tags=withc", ...flags], cgo);
      strip()(file);
      const binary = openGoBinary(file);
      const { agreed, differences } = compareWithRuntime(binary, run(file), expandsFrames(version));
      expect(differences.slice(0, 5)).toEqual([]);
      expect(agreed["pc"]).toBeGreaterThan(20_000);
      expect(binary.buildSettings.get("CGO_ENABLED")).toBe("1");
      expect(binary.buildSettings.get("-tags")).toBe("withc");
    }
  });
});

it("finds the same functions in programs for other systems", () => {
  const version = TESTED.at(-1) ?? "1.27";
  const native = openGoBinary(build(version, []));
  const systems = [
    ["linux", "arm64", "ELF"],
    ["darwin", "arm64", "Mach-O"],
    ["windows", "amd64", "PE"],
  ] as const;
  for (const [GOOS, GOARCH, format] of systems) {
    const binary = openGoBinary(build(version, ["-ldflags=-s -w"], { GOOS, GOARCH }));
    expect([binary.format, binary.architecture, binary.problems]).toEqual([format, GOARCH, []]);
    expect(binary.goVersion).toBe(native.goVersion);
    expect(binary.textStart).toBeDefined();
    expect(inlinedPairs(binary)).toEqual(inlinedPairs(native));
  }
});

/** What a reader does with a damaged file: it says what is the matter, or answers what it can. */
function tryAll(bytes: Uint8Array): void {
  try {
    const binary = readGoBinary(memorySource("damaged", bytes));
    for (let offset = 0; offset < 1 << 20; offset += 4999) {
      binary.symbolize(offset);
      binary.symbolizeExact(offset);
      binary.functionAt(offset);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(BinaryError);
    expect((error as BinaryError).message).toMatch(/^damaged: \S.*/);
  }
}

describe.each(["1.19", "1.27"] as const)("damaged programs of Go %s", (version) => {
  const bytes = (...flags: string[]): Uint8Array => new Uint8Array(readFileSync(build(version, flags)));

  it("survives being cut off anywhere", () => {
    const whole = bytes("-buildmode=pie");
    fc.assert(
      fc.property(fc.oneof(fc.nat(whole.length), fc.nat(5000)), (length) => tryAll(whole.slice(0, length))),
      { numRuns: 60 },
    );
  });

  it("survives flipped bytes, in its directory and everywhere", () => {
    const whole = bytes();
    withoutSectionHeadersIn(whole);
    const named = bytes();
    // Half of the flips go where they hurt: file header, module data and function table header have few bytes.
    const table = indexOfMagic(named);
    const place = fc.oneof(
      fc.nat(named.length - 1),
      fc.nat(400),
      fc.integer({ min: table, max: table + 72 }),
      fc.integer({ min: named.length - 4000, max: named.length - 1 }),
    );
    const flip = fc.tuple(place, fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.boolean(), fc.array(flip, { minLength: 1, maxLength: 40 }), (sections, flips) => {
        const damaged = (sections ? named : whole).slice();
        for (const [at, mask] of flips) {
          damaged[at] = (damaged[at] ?? 0) ^ mask;
        }
        tryAll(damaged);
      }),
      { numRuns: 150 },
    );
  });
});

/** Where the function table begins: the first place with its magic and the rest of its first eight bytes. */
function indexOfMagic(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = magicPatterns.map((magic) => buffer.indexOf(Buffer.from([...magic, 0, 0, 1, 8])));
  const found = places.find((place) => place >= 0);
  expect(found).toBeDefined();
  return found ?? 0;
}

/** What is inlined in which of the program's own functions: the same on all machines. */
function inlinedPairs(binary: GoBinary): readonly string[] {
  const found = new Set<string>();
  for (let offset = 0; offset < 4 << 20; offset += 4) {
    const frames = binary.symbolizeExact(offset);
    const outer = frames.at(-1);
    if (outer?.function.startsWith("example.com/pclntab/cache.") === true && !outer.wrapper) {
      frames.forEach((frame) => found.add(`${frame.function} in ${outer.function}`));
    }
  }
  expect(found.size).toBeGreaterThan(6);
  return [...found].toSorted();
}
