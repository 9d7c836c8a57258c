import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { UsageError } from "../../src/base/errors.js";
import { modelCommand } from "../../src/cli/commands/model.js";
import { TokenError } from "../../src/gomap/explore/schedule.js";
import { PolicyComparer } from "../../src/gomap/programs/comparison.js";
import { Exploration } from "../../src/gomap/programs/exploration.js";
import { MapVersionError } from "../../src/gomap/programs/settings.js";
import { ProgramSyntaxError } from "../../src/gomap/programs/syntax.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-model-"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

/** Calls `maptrap model`; gives what it printed. */
async function model(...words: string[]): Promise<string> {
  let printed = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await modelCommand({ workingDirectory: folder }).exitOverride().parseAsync(words, { from: "user" });
  } finally {
    spy.mockRestore();
  }
  return printed;
}

/** Ctrl-C as soon as somebody listens for it, before anything was done. */
function interruptAtOnce(): void {
  const onListener = (event: string | symbol): void => {
    if (event === "SIGINT") {
      process.off("newListener", onListener);
      queueMicrotask(() => process.emit("SIGINT", "SIGINT"));
    }
  };
  process.on("newListener", onListener);
}

/** Ctrl-C between two pieces of work, once what was done is enough. */
function interruptOnce<Name extends string, Work extends Readonly<Record<Name, (steps: number) => boolean>>>(
  work: Work,
  piece: Name,
  isEnough: (work: Work) => boolean,
): void {
  const whole: Record<string, (steps: number) => boolean> = work;
  const original = work[piece];
  vi.spyOn(whole, piece).mockImplementation(function (this: unknown, steps) {
    const isDone = original.call(this, steps);
    if (isEnough(this as Work)) {
      process.emit("SIGINT", "SIGINT");
    }
    return isDone;
  });
}

const explored = z.object({
  complete: z.boolean(),
  runs: z.number(),
  interleavings: z.object({ total: z.number() }),
  outcomes: z.array(z.object({ group: z.string(), example: z.object({ token: z.string() }) })),
});

describe("maptrap model", () => {
  it("explores a program and tells how it can end", async () => {
    const text = await model("explore", "map m {1: 10} | a: m[1]=11 | b: x=m[1]", "--go", "1.23");
    expect(text).toContain("classic map of Go 1.23, sequentially consistent memory, policy panic");
    expect(text).toMatch(/fatal error: concurrent map read and map write, noticed by b +\d/);
    expect(text).toContain("store h.flags = 4");
    expect(text).toContain("again: maptrap model replay 'map m {1: 10} | a: m[1]=11 | b: x=m[1]' mt1-");
    expect(process.exitCode).toBe(66);
  });

  it("says how to replay a program of several lines on one line", async () => {
    const text = await model("explore", "a: m[1]=1\nb: _=m[1]", "--go", "1.23");
    expect(text).toContain(String.raw`again: maptrap model replay $'a: m[1]=1\nb: _=m[1]' mt1-`);
  });

  it.each(["classic", "swiss"])("replays the run of a token on a %s map", async (map) => {
    const found = explored.parse(JSON.parse(await model("explore", "timeline", "--map", map, "--json")));
    expect(found.complete).toBe(true);
    expect(found.interleavings.total).toBeGreaterThan(found.runs);
    const { token } = found.outcomes.find(({ group }) => group === "fatal error")!.example;
    const again = await model("replay", "timeline", token, "--map", map);
    expect(again).toContain("end: fatal error: concurrent map read and map write, noticed by reader");
    await expect(model("replay", "timeline", token, "--map", map, "--memory", "tso")).rejects.toThrow(
      TokenError,
    );
  });

  it("ends with 0 when nothing can happen", async () => {
    await model("explore", "mutex", "--map", "swiss");
    expect(process.exitCode).toBe(0);
  });

  it("reads a program from a file, and makes one run", async () => {
    await writeFile(path.join(folder, "small.txt"), "map m {1: 10}\na: m[1]=11\nb: x=m[1]\n");
    const text = await model("run", "small.txt", "--every", "--depth", "0");
    expect(text).toContain("mapassign_fast64");
    expect(text).toMatch(/token: mt1-[\w-]+/);
  });

  it("compares policies and checks", async () => {
    const text = await model("compare", "counter", "--map", "classic", "--runs", "100");
    for (const policy of ["panic", "silent", "lock", "lock-always", "rwmutex", "sync-map"]) {
      expect(text).toMatch(new RegExp(`^${policy} +\\S`, "m"));
    }
    expect(text).toMatch(/^fast: the flag, as Go does/m);
  });

  it("shows what a goroutine can load", async () => {
    const text = await model("explore", "timeline", "--map", "classic", "--seen", "reader", "--stories", "0");
    expect(text).toContain("What reader can load, where it can differ");
    expect(text).toMatch(/h\.flags/);
  });

  it("lists the shipped programs", async () => {
    expect(await model("list")).toMatch(/^article +\S/m);
  });

  it("shows what was found so far when it is interrupted", async () => {
    interruptOnce(Exploration.prototype, "advance", (exploration) => {
      const { runs } = exploration.search.progress();
      return runs > 1 && exploration.result().outcomes.some(({ group }) => group === "nothing");
    });
    const text = await model("explore", "article", "--all", "--stories", "0");
    expect(text).toMatch(/[\d,]+ runs made one for each interleaving, not complete/);
    expect(text).toMatch(/^nothing +[\d,]+ /m);
    expect(process.exitCode).toBe(130);
  });

  it.each([
    ["at once", interruptAtOnce],
    ["while it prepares", () => interruptOnce(Exploration.prototype, "prepare", () => true)],
  ])("an exploration that is interrupted %s says that it is incomplete", async (_when, prepare) => {
    prepare();
    const many = "a: for i<6 m[i]=i | b: for i<6 _=m[i] | c: for i<6 delete(m,i)";
    const text = await model("explore", many, "--stories", "0");
    expect(text).toMatch(/^Cancelled, so incomplete: this is what was found until then\.\n/);
    expect(text).toMatch(/^0 runs made with partial-order reduction, not complete \(cancelled\)/m);
    expect(process.exitCode).toBe(130);
  });

  it("a comparison that is interrupted keeps what was counted, and says of how many runs", async () => {
    interruptOnce(PolicyComparer.prototype, "advance", (comparer) => comparer.result().policies.length > 0);
    const text = await model("compare", "counter", "--runs", "10000000");
    expect(text).toMatch(/^Cancelled, so incomplete: 0 of 6 policies with all runs, no run checked\.$/m);
    expect(text).toMatch(/^panic \(after [\d,]+ of 10,000,000 runs\) +\S/m);
    expect(text).toContain("Checks: no run was made before it was cancelled");
    expect(process.exitCode).toBe(130);
  });

  it("shows several programs as a table", async () => {
    const text = await model("explore", "triggers", "--go", "1.23");
    expect(text).toMatch(/^read beside write +[\d.]+ % +[\d.]+ % +\S/m);
    expect(text).toMatch(/^read beside read +100 % +never/m);
  });

  it("gives large maps the memory that they need, and ends loops in which nothing is done", async () => {
    const large = await model("run", "a: for i<30 { for j<30 { m[i*30+j]=1 } }", "--go", "1.23");
    expect(large).toContain("end: nothing");
    const silent = await model("run", "a: for i<1000000000 { x = 1 } | b: m[1]=1");
    expect(silent).toContain("end: endless loop: does not come to an end");
  });

  it("says what is wrong with the call", async () => {
    await expect(model("explore", "nothing-like-it")).rejects.toThrow(UsageError);
    await expect(model("explore", "a: m[")).rejects.toThrow(ProgramSyntaxError);
    await expect(model("explore", "article", "--map", "classic", "--go", "1.27")).rejects.toThrow(
      MapVersionError,
    );
    await expect(model("explore", "article", "--go", "1.30")).rejects.toThrow(MapVersionError);
    await expect(model("explore", "article", "--all", "--random", "3")).rejects.toThrow(UsageError);
    await expect(model("replay", "article", "mt1-AAAA")).rejects.toThrow(TokenError);
    await expect(model("compare", "triggers")).rejects.toThrow(UsageError);
  });
});
