/** Pages of `--html`, opened from disk. */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { StudioDocument } from "../../../src/document/document.js";
import { documentsInPage } from "../../../src/document/documents-in-page.js";
import { withPage } from "./browser.js";

/** Opens a page from disk, and sees that it loads nothing besides itself. */
export async function fromDisk(file: string, use: (page: Page) => Promise<void>): Promise<void> {
  await withPage(pathToFileURL(file).href, async (page) => {
    await use(page);
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map((one) => one.name)
        .filter((url) => !url.startsWith("blob:") && !url.startsWith("data:")),
    );
    expect(loaded).toEqual([]);
  });
}

/** The documents in a page. */
export async function documentsIn(file: string): Promise<readonly StudioDocument[]> {
  return documentsInPage(await readFile(file, "utf8")) ?? [];
}
