/** What is shown while something is still to come, held still: in both themes, wide and narrow. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { expectAccessible, holdRequests, withStudio } from "../support/browser.js";
import { realDocuments } from "../support/real-documents.js";

/** That axe-core has nothing to say of a state that stands still. */
async function expectAccessibleThroughout(page: Page): Promise<void> {
  await expectAccessible(page);
  await page.keyboard.press("d");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  await page.keyboard.press("d");
  await expectAccessible(page);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

/** Opens a page some of whose requests are held, looks at it, and lets them go. */
async function whileHeld(hash: string, pattern: RegExp, said: RegExp, then: string): Promise<void> {
  const { before, letGo } = holdRequests(pattern);
  await withStudio(
    await realDocuments(["map-1.27.json", "asm-1.27.json"]),
    async (page) => {
      const state = page.getByRole("status").filter({ hasText: said });
      await state.waitFor();
      await expectAccessibleThroughout(page);
      letGo();
      await page.getByRole("heading", { level: 1, name: then }).waitFor();
      await expect.poll(() => state.count()).toBe(0);
    },
    { hash, before },
  );
}

describe("states of loading are for everybody", () => {
  it("of the page", async () => whileHeld("", /\/documents$/, /reading/, "Map memory"));

  it.each([
    ["memory", "d0", "Map memory"],
    ["instructions", "d1", "Instructions"],
  ])("of the code of a view: %s", async (view, document, title) =>
    whileHeld(
      `#/${document}/${view}`,
      new RegExp(`/assets/${view}-[^/]*\\.js$`),
      new RegExp(`loading ${title}`),
      title,
    ),
  );
});
