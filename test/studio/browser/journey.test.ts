/**
 * As somebody uses it who has a case: files made by the real commands from examples/, opened by `maptrap studio`, looked at from the
 * finding to its moment, the map's memory, the goroutines, the instructions and the model. Pictures of it go to .cache/pictures.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maptrap } from "../../support/maptrap-command.js";
import { picture, withPage } from "../support/browser.js";
import { RealFiles } from "../support/real-files.js";
import { withServedStudio } from "../support/served.js";

const folder = mkdtempSync(path.join(tmpdir(), "studio-"));
const files = new RealFiles(folder);
let made: {
  readonly trapCase: string;
  readonly recording: string;
  readonly crashText: string;
  readonly stop: string;
  readonly trace: string;
  readonly classicMap: string;
  readonly swissMap: string;
  readonly asm: string;
  readonly exploration: string;
};

beforeAll(async () => {
  const [trapCase, recorded, asm, trace, classicMap, swissMap, exploration, stop] = await Promise.all([
    files.trapCase(),
    files.recorded("1.23"),
    files.asm("1.23"),
    files.trace("1.23"),
    files.map("1.23"),
    files.map("1.27"),
    files.exploration(),
    files.stop("1.27"),
  ]);
  const { file: recording, crashText } = recorded;
  made = { trapCase, recording, crashText, stop, trace, classicMap, swissMap, asm, exploration };
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const title = (page: Page): Promise<string> => page.getByRole("heading", { level: 1 }).innerText();
const tab = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
const side = (page: Page, letter: string) => page.getByRole("region", { name: `Side ${letter}` });
const main = (page: Page): Promise<string> => page.innerText("main");

/** Opens files as `maptrap studio` does. */
async function withFiles(
  names: readonly string[],
  use: (page: Page) => Promise<void>,
  size: { readonly width?: number; readonly height?: number } = {},
): Promise<void> {
  await withServedStudio(names, await files.source(), (address) => withPage(address, use, size));
}

describe("a recording of a crash", () => {
  it("leads from both sides to their moment, and back", async () => {
    await withFiles([made.recording], async (page) => {
      await expect.poll(() => title(page)).toMatch(/^m0\s*concurrent map read and map write\s*caught$/);
      await expect
        .poll(() => side(page, "A").locator("[aria-current]").innerText())
        .toContain("m[i] = i * 2");
      await expect.poll(() => side(page, "B").locator("[aria-current]").innerText()).toContain("_ = m[i]");
      await expect
        .poll(() => side(page, "A").innerText())
        .toMatch(/started by goroutine 1 in main\.main, main\.go:11/);
      await picture(page, "journey-finding");

      await page.getByRole("link", { name: "Its moment in the timeline" }).click();
      await expect.poll(() => main(page)).toMatch(/2 goroutines/);
      await expect.poll(() => main(page)).toMatch(/marks? in view/);
      await picture(page, "journey-timeline");
      const span = async (): Promise<string> =>
        page
          .getByText(/^Timeline: \d/)
          .first()
          .innerText();
      const before = await span();
      await page.getByRole("button", { name: "Zoom in" }).click();
      await expect.poll(span).not.toBe(before);
      await page.keyboard.press("0");
      // Whether the map has grown when Go's check ends the program is up to chance; that it was written to is not.
      const next = page.getByRole("button", { name: "Next match" });
      await page.getByRole("searchbox").fill("write");
      await expect.poll(async () => next.isEnabled()).toBe(true);
      await next.click();
      await expect.poll(() => page.url()).toContain("select=");
      await expect.poll(() => main(page)).not.toContain("Nothing is selected");

      await tab(page, "Goroutines").click();
      await expect
        .poll(() =>
          page
            .getByRole("option")
            .filter({ hasText: /main\.main\.func/ })
            .count(),
        )
        .toBe(2);
      await page.goBack();
      await expect.poll(() => title(page)).toBe("Timeline");
      await page.keyboard.press("1");
      await expect.poll(() => title(page)).toMatch(/^m0/);
    });
  });
});

describe("a conflict that was trapped", () => {
  it("is shown with what orders it and what does not, at 390 pixels, too", async () => {
    await withFiles(
      [made.trapCase],
      async (page) => {
        await expect.poll(() => title(page)).toContain("caught");
        await expect.poll(() => main(page)).toMatch(/Both sides need the same lock/);
        await expect.poll(() => main(page)).toMatch(/nothing new since it was started/);
        await picture(page, "journey-finding-narrow");
      },
      { width: 390, height: 844 },
    );
  });
});

describe("a stop under GDB", () => {
  it("shows who is on the map, and the map's memory", async () => {
    await withFiles([made.stop], async (page) => {
      await expect.poll(() => title(page)).toMatch(/concurrent map writes/);
      await page.getByRole("link", { name: "Its memory, bucket by bucket" }).click();
      await expect.poll(() => page.locator(".map-memory").count()).toBe(1);
      await tab(page, "Goroutines").click();
      await expect.poll(() => main(page)).toMatch(/main\.worker/);
      await picture(page, "journey-goroutines");
      await page.getByRole("checkbox", { name: /shares the map/ }).check();
      await expect.poll(() => main(page)).toMatch(/\d of \d+ goroutines/);
    });
  });
});

describe("a trace under GDB", () => {
  it("is gone through event by event, with the flag and the growth", async () => {
    await withFiles([made.trace], async (page) => {
      await expect.poll(() => main(page)).toMatch(/301 events of 1 goroutine on 1 map/);
      await expect.poll(() => main(page)).toMatch(/a writer's mark \(flag\) is set/);
      await picture(page, "journey-timeline-trace");
      await tab(page, "Map memory").click();
      const event = page.getByRole("region", { name: "This event" });
      await event.waitFor();
      // A trace that no fatal error ended is begun with at its beginning.
      await expect.poll(() => event.innerText()).toMatch(/flags 0 → 4 \(hashWriting\)/);
      await page.getByRole("button", { name: "Next state" }).click();
      await expect.poll(() => event.innerText()).toMatch(/flags 4 → 0/);
      await page.goBack();
      await expect.poll(() => event.innerText()).toMatch(/flags 0 → 4/);
    });
  });
});

describe("maps as they lie in memory", () => {
  it("classic while it grows, swiss with two tables", async () => {
    await withFiles([made.classicMap, made.swissMap], async (page) => {
      const map = page.locator(".map-memory");
      await expect.poll(() => map.getAttribute("aria-label")).toMatch(/107 elements/);
      await expect.poll(() => main(page)).toMatch(/[3-6] of 16 old buckets have moved/);
      await page.getByRole("grid").first().locator(".map-cell-full").first().click();
      await expect.poll(() => page.getByRole("region", { name: "Selected" }).innerText()).toMatch(/tophash/);
      await picture(page, "journey-memory");
      await page.getByRole("combobox", { name: "Which map" }).selectOption({ index: 1 });
      await expect.poll(() => map.getAttribute("aria-label")).toMatch(/1,?000 elements/);
      await picture(page, "journey-memory-swiss");
    });
  });
});

describe("map functions as instructions", () => {
  it("shows the window of the mark in one and the test in the other", async () => {
    await withFiles([made.asm], async (page) => {
      await page.getByRole("grid").waitFor();
      await expect.poll(() => main(page)).toMatch(/mapassign_fast64/);
      await page.getByRole("button", { name: "To the window" }).click();
      await expect.poll(() => main(page)).toMatch(/SETS (?:the )?mark/);
      await picture(page, "journey-instructions");
    });
  });
});

describe("the model", () => {
  it("tells how it can happen, step by step", async () => {
    await withFiles([made.exploration], async (page) => {
      const end = page.getByRole("button", { name: /fatal error: concurrent map read and map write/ });
      await end.first().waitFor({ timeout: 60_000 });
      await expect.poll(() => main(page)).toMatch(/172,985,932,831 interleavings/);
      await picture(page, "journey-model");
      await end.first().click();
      await expect.poll(() => page.locator(".model-stepper").count()).toBe(1);
      await page.getByRole("group", { name: "Steps" }).getByRole("button").last().click();
      await expect.poll(() => page.innerText(".model-stepper")).toMatch(/step (\d+) of \1/);
      await page.locator(".model-run").evaluate((run) => {
        run.scrollIntoView();
      });
      await picture(page, "journey-model-run");
    });
  });
});

describe("one file with the page and the case", () => {
  it("is opened from disk, by somebody who has nothing else", async () => {
    const page = path.join(folder, "case.html");
    const written = await maptrap(["studio", "--html", page, made.recording, made.trace], {
      cwd: await files.source(),
    });
    expect(written.status, written.stderr).toBe(0);
    await withPage(pathToFileURL(page).href, async (shown) => {
      await expect.poll(() => title(shown)).toMatch(/^m0/);
      await expect
        .poll(() => side(shown, "A").locator("[aria-current]").innerText())
        .toContain("m[i] = i * 2");
      await tab(shown, "Timeline").click();
      await expect.poll(() => main(shown)).toMatch(/marks? in view/);
      await tab(shown, "Model").click();
      await shown.getByRole("button", { name: "Explore", exact: true }).click();
      await shown
        .getByRole("button", { name: /fatal error/ })
        .first()
        .waitFor({ timeout: 60_000 });
    });
  });
});

describe("nothing but a text", () => {
  it("is explained in the page when it is pasted", async () => {
    await withFiles([], async (page) => {
      await page
        .getByLabel("Or paste what it printed")
        .fill(made.crashText.split("==================")[0] ?? "");
      await page.getByRole("button", { name: "Explain" }).click();
      await expect.poll(() => main(page)).toMatch(/concurrent map read and map write/);
      await expect.poll(() => main(page)).toMatch(/main\.go:20/);
    });
  });
});
