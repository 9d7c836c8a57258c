import type { Locator, Page } from "playwright-core";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { modelCommand } from "../../../src/cli/commands/model.js";
import { emptyDocument } from "../../../src/document/document.js";
import { modelFileSchema } from "../../../src/document/model-schema.js";
import { countOf, outcomeTitle } from "../../../src/report/text/model.js";
import { expectAccessible, picture, withStudio } from "../support/browser.js";

/** What `maptrap model` prints. */
async function model(...words: string[]): Promise<string> {
  let printed = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await modelCommand({ workingDirectory: import.meta.dirname })
      .exitOverride()
      .parseAsync(words, { from: "user" });
  } finally {
    spy.mockRestore();
    process.exitCode = undefined;
  }
  return printed;
}

const exploredSchema = z.object({
  runs: z.number(),
  interleavings: z.object({
    total: z.number(),
    byKind: z.array(z.object({ group: z.string(), interleavings: z.number() })),
  }),
  outcomes: z.array(
    z.object({
      group: z.enum(["nothing", "fatal error", "silent damage"]),
      kinds: z.array(z.string()),
      runs: z.number(),
      ends: z.number(),
      example: z.object({ token: z.string() }),
    }),
  ),
});

/** The cells of a table, row by row. */
async function cellsOf(table: Locator): Promise<string[][]> {
  return table
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())),
    );
}

const end = (page: Page, name: RegExp) => page.locator(".model-ends").getByRole("button", { name });
const atStep = (page: Page, step: number, of: number) =>
  expect.poll(() => page.textContent(".model-step")).toBe(`step ${step} of ${of}`);
const inMemory = (page: Page) => page.innerText(".model-marks");
const hash = "#/-/model";

describe("the model view", () => {
  it("opens with the article's program explored, and goes step by step to what went wrong", async () => {
    const { outcomes, interleavings } = exploredSchema.parse(
      JSON.parse(await model("explore", "article", "--json")),
    );
    await withStudio(
      [],
      async (page) => {
        await end(page, /silent damage/).waitFor();
        const rows = await cellsOf(page.locator(".model-ends"));
        expect(rows.map((row) => [row[0]?.slice(2), row[1], row[3], row[4]])).toEqual(
          outcomes.map(({ group, kinds, runs, ends }) => [
            outcomeTitle({ group, kinds }),
            countOf(interleavings.byKind.find((kind) => kind.group === group)?.interleavings ?? 0),
            countOf(runs),
            countOf(ends),
          ]),
        );
        await expectAccessible(page);
        await picture(page, "model-ends");

        // What b can load is the command's table, too.
        await page.locator(".model-seen").getByRole("button", { name: "b", exact: true }).click();
        await expect.poll(() => page.locator(".model-seen tbody tr").count()).toBeGreaterThan(0);
        const seen = await cellsOf(page.locator(".model-seen table"));
        const lines = (await model("explore", "article", "--seen", "b", "--stories", "0"))
          .split("\n")
          .map((line) => line.trim().replaceAll(/ {2,}/g, " "));
        for (const row of seen) {
          expect(lines).toContain(row.filter((cell) => cell !== "").join(" "));
        }

        await end(page, /silent damage/).click();
        await atStep(page, 0, 43);
        await expect
          .poll(() => page.innerText(".model-run"))
          .toContain("b: _=m[i] with key 1 gave 0; it can be 2 or not there");
        expect(page.url()).toContain(
          `token=${outcomes.find(({ group }) => group === "silent damage")?.example.token}`,
        );
        // The writer sets the mark with its fourth step, after b's first and its own three.
        for (let step = 1; step <= 4; step++) {
          await page.keyboard.press("ArrowRight");
        }
        await atStep(page, 4, 43);
        await expect.poll(() => inMemory(page)).toContain("m.writing = 0: nobody is marked");
        await page.keyboard.press("ArrowRight");
        await atStep(page, 5, 43);
        await expect.poll(() => inMemory(page)).toContain("m.writing = 1: a writer is marked");
        await expect.poll(() => page.innerText(".model-last")).toContain("store m.writing = 1");
        await expect.poll(() => page.innerText(".model-map h2")).toContain("this step stores to writing");
        await page.keyboard.press("ArrowLeft");
        await expect.poll(() => inMemory(page)).toContain("m.writing = 0: nobody is marked");
        await page.goBack();
        await expect.poll(() => inMemory(page)).toContain("m.writing = 1: a writer is marked");
        // At the end both elements are in the group; at the beginning there is none.
        await page.keyboard.press("End");
        await atStep(page, 43, 43);
        await expect.poll(() => page.locator("[role=gridcell].map-cell-full").count()).toBe(2);
        await page.keyboard.press("Home");
        await expect.poll(() => page.locator("[role=gridcell].map-cell-full").count()).toBe(0);
        // The story's line in which the mark misses somebody leads to its moment.
        const missed = page.locator(".part-list-row", { hasText: "looks for a mark: none, although a" });
        await page
          .getByRole("listbox", { name: "Story" })
          .evaluate((box) => box.scrollTo(0, box.scrollHeight));
        await missed.click();
        await expect.poll(() => page.innerText(".model-last")).toContain("in the middle of a change");
        await page.keyboard.press("ArrowRight");
        await expect.poll(() => page.innerText(".model-last")).not.toContain("in the middle of a change");
        await page.keyboard.press("ArrowLeft");
        await expect.poll(() => page.innerText(".model-last")).toContain("in the middle of a change");
        await page.evaluate(() => document.querySelector(".model-run")?.scrollIntoView());
        await expectAccessible(page);
        await picture(page, "model-story");
        await page.getByRole("button", { name: "Close the run" }).click();
        await expect.poll(() => page.locator(".model-stepper").count()).toBe(0);
        await page.goBack();
        await page.locator(".model-stepper").waitFor();
      },
      { hash },
    );
  });

  it("takes a program that a person writes, and its address restores it in another page", async () => {
    await withStudio(
      [],
      async (page) => {
        const text = page.getByRole("textbox", { name: /A line is a goroutine/ });
        await text.fill("map m {1: 10}\na: m[1]=\nb: x=m[1]");
        await expect
          .poll(() => page.innerText(".model-mistake"))
          .toMatch(/^line 2, column \d+: a value is wanted/);
        const explore = page.getByRole("button", { name: "Explore", exact: true });
        expect(await explore.isDisabled()).toBe(true);
        await text.fill("map m {1: 10}\na: m[1]=11 // ä\nb: x=m[1]");
        await page.getByLabel("Map of Go").selectOption("22");
        await expect.poll(() => page.innerText(".model-settings")).toContain("classic map of Go 1.22");
        await end(page, /fatal error/).click();
        await page.locator(".model-step").waitFor();
        await page.keyboard.press("End");
        await expect.poll(() => page.innerText(".model-last")).not.toContain("Nothing was done");
        const atEnd = await page.innerText(".model-moment");
        await page.keyboard.press("ArrowLeft");
        await expect.poll(() => page.innerText(".model-moment")).not.toBe(atEnd);
        const told = await page.innerText(".model-moment");

        const other = await page.context().newPage();
        await other.goto(page.url());
        await expect.poll(() => other.innerText(".model-moment").catch(() => "")).toBe(told);
        await expect
          .poll(() => other.getByRole("textbox", { name: /A line is/ }).inputValue())
          .toContain("m[1]=11 // ä");
        await end(other, /nothing/).waitFor();
        // Damaged links say so, and lead out.
        await other.goto(page.url().replace(/token=mt1-..../, "token=mt1-AAAA"));
        await expect.poll(() => other.innerText(".model-run")).toContain("the token is damaged");
        await other.getByRole("button", { name: "Leave this run" }).click();
        await expect.poll(() => other.locator(".model-run").count()).toBe(0);
        await other.goto(page.url().replace(/program=[^&]*/, "program=~A%00"));
        await expect.poll(() => other.innerText("main")).toContain("the program in the address is damaged");
        await other.getByRole("button", { name: "Begin with the article's program" }).click();
        await end(other, /silent damage/).waitFor();
      },
      { hash },
    );
  });

  it("lets a person drive a schedule; what comes of it replays on the command line", async () => {
    await withStudio(
      [],
      async (page) => {
        await page.getByRole("button", { name: "Drive a run by hand" }).click();
        const press = async (name: string, step: number) => {
          await page.getByRole("button", { name, exact: true }).click();
          await atStep(page, step, step);
        };
        // The writer up to its store of the mark, which stays in its store buffer; the reader does not see it.
        // Who is quicker than the page is not lost.
        await page.getByRole("button", { name: "writer: one step", exact: true }).dblclick();
        await atStep(page, 2, 2);
        await press("writer: one step", 3);
        await press("writer: one step", 4);
        await expect.poll(() => page.innerText(".model-buffer")).toContain("store h.flags = 4");
        await expect.poll(() => inMemory(page)).toContain("h.flags = 0: nobody is marked");
        await press("reader: one step", 5);
        await press("reader: one step", 6);
        await expect
          .poll(() => page.innerText(".model-last"))
          .toContain("that of writer is still in a store buffer");
        await expectAccessible(page);
        await picture(page, "model-store-buffer");
        await press("writer: oldest store to memory", 7);
        await expect.poll(() => inMemory(page)).toContain("h.flags = 4: a writer is marked");
        await page.goBack();
        await atStep(page, 6, 6);
        await expect.poll(() => inMemory(page)).toContain("nobody is marked");
        await page.getByRole("button", { name: "reader, then all to the end" }).click();
        await expect.poll(() => page.innerText("#model-run-title")).toBe("End: nothing");
        const token = new URLSearchParams(page.url().split("?")[1]).get("token") ?? "";
        const command = await page.innerText(".model-links code");
        expect(command).toBe(`maptrap model replay timeline ${token} --map classic --go 1.23 --memory tso`);
        expect(await model(...command.split(" ").slice(2))).toContain("end: nothing");
      },
      { hash: `${hash}?program=timeline&go=1.23&memory=tso` },
    );
  });

  it("compares policies under both memory models, with the figures of the command line", async () => {
    const lines: string[][][] = [];
    for (const memory of ["sc", "tso"]) {
      const text = await model("compare", "counter", "--runs", "50", "--memory", memory);
      lines.push(text.split("\n").map((line) => line.trim().split(/ {2,}/)));
    }
    await withStudio(
      [],
      async (page) => {
        await expect.poll(() => page.locator(".model-memory").count()).toBe(2);
        await page
          .getByText(/^maptrap model compare counter .* --memory tso --runs 50$/)
          .waitFor({ timeout: 30_000 });
        for (const [index, memory] of lines.entries()) {
          const table = page.locator(".model-memory").nth(index).locator("table").first();
          const rows = await cellsOf(table);
          expect(rows.length).toBe(6);
          for (const row of rows) {
            expect(memory).toContainEqual(row);
          }
        }
        await expectAccessible(page);
        await picture(page, "model-policies");
      },
      { hash: `${hash}?program=counter&go=1.27&do=compare&runs=50`, theme: "dark" },
    );
  });

  it("shows what it has found when it is cancelled, and stays alive with long runs", async () => {
    await withStudio(
      [],
      async (page) => {
        const running = page.locator(".model-results [role=status]");
        await expect.poll(() => running.innerText()).toMatch(/[\d,]+ runs, \d+ ends, .*steps a second/);
        await page.getByRole("button", { name: "Cancel, and show what was found" }).click();
        await page.getByText("Cancelled, so incomplete: this is what was found until then.").waitFor();
        expect((await cellsOf(page.locator(".model-ends"))).length).toBeGreaterThan(0);
        await expect.poll(() => page.innerText(".model-summary")).toContain("not complete");

        await page.getByLabel("Comes with maptrap").selectOption("article-1000");
        await page.getByLabel("Policy").selectOption("silent");
        const whole = page.getByRole("img", { name: /^Whole run: steps 1 to \d{5}/ });
        await whole.waitFor({ timeout: 60_000 });
        expect(await page.locator(".part-list-row").count()).toBeLessThan(60);
        await page.keyboard.press("End");
        await expect.poll(() => page.innerText(".model-step")).toMatch(/^step (?<all>\d{5}) of \k<all>$/);
        await expect.poll(() => page.locator(".map-memory").count()).toBe(1);
        await page.keyboard.press("Home");
        await expect.poll(() => page.innerText(".model-step")).toMatch(/^step 0 of/);
      },
      { hash: `${hash}?program=article&plan=all` },
    );
  });

  it("keeps what a comparison has counted when it is cancelled, and says of how many runs", async () => {
    await withStudio(
      [],
      async (page) => {
        const firstRow = page.locator(".model-memory tbody tr").first();
        await expect.poll(() => firstRow.innerText()).toMatch(/^panic \(after [\d,]+ of 1,000,000 runs\)/);
        await page.getByRole("button", { name: "Cancel, and show what was found" }).click();
        await page
          .getByText(/^Cancelled, so incomplete: 0 of 6 policies with all runs, no run checked/)
          .waitFor();
        await expect.poll(() => page.getByRole("progressbar").count()).toBe(0);
        await expect.poll(() => firstRow.innerText()).toMatch(/^panic \(after [\d,]+ of 1,000,000 runs\)/);
        await page.getByText("Checks: no run was made before it was cancelled").waitFor();
      },
      { hash: `${hash}?program=counter&go=1.27&do=compare&runs=1000000` },
    );
  });

  it("shows all pairs of operations as the table of the command line, and leads to each", async () => {
    const lines = (await model("explore", "triggers", "--go", "1.23"))
      .split("\n")
      .map((line) => line.trim().replaceAll(/ {2,}/g, "|"));
    await withStudio(
      [],
      async (page) => {
        await page.getByLabel("Map of Go").selectOption("23");
        await page.getByLabel("Comes with maptrap").selectOption("triggers");
        const pairs = page.getByRole("region", { name: "how each of them ends" });
        await page
          .getByText("maptrap model explore triggers --map classic --go 1.23")
          .waitFor({ timeout: 60_000 });
        const rows = await cellsOf(pairs);
        expect(rows).toHaveLength(17);
        for (const row of rows) {
          expect(lines).toContain(row.filter((cell) => cell !== "").join("|"));
        }
        await expectAccessible(page);
        await picture(page, "model-pairs");
        await page.getByRole("button", { name: "range beside delete" }).click();
        await end(page, /fatal error/).waitFor();
        await expect.poll(() => page.getByLabel("Which of them").inputValue()).toBe("5");
        await page.goBack();
        await pairs.waitFor({ timeout: 60_000 });
      },
      { hash: `${hash}?program=timeline` },
    );
  });

  it("begins with what a document of maptrap model holds, at 390 pixels", async () => {
    const printed: unknown = JSON.parse(
      await model("run", "two-writers", "--seed", "3", "--map", "classic", "--json"),
    );
    const { program, settings, token = null } = modelFileSchema.parse(printed);
    const begun = {
      ...emptyDocument("d0", "run.json"),
      model: { label: "run.json", program, settings, token, begin: "run" as const },
    };
    await withStudio(
      [begun],
      async (page) => {
        await page.locator(".model-step").waitFor();
        await expect.poll(() => page.getByLabel("Comes with maptrap").inputValue()).toBe("two-writers");
        await page.keyboard.press("ArrowRight");
        await expect.poll(() => page.innerText(".model-last")).toContain("load h.flags -> 0");
        await expectAccessible(page);
        await page.evaluate(() => document.querySelector(".model-run")?.scrollIntoView());
        await picture(page, "model-narrow");
        expect(await page.evaluate(() => globalThis.document.documentElement.scrollWidth)).toBe(390);
      },
      { width: 390, theme: "dark" },
    );
  });
});
