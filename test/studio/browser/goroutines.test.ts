/** The view of all goroutines, used as a person would. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { recordedCase } from "../../support/recordings.js";
import { shopSource } from "../../support/incidents.js";
import { shopFacts, wholeText } from "../../support/shop-crash.js";
import { expectAccessible, picture, withStudio } from "../support/browser.js";
import { crashDocument, documentOf, stoppedDocument } from "../support/cases.js";

const rows = async (page: Page): Promise<string[]> =>
  (await page.getByRole("option").filter({ visible: true }).allInnerTexts()).map((text) =>
    text.replace(/\s+/g, " ").trim(),
  );
const list = (page: Page) => page.getByRole("listbox");
const heading = (page: Page) => page.getByRole("region", { name: "The selected goroutine" }).locator("h2");
const status = (page: Page) => page.locator("main [role=status]").innerText();
const search = (page: Page) => page.getByRole("searchbox", { name: "Search goroutines" });

/** A dump of many goroutines: most of them wait at a few places, some at one of their own. */
function manyGoroutines(count: number): string {
  const blocks = Array.from({ length: count }, (_, index) => {
    const own = index % 10 === 0 ? `Own${index}` : "";
    return `goroutine ${index + 100} [${index % 2 === 0 ? "chan receive" : "IO wait"}, ${index % 5} minutes]:
main.(*Pool).worker${own}(0xc000123456)
	/home/ada/shop/pool.go:${10 + (index % 3)} +0x1d
created by main.main in goroutine 1
	/home/ada/shop/main.go:9 +0x33
`;
  });
  return `${wholeText}\n${blocks.join("\n")}`;
}

describe("all goroutines of a dump", () => {
  it("are grouped by their stacks, those that share the map first, and selected by keys and clicks", async () => {
    await withStudio(
      [await crashDocument(manyGoroutines(3000), await shopFacts())],
      async (page) => {
        await list(page).waitFor();
        expect(await status(page)).toMatch(/^3,004 goroutines in \d+ stacks$/);
        const [first, second] = await rows(page);
        expect(first).toMatch(/^B g18 \[running\] main\.\(\*Cache\)\.Get/);
        expect(second).toMatch(/^map g17 \[runnable\] main\.\(\*Cache\)\.Put/);
        await list(page).focus();
        await page.keyboard.press("ArrowDown");
        await expect.poll(() => heading(page).innerText()).toMatch(/g17$/);
        await expect.poll(() => page.locator("main").innerText()).toContain("may be the other side");
        await page.keyboard.press("ArrowDown");
        await expect.poll(() => heading(page).innerText()).toMatch(/one of \d+ goroutines with this stack$/);
        const pages = page.locator(".goroutines-pages");
        await expect.poll(() => pages.innerText()).toMatch(/1 to 60 of \d+/);
        await page.getByRole("button", { name: "Later" }).click();
        await expect.poll(() => pages.innerText()).toMatch(/61 to 120 of/);
        await expectAccessible(page);
        await picture(page, "goroutines");
      },
      { hash: "#/d0/goroutines" },
    );
  });

  it("are found by words, by state and by handle, and the address keeps what is looked for", async () => {
    await withStudio(
      [await crashDocument(manyGoroutines(3000), await shopFacts())],
      async (page) => {
        await list(page).waitFor();
        await page.keyboard.press("/");
        await page.keyboard.type("ownpool io");
        await expect.poll(() => page.locator("main").innerText()).toContain("No goroutine has all of that.");
        await search(page).fill("workerOwn2990 receive");
        await expect
          .poll(() => rows(page))
          .toEqual([expect.stringMatching(/^g3090 \[chan receive, 0 min\] main/)]);
        await expect.poll(() => status(page)).toBe("1 of 3,004 goroutines in 1 stack");
        await search(page).fill("g1999");
        await expect.poll(() => heading(page).innerText()).toContain("goroutines with this stack");
        await page.keyboard.press("Enter");
        await search(page).fill("");
        await page.getByRole("combobox", { name: "State" }).selectOption("IO wait");
        await expect.poll(() => status(page)).toBe("1,500 of 3,004 goroutines in 3 stacks");
        await page.reload();
        await expect.poll(() => status(page)).toBe("1,500 of 3,004 goroutines in 3 stacks");
        await page.goBack();
        await expect.poll(() => status(page)).toMatch(/^3,004 goroutines in \d+ stacks$/);
        await page.getByRole("checkbox", { name: /shares the map/ }).check();
        await expect.poll(() => rows(page).then((all) => all.length)).toBe(2);
      },
      { hash: "#/d0/goroutines" },
    );
  });

  it("at 390 px, in the dark, stand above what is known of the selected one", async () => {
    await withStudio(
      [await crashDocument(manyGoroutines(50), await shopFacts())],
      async (page) => {
        await expect.poll(() => heading(page).innerText()).toMatch(/g19$/);
        await expect
          .poll(() => page.getByRole("region", { name: "The selected goroutine" }).innerText())
          .toContain("main.main.func3");
        const [above, below] = [
          await list(page).boundingBox(),
          await page.getByRole("region", { name: "The selected goroutine" }).boundingBox(),
        ];
        expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
        await expectAccessible(page);
        await picture(page, "goroutines-390-dark");
      },
      { hash: "#/d0/goroutines?select=g19", width: 390, height: 844, theme: "dark" },
    );
  });
});

describe("goroutines of other evidence", () => {
  it("of a stop have states, what they wait on, and their sides", async () => {
    await withStudio(
      [stoppedDocument("read-write-1.27")],
      async (page) => {
        await list(page).waitFor();
        const all = await rows(page);
        expect(all[0]).toMatch(/^A g\d+ \[running\] main\.readAndWriteString/);
        expect(all[1]).toMatch(/^B g\d+ \[running\] main\.readAndWriteString/);
        expect(all.some((row) => row.includes("[waiting, GC sweep wait]"))).toBe(true);
        await page.getByRole("checkbox", { name: "own code" }).check();
        await expect.poll(() => rows(page).then((kept) => kept.length)).toBe(2);
      },
      { hash: "#/d0/goroutines" },
    );
  });

  it("of a recording say how they used the map", async () => {
    await withStudio(
      [documentOf(recordedCase(), (file) => shopSource[file])],
      async (page) => {
        await page.getByRole("option").filter({ hasText: "g9" }).click();
        await expect
          .poll(() => page.locator("main").innerText())
          .toContain("1 read and 0 changes of the map");
        await page.getByRole("combobox", { name: "of" }).selectOption("findings");
        await expect.poll(() => rows(page).then((all) => all.length)).toBe(2);
      },
      { hash: "#/d0/goroutines" },
    );
  });
});
