/**
 * What the page weighs, in bytes of gzip: what comes first, what has come when every view was shown, and the page as a single file. What
 * reads files that are dropped into the page comes with the first of them.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { builtPage, readSinglePage } from "../../../src/cli/studio-server/page-files.js";
import { pageHtml } from "../../../src/document/page.js";
import { viewIsThere, withStudio } from "../support/browser.js";
import { realDocuments } from "../support/real-documents.js";

const most = 500_000;
const zipped = (bytes: Buffer | string): number => gzipSync(bytes, { level: 9 }).length;

/** All files of the served page, by name. */
function servedFiles(): ReadonlyMap<string, number> {
  const folder = builtPage("served");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes("."),
  );
  return new Map(names.map((name) => [path.basename(name), zipped(readFileSync(path.join(folder, name)))]));
}

/** Notes what a page fetches of the files. */
function noteFetched(page: Page): Set<string> {
  const fetched = new Set<string>();
  page.on("request", (request) => fetched.add(path.basename(new URL(request.url()).pathname)));
  return fetched;
}

/** The bytes of those files, with the page itself. */
function sumOf(fetched: ReadonlySet<string>): { readonly sum: number; readonly wasm: readonly string[] } {
  const files = servedFiles();
  const named = [...fetched].filter((name) => files.has(name) && name !== "index.html");
  expect(named.length).toBeGreaterThanOrEqual(2);
  const code = ["index.html", ...named.filter((name) => !name.endsWith(".wasm"))];
  return {
    sum: code.reduce((total, name) => total + (files.get(name) ?? 0), 0),
    wasm: named.filter((name) => name.endsWith(".wasm")),
  };
}

const inKilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;

describe("the weight of the page", () => {
  it("is under 500 KB, before anything is opened and with every view shown; no WebAssembly", async () => {
    const documents = await realDocuments([
      "trap-case.json",
      "shop.maptrap",
      "map-1.23.json",
      "asm-1.23.json",
      "explore.json",
    ]);
    await withStudio(documents, async (page) => {
      const fetched = noteFetched(page);
      await page.reload();
      await viewIsThere(page);
      await page.waitForLoadState("networkidle");
      const first = sumOf(fetched);
      for (const place of [
        "d0/finding",
        "d1/timeline",
        "d2/memory",
        "d0/goroutines",
        "d3/instructions",
        "d4/model",
      ]) {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, `#/${place}`);
        await page.locator(`nav a[aria-current=page][href="#/${place}"]`).waitFor();
        await expect.poll(() => page.locator("main .state-loading").count()).toBe(0);
      }
      await page.waitForLoadState("networkidle");
      const all = sumOf(fetched);
      process.stdout.write(`first ${inKilobytes(first.sum)}, with every view ${inKilobytes(all.sum)}\n`);
      expect(first.sum).toBeGreaterThan(10_000);
      expect(all.sum).toBeGreaterThan(first.sum);
      expect(all.sum).toBeLessThan(most);
      expect(all.wasm).toEqual([]);
    });
  });

  it("is under 500 KB as a single file", () => {
    const html = [...pageHtml(readSinglePage(), [])].join("");
    process.stdout.write(`single file ${inKilobytes(zipped(html))}\n`);
    expect(zipped(html)).toBeGreaterThan(10_000);
    expect(zipped(html)).toBeLessThan(most);
  });
});
