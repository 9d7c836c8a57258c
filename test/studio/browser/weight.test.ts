/** What the page weighs, in bytes of gzip: what comes before anything is asked for, all of its code, and the page as a single file. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { builtPage, readSinglePage } from "../../../src/cli/studio-server/page-files.js";
import { pageHtml } from "../../../src/document/page.js";
import { withStudio } from "../support/browser.js";

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

describe("the weight of the page", () => {
  it("is under 500 KB before anything is opened, without any WebAssembly", async () => {
    const fetched: string[] = [];
    await withStudio([], async (page) => {
      page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
      await page.reload();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
    });
    const files = servedFiles();
    const sizes = fetched.map((url) => [path.basename(url), files.get(path.basename(url))] as const);
    const index = files.get("index.html") ?? 0;
    const first = sizes.filter(([name, size]) => size !== undefined && name !== "index.html");
    expect(first.length).toBeGreaterThanOrEqual(2);
    expect(first.filter(([name]) => name.endsWith(".wasm"))).toEqual([]);
    const sum = first.reduce((total, [, size]) => total + (size ?? 0), index);
    const later = [...files].filter(
      ([name]) => name !== "index.html" && !first.some(([one]) => one === name),
    );
    process.stdout.write(
      `first: ${(sum / 1000).toFixed(0)} KB; later: ${later.map(([name, size]) => `${name} ${(size / 1000).toFixed(0)} KB`).join(", ")}\n`,
    );
    expect(sum).toBeGreaterThan(10_000);
    expect(sum).toBeLessThan(most);
  });

  it("is under 500 KB with the code of all views", () => {
    const code = [...servedFiles()].filter(([name]) => !name.endsWith(".wasm"));
    const sum = code.reduce((total, [, size]) => total + size, 0);
    process.stdout.write(`all code: ${(sum / 1000).toFixed(0)} KB\n`);
    expect(sum).toBeLessThan(most);
  });

  it("is under 500 KB as a single file", () => {
    const html = [...pageHtml(readSinglePage(), [])].join("");
    process.stdout.write(`single file: ${(zipped(html) / 1000).toFixed(0)} KB\n`);
    expect(zipped(html)).toBeGreaterThan(10_000);
    expect(zipped(html)).toBeLessThan(most);
  });
});
