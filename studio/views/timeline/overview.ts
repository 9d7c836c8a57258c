/** The strip above the drawing: how much happened when, what was found, and which stretch is in view. */
import type { TimelineMoment } from "../../../src/analysis/timeline/data.js";
import type { Opened, Shown } from "./calls.js";
import type { Context } from "./glyphs.js";
import type { Palette } from "./palette.js";
import { type Viewport, whole, xOf } from "./viewport.js";

/** What is drawn. */
export interface OverviewScene {
  readonly shown: Shown | null;
  readonly opened: Opened | null;
  readonly view: Viewport;
  /** How many marks were found in each stretch. */
  readonly found: Uint32Array | undefined;
  readonly moments: readonly TimelineMoment[];
  readonly width: number;
  readonly height: number;
  readonly colours: Palette;
}

/** Draws it. */
export function drawOverview(context: Context, scene: OverviewScene): void {
  const { shown, opened, view, found, moments, width, height, colours } = scene;
  context.fillStyle = colours.raised;
  context.fillRect(0, 0, width, height);
  if (shown === null || opened === null) {
    return;
  }
  const all = whole(opened);
  const place = (clock: number): number => xOf(clock, all, width);
  const { count, changes } = shown.overview;
  const most = Math.log2(1 + count.reduce((one, other) => Math.max(one, other), 1));
  const stretch = (opened.to - opened.from) / count.length;
  const bar = Math.max(1, place(opened.from + stretch) - place(opened.from));
  for (let at = 0; at < count.length; at++) {
    const number = count[at] ?? 0;
    if (number > 0) {
      const left = place(opened.from + at * stretch);
      const high = Math.max(2, (Math.log2(1 + number) / most) * (height - 8));
      const changed = high * ((changes[at] ?? 0) / number);
      context.fillStyle = colours.read;
      context.fillRect(left, height - 2 - high, bar, high);
      context.fillStyle = colours.change;
      context.fillRect(left, height - 2 - changed, bar, changed);
    }
    if ((found?.[at] ?? 0) > 0) {
      context.fillStyle = colours.focus;
      context.fillRect(place(opened.from + at * stretch), 0, Math.max(2, bar), 5);
    }
  }
  context.fillStyle = colours.danger;
  for (const { clock } of moments) {
    context.fillRect(place(clock) - 1, 0, 2, height);
  }
  drawView(context, [place(view.from), place(view.to)], scene);
}

/** The stretch in view, with what is outside of it faded. */
function drawView(
  context: Context,
  [from, to]: readonly [number, number],
  { width, height, colours }: OverviewScene,
): void {
  const wide = Math.max(4, to - from);
  const left = Math.min(Math.max(0, from), width - 4);
  context.fillStyle = colours.raised;
  context.globalAlpha = 0.6;
  context.fillRect(0, 0, left, height);
  context.fillRect(left + wide, 0, width - left - wide, height);
  context.globalAlpha = 1;
  context.strokeStyle = colours.focus;
  context.lineWidth = 2;
  context.strokeRect(left + 1, 1, Math.min(wide, width - left) - 2, height - 2);
}
