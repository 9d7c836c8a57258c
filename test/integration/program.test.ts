/** Functions and variables of a Go program, compared with what nm and go tool buildid say; then without its symbol table. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BinaryError } from "../../src/evidence/binary/errors.js";
import { openProgram, readProgram } from "../../src/evidence/binary/program.js";
import { memorySource } from "../../src/evidence/binary/source.js";
import { buildStopped, type Form, forms, plain } from "../support/stopped/builds.js";
import { goCommand, goEnvironment, type GoVersion, repeats, TESTED } from "../support/toolchains.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-program-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pie: Form = { name: "pie", flags: ["-buildmode=pie"] };

/** Oldest and newest version also where the loader may move them; all forms for the full measure. */
function formsOf(version: GoVersion): readonly Form[] {
  if (repeats > 1) {
    return [pie, ...forms.filter(({ flags }) => !flags.some((flag) => flag.includes("-s")))];
  }
  return version === TESTED[0] || version === TESTED.at(-1) ? [plain, pie] : [plain];
}

interface Symbol {
  readonly address: number;
  readonly kind: string;
  readonly name: string;
}

function nm(file: string): readonly Symbol[] {
  const text = execFileSync("nm", [file], { encoding: "utf8", maxBuffer: 1 << 28 });
  return text.split("\n").flatMap((line) => {
    const match = /^([0-9a-f]+) (\S) (.*)$/.exec(line);
    const [, address = "", kind = "", name = ""] = match ?? [];
    return match === null ? [] : [{ address: Number.parseInt(address, 16), kind, name }];
  });
}

/** Variables that are found without symbols. */
const recovered = [
  "runtime.allgs",
  "runtime.allm",
  "runtime.semtable",
  "runtime.waitReasonStrings",
  "runtime.firstmoduledata",
];

describe.each(TESTED)("Go %s", (version) => {
  it("has the functions and variables that nm lists", () => {
    const file = buildStopped(folder, version, plain);
    const program = openProgram(file, 0);
    const symbols = nm(file);
    // Assembly has the suffix of its calling convention there; the linker's own marks are no functions.
    const code = symbols.filter(
      ({ kind, name }) => /t/i.test(kind) && /^(runtime|main|sync|os|time)\./.test(name),
    );
    const real = code.filter(({ name }) => !/^runtime\.(text|etext)$/.test(name));
    const missing = real.filter(
      ({ name, address }) =>
        !program.functionsNamed(name.replace(/\.abi0$/, "")).some(({ start }) => start === address),
    );
    expect(missing).toEqual([]);
    expect(real.length).toBeGreaterThan(1000);
    const variables = symbols.filter(
      ({ kind, name }) => /[bd]/i.test(kind) && /^(runtime|main|sync|os)\.[a-z]\w*$/.test(name),
    );
    expect(variables.filter(({ name, address }) => program.variable(name) !== address)).toEqual([]);
    expect(variables.length).toBeGreaterThan(100);
    const { address } = variables.find(({ name }) => name === "main.cond") ?? { address: 0 };
    expect(program.variableAt(address + 7)).toEqual({ name: "main.cond", start: address });
    const id = execFileSync(goCommand(version), ["tool", "buildid", file], {
      env: goEnvironment(),
      encoding: "utf8",
    });
    expect(program.buildIds.go).toBe(id.trim());
    expect(program.mapImplementation).toBe(Number(version.slice(2)) < 24 ? "classic" : "swiss");
  });

  it.each(formsOf(version))("keeps what is needed of it when it is stripped: $name", (form) => {
    const file = buildStopped(folder, version, form);
    const stripped = `${file}-stripped`;
    execFileSync("strip", ["-o", stripped, file]);
    const before = openProgram(file, 0);
    // Only what the loader may move is ever moved.
    const bias = before.movable ? 0x5000_0000 : 0;
    const after = openProgram(stripped, bias);
    expect(after.hasSymbolTable).toBe(false);
    const symbols = new Map(nm(file).map((one) => [one.name, one.address]));
    for (const name of recovered) {
      expect((after.variable(name) ?? 0) - bias, name).toBe(symbols.get(name));
    }
    expect(after.variable("main.cond")).toBeUndefined();
    const [main] = after.functionsNamed("main.main");
    expect(main?.start).toBe((before.functionsNamed("main.main")[0]?.start ?? 0) + bias);
    expect(after.code(main?.start ?? 0, 16)).toEqual(before.code((main?.start ?? 0) - bias, 16));
    expect(after.framesAt(main?.start ?? 0)[0]?.function).toBe("main.main");
  });
});

describe("a damaged program", () => {
  it("gives an error that says so, or answers", () => {
    const whole = readFileSync(buildStopped(folder, TESTED.at(-1) ?? "1.27", plain));
    const change = fc.record({
      at: fc.integer({ min: 0, max: 1 }),
      by: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        // Half of them in the file's headers, half anywhere.
        changes.forEach(({ at, by, byte }) =>
          bytes.set([byte], Math.floor(by * (at === 0 ? 600 : bytes.length - 1))),
        );
        try {
          const program = readProgram(memorySource("damaged", bytes), 0);
          recovered.forEach((name) => program.variable(name));
          const [main] = program.functionsNamed("main.main");
          program.stackDelta(main?.start ?? 0);
          program.memory.read(main?.start ?? 0, 64);
          program.variableAt(main?.start ?? 0);
        } catch (error) {
          expect(error).toBeInstanceOf(BinaryError);
        }
      }),
      { numRuns: 40 * repeats },
    );
  });
});
