/** The timeline under fingers: on a touch screen, and on a touchpad, which browsers report as a wheel with Ctrl. */
import type { CDPSession, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { StudioDocument } from "../../../src/document/document.js";
import { withStudio } from "../support/browser.js";
import { realDocuments } from "../support/real-documents.js";

/** A stretch in the middle of the recording. */
const begin = { from: 7_360_000, to: 7_560_000 };

let recorded: StudioDocument;

beforeAll(async () => {
  const [shop] = await realDocuments(["shop.maptrap"]);
  recorded = { ...shop!, handle: "d0" };
});

interface View {
  readonly from: number;
  readonly to: number;
}

/** The stretch in view, as the address has it. */
function viewOf(page: Page): View {
  const [, from, to] = /from=(-?[\d.]+)&to=(-?[\d.]+)/.exec(page.url()) ?? [];
  return { from: Number(from), to: Number(to) };
}

/** Waits until the stretch in view is another one (the address follows a little later), and gives it. */
async function reached(page: Page, from: number, to: number): Promise<View> {
  await expect
    .poll(() => {
      const view = viewOf(page);
      return Math.max(Math.abs(view.from - from), Math.abs(view.to - to)) / (to - from);
    })
    .toBeLessThan(0.01);
  return viewOf(page);
}

const span = ({ from, to }: View): number => to - from;

type Finger = readonly [number, number];

/** Fingers that go down, move in steps from the first places to the last ones, and go up. */
async function fingers(touch: CDPSession, from: readonly Finger[], to: readonly Finger[]): Promise<void> {
  const at = (share: number): { x: number; y: number; id: number }[] =>
    from.map(([x, y], id) => ({
      x: x + ((to[id]?.[0] ?? x) - x) * share,
      y: y + ((to[id]?.[1] ?? y) - y) * share,
      id,
    }));
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step <= 8; step++) {
    await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step / 8) });
  }
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** The timeline of a recording; what `use` gets is where the drawing is. */
async function withTimeline(
  { from, to }: View,
  use: (page: Page, box: { x: number; y: number; width: number }) => Promise<void>,
): Promise<void> {
  await withStudio(
    [recorded],
    async (page) => {
      const drawing = page.getByRole("application");
      await expect.poll(() => drawing.getAttribute("aria-label")).toMatch(/[1-9][\d,]* marks? in view/);
      await use(page, (await drawing.boundingBox())!);
    },
    { hash: `#/d0/timeline?from=${from}&to=${to}`, width: 390, height: 800 },
  );
}

describe("the timeline under fingers", () => {
  it("moves under one finger, is zoomed by two, and keeps in place what is under them", async () => {
    await withTimeline(begin, async (page, { x, y, width }) => {
      const touch = await page.context().newCDPSession(page);
      const row = y + 120;
      const places = (...parts: readonly number[]): Finger[] => parts.map((part) => [x + width * part, row]);
      await fingers(touch, places(0.7), places(0.4));
      const moved = await reached(page, begin.from + 60_000, begin.to + 60_000);

      // Apart: three times as close around their middle, which is that of the drawing.
      await fingers(touch, places(0.4, 0.6), places(0.2, 0.8));
      const third = span(moved) / 3;
      const closer = await reached(page, moved.from + third, moved.to - third);

      // Together: further.
      await fingers(touch, places(0.2, 0.8), places(0.4, 0.6));
      const further = await reached(page, closer.from - third, closer.to + third);

      // One nearly above the other, they come closer and go up: that is no zoom. One finger moves afterwards.
      const above = x + width / 2;
      const below = above + 2;
      await fingers(
        touch,
        [
          [above, row],
          [below, row + 60],
        ],
        [
          [above + 2, row - 40],
          [below - 2, row - 10],
        ],
      );
      await fingers(touch, places(0.4), places(0.7));
      const last = await reached(page, further.from - span(further) * 0.3, further.to - span(further) * 0.3);
      expect(span(last) / span(further)).toBeCloseTo(1, 3);

      expect(await page.evaluate(() => [visualViewport?.scale, scrollX])).toEqual([1, 0]);
      // None of it was a tap.
      expect(page.url()).not.toContain("select=");
    });
  });

  it("selects what is tapped", async () => {
    // A write of goroutine 7, whose lane is the first one, in the middle.
    await withTimeline({ from: 7_200_000, to: 7_400_000 }, async (page, { x, y, width }) => {
      const touch = await page.context().newCDPSession(page);
      const touchPoints = [{ x: x + width / 2, y: y + 24 + 48 + 20 }];
      // The finger is not there so long that it would be a long press.
      await Promise.all([
        touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints }),
        touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] }),
      ]);
      await expect.poll(() => page.url()).toContain("select=g7&at=7300000");
    });
  });

  it("is zoomed by a touchpad around the pointer, a little with each event, and the page is not", async () => {
    await withTimeline(begin, async (page, { x, y, width }) => {
      await page.mouse.move(x + width / 4, y + 90);
      await page.keyboard.down("Control");
      for (let event = 0; event < 10; event++) {
        await page.mouse.wheel(0, -5);
      }
      const anchor = begin.from + span(begin) / 4;
      const closer = span(begin) * Math.exp(-0.5);
      await reached(page, anchor - closer / 4, anchor + (closer * 3) / 4);
      // A mouse's wheel with Ctrl has long steps.
      await page.mouse.wheel(0, 400);
      await page.keyboard.up("Control");
      const further = closer * Math.exp(0.6);
      await reached(page, anchor - further / 4, anchor + (further * 3) / 4);
      expect(await page.evaluate(() => [visualViewport?.scale, devicePixelRatio])).toEqual([1, 1]);
    });
  });
});
