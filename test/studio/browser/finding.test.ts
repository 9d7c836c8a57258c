/** The finding view, used as a person would, on cases that real runs and real texts gave. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../../src/case/file.js";
import type { StudioDocument } from "../../../src/document/document.js";
import type { SourceFacts } from "../../../src/evidence/source/facts.js";
import { shopSource } from "../../support/incidents.js";
import { recordedCase } from "../../support/recordings.js";
import {
  lastWords,
  oneSidedText,
  panicText,
  raceText,
  shopFacts,
  wholeText,
} from "../../support/shop-crash.js";
import { repositoryRoot } from "../../support/toolchains.js";
import { expectAccessible, picture, viewIsThere, withStudio } from "../support/browser.js";
import { crashDocument, documentOf, stoppedDocument, trapDocument } from "../support/cases.js";

let facts: SourceFacts;

beforeAll(async () => {
  facts = await shopFacts();
});

const side = (page: Page, letter: "A" | "B") => page.getByRole("region", { name: `Side ${letter}` });
const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const textOf = async (page: Page, letter: "A" | "B"): Promise<string> =>
  (await side(page, letter).innerText()).replace(/\s+/g, " ");

/** Opens a document and waits for its finding. */
const withFinding = (
  document: StudioDocument,
  use: (page: Page) => Promise<void>,
  options: Parameters<typeof withStudio>[2] = {},
) =>
  withStudio(
    [document],
    async (page) => {
      await viewIsThere(page);
      await use(page);
    },
    options,
  );

describe("a finding", () => {
  it("that was trapped shows both sides next to each other, with their lines of source", async () => {
    await withFinding(trapDocument(), async (page) => {
      expect(await page.getByRole("heading", { level: 1 }).innerText()).toMatch(
        /^m0\s*concurrent map read and map write\s*caught$/,
      );
      expect(await textOf(page, "A")).toContain("Write by g");
      expect(await textOf(page, "B")).toContain("Read by g");
      const [left, right] = [await side(page, "A").boundingBox(), await side(page, "B").boundingBox()];
      expect(left?.y).toBe(right?.y);
      expect(left?.x ?? 0).toBeLessThan(right?.x ?? 0);
      expect(await side(page, "A").locator("[aria-current]").innerText()).toContain("m[i] = i * 2");
      expect(await side(page, "B").locator("[aria-current]").innerText()).toContain("_ = m[i]");
      expect(await textOf(page, "B")).toMatch(/(?:waited|came): /);
      expect(await section(page, "What to do").innerText()).toContain("Both sides need the same lock");
      expect(await section(page, "How sure").innerText()).toContain("Both sides were in flight");
      expect(await section(page, "The map").innerText()).toContain("map[int]int");
      await picture(page, "finding-trap");
    });
  });

  it("of maptrap run says what orders each side, in which run it was seen, and what it rests on", async () => {
    const file = path.join(repositoryRoot, "test/fixtures/studio/trap-case.json.gz");
    const incident = decodeCase(gunzipSync(readFileSync(file)).toString(), "trap-case.json");
    await withFinding(documentOf(incident), async (page) => {
      expect(await textOf(page, "A")).toContain(
        "locks held none last acquire nothing new since it was started",
      );
      expect(await textOf(page, "A")).toMatch(
        /started goroutine \d+ was started by goroutine 1 in main\.main, main\.go:11/,
      );
      expect(await section(page, "How sure").innerText()).toMatch(/Seen [\d,]+ times, in run 1\./);
      const restsOn = await section(page, "What it rests on").innerText();
      expect(restsOn).toMatch(/o\d+, a conflict seen \w+/);
      expect(restsOn).toMatch(/o\d+, two accesses that nothing orders/);
      expect(await section(page, "What was tried").innerText()).toContain("No more runs were made");
    });
  });

  it("inferred from a text says its score, its reasons, and copies the command that proves it", async () => {
    await withFinding(
      await crashDocument(wholeText, facts),
      async (page) => {
        expect(await page.getByRole("heading", { level: 1 }).innerText()).toMatch(/inferred\s*0\.88$/);
        expect(await textOf(page, "A")).toMatch(/^A Write main\.\(\*Cache\)\.Put cache\.go:13/);
        expect(await textOf(page, "A")).toContain("supposed");
        expect(await textOf(page, "A")).toContain("no lock is held");
        expect(await textOf(page, "B")).toContain("held: c.mu.Lock (line 18)");
        expect(await side(page, "A").locator("[aria-current]").innerText()).toContain("c.items[name]++");
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        await page.getByRole("button", { name: /^Copy/ }).click();
        await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe("maptrap run .");
        expect(await section(page, "The crash").innerText()).toContain("crash.log, lines 1 to 27");
        expect(await section(page, "What it rests on").innerText()).toContain("o0, a dump of 4 goroutines");
        await expectAccessible(page);
        await picture(page, "finding-inferred-dark");
      },
      { theme: "dark" },
    );
  });

  it("leads to its goroutine and back, and to the model with its two operations", async () => {
    await withFinding(await crashDocument(wholeText, facts), async (page) => {
      await side(page, "B").getByRole("link", { name: "g18" }).click();
      await page.getByRole("heading", { level: 2, name: /g18/ }).waitFor();
      await expect.poll(() => page.url()).toContain("#/d0/goroutines?of=o0&select=g18");
      await page.goBack();
      await side(page, "B").waitFor();
      await page.getByRole("link", { name: "How this can happen, in the model" }).click();
      await expect
        .poll(() => page.locator("textarea").first().inputValue())
        .toContain("a: m[1]=11\nb: _=m[1]");
    });
  });

  it("of a recorder shows the map's life: who used it, how it grew, the phase of the collector", async () => {
    await withFinding(
      documentOf(recordedCase(), (file) => shopSource[file]),
      async (page) => {
        const map = section(page, "The map");
        expect(await map.innerText()).toContain("used by 3 goroutines");
        expect(await map.innerText()).toContain("to twice the buckets: 3 of 8 old buckets moved");
        expect(await map.innerText()).toContain("mark");
        const rows = map.getByRole("region", { name: "Goroutines that used the map" }).getByRole("row");
        expect(await rows.allInnerTexts()).toEqual(
          expect.arrayContaining([expect.stringMatching(/^7\s.*\s0\s+3\s+2$/)]),
        );
        expect(
          await page.getByRole("link", { name: "Its moment in the timeline" }).getAttribute("href"),
        ).toBe("#/d0/timeline?finding=m0");
        expect(await section(page, "Garbage collection and growth, as measured").innerText()).toContain(
          "too few",
        );
        await expectAccessible(page);
      },
      { width: 390, height: 844 },
    );
  });

  it("caught under GDB shows the stop, the map in memory, and stands below one another at 390", async () => {
    await withFinding(
      stoppedDocument("read-write-1.27"),
      async (page) => {
        const [above, below] = [await side(page, "A").boundingBox(), await side(page, "B").boundingBox()];
        expect(above?.x).toBe(below?.x);
        expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
        expect(await textOf(page, "A")).toContain("stopped: it was found on this map");
        expect(await textOf(page, "B")).toContain("noticed");
        expect(await section(page, "The stop").innerText()).toContain("at Go's own check");
        expect(await section(page, "The map").innerText()).toContain("As it stood in memory");
        expect(
          await page.getByRole("link", { name: "Its memory, bucket by bucket" }).getAttribute("href"),
        ).toMatch(/^#\/d0\/memory\?map=0x[0-9a-f]+$/);
        await expectAccessible(page);
        await picture(page, "finding-stop-390");
      },
      { width: 390, height: 844 },
    );
  });

  it("of the race detector is unordered, and the recorder's last words give the other side", async () => {
    await withFinding(
      await crashDocument(`${raceText}\n${oneSidedText}${lastWords}`, facts),
      async (page) => {
        const list = page.getByRole("navigation", { name: "Findings" }).getByRole("link");
        expect((await list.allInnerTexts()).map((text) => text.replace(/\s+/g, " "))).toEqual([
          "m0 unordered concurrent map read and map write cache.go:13 ↔ cache.go:20",
          expect.stringMatching(/^m1 (?:caught|inferred)/),
        ]);
        expect(await section(page, "The report").innerText()).toContain("report of Go's race detector");
        await list.first().focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await expect.poll(() => page.getByRole("heading", { level: 1 }).innerText()).toMatch(/^m1/);
        await expect.poll(() => textOf(page, "A")).toContain("recorded: the recorder knows");
        await page.goBack();
        await expect.poll(() => page.getByRole("heading", { level: 1 }).innerText()).toMatch(/^m0/);
      },
    );
  });
});

describe("where there is no finding", () => {
  it("the side that noticed is shown, and it is said that the other one is not known", async () => {
    await withFinding(await crashDocument(oneSidedText), async (page) => {
      expect(await textOf(page, "A")).toContain("Read by goroutine 6");
      expect(await textOf(page, "B")).toContain("The other side is not known.");
      expect(await section(page, "What would tell more").innerText()).toContain("GOTRACEBACK=all");
      expect(await page.getByText("caught").count()).toBe(0);
    });
  });

  it("a panic is no conflict, and a text without a crash says what was read", async () => {
    await withFinding(await crashDocument(panicText), async (page) => {
      expect(await page.locator("main").innerText()).toContain(
        "This is not a map conflict that Go's runtime found.",
      );
      expect(await side(page, "B").count()).toBe(0);
    });
    await withFinding(await crashDocument("all is well\n".repeat(12)), async (page) => {
      expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("No conflict was found");
      expect(await page.locator("main").innerText()).toContain(
        "No crash of a Go program was found in 12 lines of text.",
      );
      await expectAccessible(page);
    });
  });

  it("the garbage collector's lines are shown with what they say", async () => {
    const file = path.join(repositoryRoot, "test/fixtures/gctrace/talk-1.27.txt");
    await withFinding(await crashDocument(readFileSync(file)), async (page) => {
      const main = page.locator("main");
      expect(await main.innerText()).toMatch(/garbage collector: \d+ cycles/);
      await page.getByText("Cycles (heap:").click();
      await expect
        .poll(() =>
          page.getByRole("region", { name: "Cycles of the garbage collector" }).getByRole("row").count(),
        )
        .toBeGreaterThan(2);
    });
  });
});
