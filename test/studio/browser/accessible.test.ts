/** Every view as axe-core sees it, in both themes, wide and narrow; and by keyboard alone. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "../../../src/document/document.js";
import { expectAccessible, viewIsThere, withStudio } from "../support/browser.js";
import { realDocuments } from "../support/real-documents.js";

/** Views, with the documents that they are looked at with. */
const looks: readonly (readonly [view: string, documents: readonly string[]])[] = [
  ["finding", ["trap-case.json", "crash-1.27.txt"]],
  ["timeline", ["shop.maptrap", "trace-1.23.json"]],
  ["memory", ["map-1.23.json", "map-1.27.json"]],
  ["goroutines", ["stop-1.27.json"]],
  ["instructions", ["asm-1.27.json"]],
  ["model", ["explore.json"]],
];

async function go(page: Page, document: string, view: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${document}/${view}`);
  await page.locator(`nav a[aria-current=page][href="#/${document}/${view}"]`).waitFor();
  await viewIsThere(page);
}

/** That nothing is cut off at the right, or has to be scrolled to sideways, once what is drawn to measure has been drawn again. */
async function expectFits(page: Page, what: string): Promise<void> {
  const tooWide = (): Promise<number> =>
    page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
  await expect.poll(tooWide, { message: `${what} is wider than the window by` }).toBe(0);
}

describe("views are for everybody", () => {
  it.each(looks)(
    "%s: nothing to be said by axe-core, and nothing wider than the window",
    async (view, names) => {
      const documents = await realDocuments(names);
      await withStudio(documents, async (page) => {
        for (const [index, { handle, title }] of documents.entries()) {
          await go(page, handle, view);
          if (index === 0) {
            await expectAccessible(page);
            await page.keyboard.press("d");
            await expectAccessible(page);
          }
          await page.setViewportSize({ width: 390, height: 844 });
          await expectFits(page, `${view} of ${title}`);
          await expectAccessible(page);
        }
      });
    },
  );
});

describe("states are for everybody", () => {
  it("empty views, the start and the list of keys", async () => {
    await withStudio([emptyDocument("d0", "nothing.json")], async (page) => {
      for (const view of ["finding", "timeline", "memory", "goroutines", "instructions"]) {
        await go(page, "d0", view);
        await expect(page.locator("main h1").count()).resolves.toBe(1);
      }
      await expectAccessible(page);
      await page.keyboard.press("o");
      await page.getByRole("heading", { name: "What do you have?" }).waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      await expectFits(page, "the start");
      await expectAccessible(page);
      await page.keyboard.press("Shift+?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await expectAccessible(page);
      await expectFits(page, "the list of keys");
    });
  });

  it("what could not be opened", async () => {
    await withStudio([], async (page) => {
      await page.setInputFiles("input[type=file]", {
        name: "photo.bin",
        mimeType: "application/octet-stream",
        buffer: Buffer.from([1, 2, 3, 0, 0, 0, 255, 254, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 5, 6, 7]),
      });
      const alert = page.getByRole("alert");
      await expect.poll(() => alert.innerText()).toContain("photo.bin");
      await expectAccessible(page);
      await alert.getByRole("button", { name: "Close" }).click();
      await expect.poll(() => alert.count()).toBe(0);
    });
  });
});

describe("the keyboard is enough", () => {
  it("goes to every view, shows where it is, and comes back from the list of keys", async () => {
    const documents = await realDocuments(["trap-case.json"]);
    await withStudio(documents, async (page) => {
      await viewIsThere(page);
      const visited: string[] = [];
      for (let steps = 0; steps < 60 && !visited.includes("Model"); steps += 1) {
        await page.keyboard.press("Tab");
        const { name, ring } = await focused(page);
        visited.push(name);
        expect(ring, `the focus is seen on ${name}`).toBe(true);
      }
      expect(visited).toEqual(expect.arrayContaining(["Finding", "Timeline", "Goroutines", "Model"]));
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("/model");
      await viewIsThere(page);
      const before = await focused(page);
      await page.keyboard.press("Shift+?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Escape");
      await expect.poll(async () => (await focused(page)).name).toBe(before.name);
    });
  });

  it.each(looks)("walks through %s and out of it again", async (view, [name]) => {
    const documents = await realDocuments([name!]);
    await withStudio(documents, async (page) => {
      await go(page, "d0", view);
      await page.locator("main").focus();
      const inside: string[] = [];
      for (let steps = 0; steps < 400; steps += 1) {
        await page.keyboard.press("Tab");
        const { name: one, ring, inMain, visible } = await focused(page);
        if (!inMain) {
          break;
        }
        inside.push(one);
        expect(ring, `the focus is seen on ${one}`).toBe(true);
        expect(visible, `${one} is in the window when it has the focus`).toBe(true);
      }
      expect(inside.length).toBeGreaterThan(0);
      expect(inside.length, "what has to be stepped through with Tab").toBeLessThan(120);
    });
  });
});

/** What has the focus, and whether that is seen. */
async function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { top, left, bottom, right } = element.getBoundingClientRect();
    return {
      name: (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 60),
      ring: outlineStyle !== "none" && outlineWidth !== "0px",
      inMain: element.closest("main") !== null && element !== document.querySelector("main"),
      visible: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    };
  });
}
