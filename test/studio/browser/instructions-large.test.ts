/** Two functions of twenty thousand instructions beside each other: the page answers while they are decoded and compared. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asmSchema } from "../../../src/document/asm-schema.js";
import { emptyDocument, type StudioDocument } from "../../../src/document/document.js";
import { maptrap } from "../../support/maptrap-command.js";
import { goCommand, goEnvironment } from "../../support/toolchains.js";
import { viewIsThere, withStudio } from "../support/browser.js";

let folder = "";
let program = "";
/** What `maptrap asm --json` prints of the two. */
let printed = "";

/** Statements of all kinds that make ten to twenty instructions each; others for each seed. */
function statements(count: number, seed: number): string {
  const names = "abcdef";
  return Array.from({ length: count }, (_, index) => {
    const mixed = (index * 7919 + seed * 104_729) % 65_537;
    const [x, y, z] = [mixed % 6, (mixed >> 3) % 6, (mixed >> 6) % 6].map((at) => names[at]);
    return [
      `${x} += ${y}*${(mixed % 90) + 3} ^ ${z}`,
      `if ${x} > ${y}+${index} { ${z} -= ${x}; s = append(s, ${y}) }`,
      `m[${x}&255] = ${y} + m[${z}&63]`,
      `for ${x} < ${mixed % 999} { ${x} += ${y}|1; ${z}++ }`,
    ][mixed % 4];
  }).join("\n");
}

function functionOf(name: string, seed: number): string {
  return `//go:noinline
func ${name}(a, b, c, d, e, f int, m map[int]int, s []int) (int, []int) {
${statements(1500, seed)}
return a+b+c+d+e+f, s
}
`;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-studio-large-"));
  program = path.join(folder, "large");
  writeFileSync(path.join(folder, "go.mod"), "module large\n\ngo 1.23\n");
  writeFileSync(
    path.join(folder, "main.go"),
    `package main
${functionOf("left", 1)}${functionOf("right", 2)}
func main() {
x, s := left(1, 2, 3, 4, 5, 6, map[int]int{}, nil)
y, _ := right(1, 2, 3, 4, 5, 6, map[int]int{}, s)
println(x, y)
}
`,
  );
  execFileSync(goCommand("1.23"), ["build", "-ldflags=-s -w", "-o", program, "."], {
    cwd: folder,
    env: goEnvironment({ CGO_ENABLED: "0" }),
  });
  const { status, stdout } = await maptrap(["asm", program, "main.left", "main.right", "--json"]);
  expect(status).toBe(0);
  printed = stdout;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An event of the trace of Chromium: a task with how long the processor worked on it (microseconds), or the name of a thread. */
interface Traced {
  readonly name?: string;
  readonly tid?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Goes to the two functions, and tells which part of all that the page's thread did until their rows are there was done in its longest
 * task. It is the time that the processor worked, for other programs may have it in between; and a part of it, for no two machines are
 * equally fast.
 */
async function longestPart(page: Page, source: string): Promise<number> {
  const browser = page.context().browser();
  await browser?.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await page.evaluate((address) => {
    location.hash = address;
  }, `#/d0/instructions?left=main.left&leftIn=${source}&right=main.right&rightIn=${source}`);
  await page.getByRole("columnheader", { name: /main\.right/ }).waitFor();
  await page.locator(".instructions-row:not(.instructions-row-source)").first().waitFor();
  const trace = JSON.parse(String(await browser?.stopTracing())) as { readonly traceEvents: Traced[] };
  const threads = new Set(
    trace.traceEvents.flatMap(({ name, tid, args }) =>
      name === "thread_name" && args?.name === "CrRendererMain" ? [tid] : [],
    ),
  );
  const tasks = trace.traceEvents.flatMap(({ name, tid, tdur }) =>
    name?.endsWith("RunTask") === true && tdur !== undefined && threads.has(tid) ? [tdur] : [],
  );
  expect(tasks.length).toBeGreaterThan(20);
  return Math.max(...tasks) / tasks.reduce((sum, one) => sum + one, 0);
}

/** It is a sixth where they are decoded, and two fifths where they are compared; where all was compared at once it was two thirds. */
const longest = 0.53;

async function expectAnswering(document: StudioDocument, source: string): Promise<void> {
  await withStudio(
    [document],
    async (page) => {
      await viewIsThere(page);
      await page.locator(".instructions-choice").waitFor();
      expect(await longestPart(page, source)).toBeLessThan(longest);
      expect(Number(await page.getByRole("grid").getAttribute("aria-rowcount"))).toBeGreaterThan(20_000);
      expect(await page.getByRole("row").count()).toBeLessThan(100);
    },
    { hash: `#/d0/instructions?left=main.main&leftIn=${source}&right=-` },
  );
}

/** A document with the program in it. */
function programDocument(): StudioDocument {
  const bytes = readFileSync(program);
  const base64 = gzipSync(bytes, { level: 1 }).toString("base64");
  return {
    ...emptyDocument("d0", "large"),
    programs: [{ name: program, bytes: { kind: "embedded", base64, size: bytes.length } }],
  };
}

describe("two functions of twenty thousand instructions", () => {
  it("are decoded while the page answers", async () => {
    await expectAnswering(programDocument(), "d0.p0");
  });

  it("are compared while the page answers", async () => {
    await expectAnswering(
      { ...emptyDocument("d0", "asm.json"), code: asmSchema.parse(JSON.parse(printed)) },
      "d0",
    );
  });

  it("are the same in the page as in what maptrap asm prints", async () => {
    await withStudio(
      [programDocument()],
      async (page) => {
        await page.getByRole("grid").waitFor();
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save as JSON" }).click();
        const text = readFileSync(await (await download).path(), "utf8");
        // Not toBe: to show how two texts of 20 MB differ takes minutes.
        expect(text === printed).toBe(true);
      },
      { hash: "#/d0/instructions?left=main.left&leftIn=d0.p0&right=main.right&rightIn=d0.p0" },
    );
  });
});
