import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "../../../src/document/document.js";
import { expectAccessible, picture, withStudio } from "../support/browser.js";

/** The tab of the view that is shown. */
const shown = (page: Page): Promise<string | null> => page.textContent("nav a[aria-current=page]");

describe("the frame", () => {
  it("asks for files where nothing is open", async () => {
    await withStudio([], async (page) => {
      await expect.poll(() => page.textContent("h1")).toBe("What do you have?");
      await expectAccessible(page);
      await picture(page, "start");
    });
  });

  it("says of each view what it would show, and the back button undoes a step", async () => {
    await withStudio([emptyDocument("d0", "nothing.json")], async (page) => {
      await page.getByRole("link", { name: "Timeline" }).click();
      await expect.poll(() => page.textContent("main")).toContain("event file of a recorder");
      await page.keyboard.press("5");
      await expect.poll(() => page.textContent("main")).toContain("maptrap asm --json");
      await page.goBack();
      await expect.poll(() => page.textContent("main")).toContain("event file of a recorder");
    });
  });

  it("leaves who went to a view where they are, when the first document comes", async () => {
    let letCome = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letCome = resolve;
    });
    await withStudio(
      [emptyDocument("d0", "nothing.json")],
      async (page) => {
        await page.getByRole("link", { name: "Model" }).click();
        await expect.poll(() => shown(page)).toBe("Model");
        letCome();
        await page.getByRole("combobox", { name: "What is shown" }).waitFor();
        expect(await shown(page)).toBe("Model");
        expect(page.url()).toContain("/model");
      },
      {
        before: async (page) => {
          await page.route("**/documents", async (route) => {
            await held;
            await route.continue();
          });
        },
      },
    );
  });

  it("shows what is chosen also where the system's colours replace those of the page", async () => {
    await withStudio(
      [emptyDocument("d0", "nothing.json")],
      async (page) => {
        await page.emulateMedia({ forcedColors: "active" });
        const outline = async (name: string): Promise<string> =>
          page.getByRole("link", { name, exact: true }).evaluate((one) => getComputedStyle(one).outlineStyle);
        await expect.poll(() => outline("Finding")).toBe("solid");
        await expect.poll(() => outline("Timeline")).toBe("none");
      },
      { hash: "#/d0/finding" },
    );
  });
});
