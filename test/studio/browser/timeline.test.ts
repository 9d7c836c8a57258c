/** The timeline as a person uses it, with what real commands recorded and traced (test/fixtures/studio), and a made recording. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { StudioDocument } from "../../../src/document/document.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import { encodeEventFile } from "../../support/event-file.js";
import { conflictClock, recordedShop } from "../../support/recordings.js";
import { expectAccessible, picture, withStudio } from "../support/browser.js";
import { realDocuments } from "../support/real-documents.js";

const hash = "#/d0/timeline";
let recorded: StudioDocument;
let traced: StudioDocument;
let trapped: StudioDocument;

beforeAll(async () => {
  const [shop, trace, trap] = await realDocuments(["shop.maptrap", "trace-1.23.json", "trap-case.json"]);
  recorded = { ...shop!, handle: "d0" };
  traced = { ...trace!, handle: "d0" };
  trapped = { ...trap!, handle: "d0" };
});

/** What the drawing says of itself. */
async function label(page: Page): Promise<string> {
  return (await page.getByRole("application").getAttribute("aria-label")) ?? "";
}

/** Marks in view. */
async function inView(page: Page): Promise<number> {
  return Number(/([\d,]+) marks? in view/.exec(await label(page))?.[1]?.replaceAll(",", "") ?? NaN);
}

/** The stretch in view, as the drawing says it. */
async function stretch(page: Page): Promise<string> {
  return /from .* to .* (?:after|from)/.exec(await label(page))?.[0] ?? "";
}

async function drawn(page: Page): Promise<void> {
  await expect.poll(async () => inView(page)).toBeGreaterThan(0);
}

/** Whether a colour of the theme is on the drawing, at least so many pixels of it. */
async function pixelsOf(page: Page, name: string): Promise<number> {
  return page.evaluate(async (token) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const canvas = document.querySelector<HTMLCanvasElement>(".timeline-canvas");
    const context = canvas?.getContext("2d");
    const colour = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
    if (canvas === null || context === null || context === undefined) {
      return 0;
    }
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      count += data[at] === r && data[at + 1] === g && data[at + 2] === b ? 1 : 0;
    }
    return count;
  }, name);
}

const selected = (page: Page): Promise<string | null> => page.textContent(".timeline-details");

/** What is selected, as the address has it. */
function selectedAt(page: Page): string {
  const params = new URLSearchParams(page.url().split("?")[1] ?? "");
  return `${params.get("select") ?? ""} ${params.get("at") ?? ""}`;
}

describe("the timeline of a recording", () => {
  it("shows lanes, bands and the conflict, and as many events as the reader of event files has", async () => {
    await withStudio(
      [recorded],
      async (page) => {
        await drawn(page);
        const { events } = readEventFile(encodeEventFile(recordedShop), "shop").recording!;
        const goroutines = new Set(events.goroutine).size;
        await expect
          .poll(() => page.textContent(".timeline-head"))
          .toContain(`${events.length} events of ${goroutines} goroutines on 1 map`);
        // The lines that join both sides, growth, marking, the write barrier, reads and writes.
        for (const name of ["--danger", "--growth", "--gc", "--barrier", "--side-a", "--side-b"]) {
          // Marks come from the worker, after the stretch that they are in is shown.
          await expect.poll(() => pixelsOf(page, name), { message: name }).toBeGreaterThan(20);
        }
        // The recorder does not know when a writer's mark is set.
        await expect.poll(() => pixelsOf(page, "--marked-soft")).toBe(0);
        await expect
          .poll(() => page.textContent(".timeline-legend"))
          .toContain("is not recorded, so it is not drawn");
        await expectAccessible(page);
        await picture(page, "timeline-recording");
        await page.keyboard.press("0");
        await expect.poll(() => inView(page)).toBe(events.length);
      },
      { hash },
    );
  });

  it("zooms around the pointer, moves by drag and keys, and shows all again", async () => {
    await withStudio(
      [recorded],
      async (page) => {
        await drawn(page);
        await page.keyboard.press("0");
        const whole = await stretch(page);
        const box = (await page.getByRole("application").boundingBox())!;
        await page.mouse.move(box.x + box.width * 0.9, box.y + 90);
        const all = readEventFile(encodeEventFile(recordedShop), "shop").recording!.events.length;
        await expect.poll(() => inView(page)).toBe(all);
        await page.mouse.wheel(0, -600);
        await expect.poll(() => stretch(page)).not.toBe(whole);
        await expect.poll(() => inView(page)).toBeLessThan(all);
        await expect.poll(() => page.url()).toMatch(/from=\d+&to=\d+/);
        const closer = await stretch(page);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.5, box.y + 90, { steps: 4 });
        await page.mouse.up();
        await expect.poll(() => stretch(page)).not.toBe(closer);
        const dragged = await stretch(page);
        await page.keyboard.press("ArrowLeft");
        await expect.poll(() => stretch(page)).not.toBe(dragged);
        await page.keyboard.press("+");
        await page.keyboard.press("-");
        await page.keyboard.press("0");
        await expect.poll(() => stretch(page)).toBe(whole);
        await page.getByRole("button", { name: "To the conflict" }).click();
        await expect.poll(() => stretch(page)).not.toBe(whole);
        await expect.poll(() => pixelsOf(page, "--danger")).toBeGreaterThan(20);
      },
      { hash },
    );
  });

  it("selects by keys and by clicks, says all that is known, and goes back", async () => {
    await withStudio(
      [recorded],
      async (page) => {
        await drawn(page);
        await page.getByRole("application").focus();
        await page.keyboard.press("f");
        await page.keyboard.press("Enter");
        await expect.poll(() => selected(page)).toMatch(/write cache\.go:\d+/);
        await expect.poll(() => selected(page)).toContain("g7");
        await expect.poll(() => selected(page)).toContain("map[string]int");
        await expect.poll(() => selectedAt(page)).toMatch(/^g7 \d+$/);
        const first = selectedAt(page);
        await page.keyboard.press("[");
        await expect.poll(() => selectedAt(page)).not.toBe(first);
        await page.keyboard.press("ArrowDown");
        await expect.poll(() => selected(page)).toContain("g8");
        await page.goBack();
        await expect.poll(() => selected(page)).toContain("g7");
        await page.goBack();
        await expect.poll(() => selectedAt(page)).toBe(first);
        // The band of growth in the row of the map.
        const box = (await page.getByRole("application").boundingBox())!;
        await page.keyboard.press("Escape");
        await expect.poll(() => selected(page)).toContain("Nothing is selected");
        await page.getByRole("button", { name: "mark ›" }).click();
        await expect.poll(() => selected(page)).not.toContain("Nothing is selected");
        await page.mouse.click(box.x + 3, box.y + box.height - 3);
        await picture(page, "timeline-selected");
      },
      { hash },
    );
  });

  it("finds marks, counts them, and goes from one to the next", async () => {
    await withStudio(
      [recorded],
      async (page) => {
        await drawn(page);
        await page.keyboard.press("/");
        await page.keyboard.type("g7 write");
        await expect.poll(() => page.textContent(".timeline-count")).toBe("3 matches");
        await page.keyboard.press("Enter");
        await expect.poll(() => page.textContent(".timeline-count")).toBe("1 of 3 matches");
        await expect.poll(() => selected(page)).toMatch(/write/);
        const before = selectedAt(page);
        await page.getByRole("button", { name: "Next match" }).click();
        await expect.poll(() => page.textContent(".timeline-count")).toBe("2 of 3 matches");
        await expect.poll(() => selectedAt(page)).not.toBe(before);
        await page.getByRole("searchbox").fill("nothing like this");
        await expect.poll(() => page.textContent(".timeline-count")).toBe("0 matches");
      },
      { hash },
    );
  });

  it("lists what is in view for those who read, and goes to a finding by its address", async () => {
    await withStudio(
      [recorded],
      async (page) => {
        await drawn(page);
        const conflict = recorded.case!.observations.find(({ kind }) => kind === "conflict");
        expect(conflict).toMatchObject({ atNanoseconds: conflictClock });
        await page.getByRole("button", { name: "List the marks in view" }).click();
        const list = page.getByRole("listbox", { name: "Marks in view" });
        // It follows what is in view a little later.
        await expect.poll(async () => list.getByRole("option").count()).toBeGreaterThan(3);
        await expect
          .poll(async () => Number(await list.getByRole("option").first().getAttribute("aria-setsize")))
          .toBe(await inView(page));
        await list.getByRole("option").filter({ hasText: "g7" }).filter({ hasText: "write" }).last().click();
        await expect.poll(() => selected(page)).toContain("write");
        await expectAccessible(page);
      },
      { hash: `${hash}?finding=m0` },
    );
  });

  it("is readable on a telephone, in the dark", async () => {
    await withStudio(
      [recorded],
      async (page) => {
        await drawn(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await expectAccessible(page);
        await picture(page, "timeline-narrow-dark");
      },
      { hash, width: 390, height: 844, theme: "dark" },
    );
  });
});

describe("the timeline of a trace under GDB", () => {
  it("shows for how long a writer's mark is set, and each event in the words of the text report", async () => {
    await withStudio(
      [traced],
      async (page) => {
        await drawn(page);
        await expect.poll(() => inView(page)).toBe(traced.trace!.events.length);
        await expect.poll(() => pixelsOf(page, "--marked-soft")).toBeGreaterThan(200);
        await page.getByRole("application").focus();
        await page.keyboard.press("Enter");
        await page.keyboard.press("]");
        await expect.poll(() => selected(page)).toMatch(/flags|count|grow/);
        const set = traced.trace!.events.find((event) => event.kind === "flags" && event.mark === "set")!;
        await page.getByRole("searchbox").fill("mark set");
        await expect.poll(() => page.textContent(".timeline-count")).toMatch(/^[\d,]+ matches$/);
        await page.getByRole("searchbox").press("Enter");
        await expect.poll(() => selected(page)).toContain("flags 0 → 4 (hashWriting)");
        await expect.poll(() => selected(page)).toContain(`g${set.goroutine}`);
        await expectAccessible(page);
        await picture(page, "timeline-trace-dark");
        await page.getByRole("link", { name: "The map's header at this event" }).click();
        await expect.poll(() => page.textContent("main")).toContain(`The mark of a writer is set`);
        await page.goBack();
        await expect.poll(() => selected(page)).toContain("flags 0 → 4 (hashWriting)");
      },
      { hash, theme: "dark" },
    );
  });
});

describe("the timeline of the trap", () => {
  it("shows how long a side was held, up to the moment at which the other one came", async () => {
    await withStudio(
      [trapped],
      async (page) => {
        await drawn(page);
        await expect.poll(() => pixelsOf(page, "--side-b-soft")).toBeGreaterThan(200);
        const box = (await page.getByRole("application").boundingBox())!;
        const conflict = trapped.case!.observations.find((one) => one.kind === "conflict")!;
        expect(conflict.kind === "conflict" && conflict.sides[0].heldNanoseconds).toBeGreaterThan(0);
        await page.mouse.click(box.x + box.width * 0.4, box.y + 72 + 23);
        await expect.poll(() => selected(page)).toContain("held in the trap");
        await expect.poll(() => page.url()).toMatch(/select=g\d+&at=[\d.]+&until=[\d.]+/);
        await page.reload();
        await expect.poll(() => selected(page)).toContain("held in the trap");
        await expectAccessible(page);
        await picture(page, "timeline-trap");
      },
      { hash },
    );
  });
});
