/** A map of many thousand slots of a real process: served, dropped on the page, and within a page on disk; its buckets come apart from it. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MapJson, mapDocumentSchema } from "../../../src/document/map-schema.js";
import { maptrap } from "../../support/maptrap-command.js";
import { expectAccessible, holdRequests, withPage, withStudio } from "../support/browser.js";
import { RealFiles } from "../support/real-files.js";
import { withServedStudio } from "../support/served.js";

const folder = mkdtempSync(path.join(tmpdir(), "large-map-"));
const files = new RealFiles(folder);
/** More than four thousand buckets or groups. */
const elements = 30_000;
const made = new Map<string, { readonly file: string; readonly map: MapJson }>();

beforeAll(async () => {
  for (const version of ["1.23", "1.27"] as const) {
    // oxlint-disable-next-line no-await-in-loop -- they are built one after the other
    const file = await files.map(version, elements);
    // oxlint-disable-next-line no-await-in-loop
    const { map } = mapDocumentSchema.parse(JSON.parse(await readFile(file, "utf8")));
    made.set(version, { file, map });
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function madeOf(version: string): { readonly file: string; readonly map: MapJson } {
  const found = made.get(version);
  if (found === undefined) {
    throw new Error(`there is no map of Go ${version}`);
  }
  return found;
}

const grid = (page: Page) => page.getByRole("grid", { name: /^Slots of the/ }).last();

/** Goes to the last slot, and sees that what is said of it and its bytes are those of the file. */
async function expectLastSlot(page: Page, { blocks, tables }: MapJson): Promise<void> {
  const table = tables.at(-1);
  const block = (table?.groups ?? blocks).at(-1);
  await grid(page).focus();
  await page.keyboard.press("Control+End");
  const place =
    table === undefined ? `bucket ${blocks.at(-1)?.index}` : `table ${table.directoryIndexes[0]} group`;
  const said = page.getByRole("region", { name: "Selected" });
  await expect.poll(() => said.innerText()).toContain(place);
  const slot = block?.slots[7];
  await expect.poll(() => said.innerText()).toContain(slot?.state);
  await expect.poll(() => said.innerText()).toContain(block?.address);
  const bytes = page.getByRole("grid", { name: /^Bytes of (?:bucket|table)/ });
  const first = await bytes.getByRole("row").first().innerText();
  expect(first.replaceAll(/\s/g, "")).toContain(block?.bytes?.slice(0, 32));
}

describe("a large map", () => {
  it.each(["1.23", "1.27"])("of Go %s is opened by maptrap studio, its buckets apart", async (version) => {
    const { file, map } = madeOf(version);
    await withServedStudio([file], folder, async (address) =>
      withPage(address, async (page) => {
        await grid(page).waitFor();
        await expect.poll(() => page.getByRole("heading", { level: 2 }).innerText()).toContain("main.stock");
        expect(await page.getByRole("row").count()).toBeLessThan(100);
        await expectLastSlot(page, map);
        await page.getByRole("button", { name: "Keys and elements" }).click();
        await expect
          .poll(() => grid(page).locator(".map-cell-entry").first().innerText())
          .toMatch(/-\d+": \d/);
        await expectAccessible(page);
      }),
    );
  });

  it("says that its buckets are being read, and they can be left alone", async () => {
    const { file } = madeOf("1.23");
    const { before, letGo } = holdRequests(/\/file\/1$/);
    await withServedStudio([file], folder, async (address) =>
      withPage(
        address,
        async (page) => {
          const loading = page.getByRole("status").filter({ hasText: "reading the buckets of the map" });
          await loading.waitFor();
          await expectAccessible(page);
          await page.keyboard.press("d");
          await page.setViewportSize({ width: 390, height: 844 });
          await expectAccessible(page);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
          await loading.getByRole("button", { name: "Cancel" }).click();
          await page.getByText("The buckets of the map were not read.").waitFor();
          await expectAccessible(page);
          letGo();
          await page.getByRole("button", { name: "Read them" }).click();
          await grid(page).waitFor();
        },
        { before },
      ),
    );
  });

  it("is opened in the page itself, and from a page on disk", async () => {
    const { file, map } = madeOf("1.23");
    await withStudio([], async (page) => {
      await page.setInputFiles("input[type=file] >> nth=0", file);
      await grid(page).waitFor();
      await expectLastSlot(page, map);
    });
    const html = path.join(folder, "map.html");
    expect((await maptrap(["studio", "--html", html, file])).status).toBe(0);
    await withPage(pathToFileURL(html).href, async (page) => {
      await grid(page).waitFor();
      await expectLastSlot(page, map);
    });
  });
});
