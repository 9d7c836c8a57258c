/**
 * Whatever stands in a document is shown as text: nothing of it runs, nothing is fetched, nothing is hidden, and the page goes on
 * answering. Another choice of texts: MAPTRAP_TEST_SEED=123.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readSinglePage } from "../../../src/cli/studio-server/page-files.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { pageHtml } from "../../../src/document/page.js";
import { testSeed } from "../../support/test-seed.js";
import { repeats } from "../../support/toolchains.js";
import { withPage, withStudio } from "../support/browser.js";
import { hostileDocument, hostileTexts, type Hostility, longText, mark } from "../support/hostile.js";
import { guiltOf } from "../support/innocence.js";
import { realDocuments } from "../support/real-documents.js";

const seeds = Array.from({ length: repeats }, (_, index) => testSeed + index);
const views = ["finding", "timeline", "memory", "goroutines", "instructions", "model"] as const;

/** Goes to a view as somebody does who follows a link, and waits until it is there. */
async function show(page: Page, document: string, view: string, query = ""): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${document}/${view}${query}`);
  await page.locator(`nav a[aria-current=page][href="#/${document}/${view}"]`).waitFor();
  await expect.poll(() => page.locator("main .state-loading").count()).toBe(0);
}

/** Milliseconds that the processor may work for a key and its answer, whatever else the machine does meanwhile. */
const answering = 4000;

/** That the page answers a key. */
async function expectAnswers(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "ThreadTime")?.value ?? Number.NaN);
  };
  const before = await worked();
  await page.keyboard.press("Shift+?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
  expect((await worked()) - before).toBeLessThan(answering);
  await session.detach();
}

/** Opens what is folded, and presses the first few buttons. */
async function pokeAround(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.querySelectorAll("main details").forEach((one) => one.setAttribute("open", ""));
    const buttons = [...document.querySelectorAll<HTMLElement>("main button:not([disabled])")];
    buttons.slice(0, 6).forEach((one) => {
      one.click();
    });
  });
  await page.waitForTimeout(50);
}

/** Looks at one view of some documents, d0, d1 …; gives what is wrong. */
async function lookThrough(
  page: Page,
  documents: readonly StudioDocument[],
  view: string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [index, { title }] of documents.entries()) {
    await show(page, `d${index}`, view);
    const before = await guiltOf(page);
    await pokeAround(page);
    const guilt = new Set([...before, ...(await guiltOf(page))]);
    wrong.push(...[...guilt].map((one) => `d${index} ${title.slice(0, 20)}: ${one}`));
  }
  await expectAnswers(page);
  return wrong;
}

/** Every other document; all of them for the full measure. */
function turn(first: 0 | 1, documents: readonly StudioDocument[]): readonly StudioDocument[] {
  return repeats > 1 ? documents : documents.filter((_, index) => index % 2 === first);
}

/** The documents that a view is there for. */
function documentsFor(view: (typeof views)[number], documents: readonly StudioDocument[]): StudioDocument[] {
  const isFor: Readonly<Record<typeof view, (document: StudioDocument) => boolean>> = {
    finding: ({ case: incident }) => incident !== null,
    goroutines: ({ case: incident }) => incident !== null,
    timeline: ({ trace, recordings }) => trace !== null || recordings.length > 0,
    memory: ({ trace, maps, case: incident }) =>
      trace !== null ||
      maps.length > 0 ||
      incident?.observations.some(({ kind }) => kind === "stopped") === true,
    instructions: ({ code }) => code !== null,
    model: ({ model }) => model !== null,
  };
  const those = documents.filter(isFor[view]);
  expect(those.length).toBeGreaterThan(1);
  return those;
}

describe.each(seeds)("hostile texts in every field (seed %i)", (seed) => {
  const hostile = (documents: readonly StudioDocument[], more: Partial<Hostility> = {}): StudioDocument[] =>
    documents.map((document, index) =>
      hostileDocument(document, { seed: 100 * seed + index, references: false, numbers: false, ...more }),
    );

  it.each(views)("are shown as text: %s", async (view) => {
    const documents = hostile(turn(0, documentsFor(view, await realDocuments())));
    await withStudio(documents, async (page) => expect(await lookThrough(page, documents, view)).toEqual([]));
  });

  it.each(views)(
    "may be in references, too, with numbers at their limits, at 390 pixels: %s",
    async (view) => {
      const real = turn(1, documentsFor(view, await realDocuments()));
      const documents = hostile(real, { references: true, numbers: true });
      await withStudio(
        documents,
        async (page) => expect(await lookThrough(page, documents, view)).toEqual([]),
        { width: 390 },
      );
    },
  );

  it("are seen by who looks at them", async () => {
    await withStudio(hostile(await realDocuments(["trap-case.json"])), async (page) => {
      for (const view of ["finding", "goroutines"]) {
        await show(page, "d0", view);
        await expect.poll(() => page.innerText("main")).toContain(`${mark}=1`);
      }
    });
  });

  it.each(views)("may be 10 MB long: %s", async (view) => {
    const real = documentsFor(view, await realDocuments());
    // One of them, another one with another seed.
    const documents = hostile([real[seed % real.length]!], { long: { characters: 10_000_000, fields: 2 } });
    await withStudio(documents, async (page) => expect(await lookThrough(page, documents, view)).toEqual([]));
  });
});

describe("hostile addresses", () => {
  it("lead to a page that goes on", async () => {
    await withStudio(await realDocuments(["trap-case.json"]), async (page) => {
      const encoded = hostileTexts.map((text) => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "")));
      for (const [index, text] of [...encoded, "%E0%A4%A", "x".repeat(1_000_000)].entries()) {
        const names = ["select", "m", "q", "at", "of", "program", "token"].map((name) => `${name}=${text}`);
        await page.evaluate(
          (hash) => {
            location.hash = hash;
          },
          `#/d0/${[...views, text][index % 7]}?${names.join("&")}&${text}=${text}`,
        );
        // Each view in turn, and the one that does not exist.
        if (index % 7 === 6) {
          expect(await guiltOf(page), text.slice(0, 100)).toEqual([]);
        }
      }
      expect(await guiltOf(page)).toEqual([]);
      await expectAnswers(page);
    });
  });
});

describe("hostile files", () => {
  it("in one file with the page around them", async () => {
    const documents = (await realDocuments(["trap-case.json", "trace-1.23.json", "map-1.23.json"])).map(
      (document, index) =>
        hostileDocument(document, { seed: testSeed + index, references: false, numbers: false }),
    );
    const messages = documents.map((document) => ({ kind: "document", document }) as const);
    const folder = mkdtempSync(path.join(tmpdir(), "hostile-"));
    const file = path.join(folder, "case.html");
    try {
      writeFileSync(file, [...pageHtml(readSinglePage(), [...messages, { kind: "end" }])].join(""));
      await withPage(pathToFileURL(file).href, async (page) => {
        for (const place of ["d0/finding", "d0/goroutines", "d1/timeline", "d2/memory"]) {
          const [document = "", view = ""] = place.split("/");
          await show(page, document, view);
          await pokeAround(page);
          expect(await guiltOf(page), place).toEqual([]);
        }
        await expectAnswers(page);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("that are dropped: a crash text whose names are hostile, with a line of 10 MB", async () => {
    const names = hostileTexts.map((text) => text.replaceAll(/[\n\r\u2028\u2029\v\f\u0085]/g, " "));
    const goroutine = (name: string, index: number): string =>
      `goroutine ${index + 7} [running]:\nmain.work${index}(0x1, ${name})\n\t/home/${name}/main.go:20 +0x65\n` +
      `main.${name}(...)\n\t/home/${name}.go:3\n` +
      `created by main.work${index} in goroutine 1\n\t/home/${name}.go:17 +0xd5\n`;
    const text = `fatal error: concurrent map read and map write\n\n${names.map(goroutine).join("\n")}\n`;
    await withStudio([], async (page) => {
      await page.setInputFiles("input[type=file]", {
        name: "<img src=x onerror=globalThis.maptrapHostile=1>.log",
        mimeType: "text/plain",
        buffer: Buffer.from(`${longText(10_000_000)}\n${text}`),
      });
      await page.locator('nav a[aria-current=page][href$="/finding"]').waitFor({ timeout: 30_000 });
      await pokeAround(page);
      expect(await guiltOf(page)).toEqual([]);
      await show(page, "d0", "goroutines");
      await pokeAround(page);
      expect(await guiltOf(page)).toEqual([]);
      await expect.poll(() => page.innerText("main")).toContain(`${mark}=1`);
      await expectAnswers(page);
    });
  });
});
