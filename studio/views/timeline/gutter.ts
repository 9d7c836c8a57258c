/** The names of the lanes, beside the drawing. */
import { countText } from "../../../src/case/count.js";
import { cut, shown as shownText } from "../../../src/report/text/shown.js";
import type { Opened, Shown } from "./calls.js";
import type { Context } from "./glyphs.js";
import type { Palette } from "./palette.js";
import { axisHeight, lanesTop, rowHeight } from "./session.js";

/** What is drawn. */
export interface GutterScene {
  readonly opened: Opened | null;
  readonly shown: Shown | null;
  readonly scroll: number;
  readonly laneHeight: number;
  readonly scrollEnd: number;
  readonly width: number;
  readonly height: number;
  /** Position of the selected lane; -1 the map, -2 the garbage collector. */
  readonly selected: number | undefined;
  /** Lanes of the conflict's sides. */
  readonly sides: ReadonlySet<number>;
  readonly colours: Palette;
}

/** Draws them. */
export function drawGutter(context: Context, scene: GutterScene): void {
  const { colours, width, height, shown, laneHeight } = scene;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(0, lanesTop, width, height - lanesTop);
  context.clip();
  const first = Math.floor(scene.scroll / laneHeight);
  const count = shown?.order.length ?? 0;
  for (let position = first; position < count; position++) {
    const y = lanesTop + position * laneHeight - scene.scroll;
    if (y > height) {
      break;
    }
    drawName(context, scene, position, y);
  }
  context.restore();
  drawRows(context, scene);
  drawScrollBar(context, scene, count);
}

function drawName(context: Context, scene: GutterScene, position: number, y: number): void {
  const { colours, width, opened, shown, sides, laneHeight } = scene;
  const lane = shown?.order[position] ?? 0;
  const id = opened?.ids[lane] ?? -1;
  if (position % 2 === 1) {
    context.fillStyle = colours.raised;
    context.fillRect(0, y, width, laneHeight);
  }
  if (scene.selected === position) {
    context.fillStyle = colours.focus;
    context.fillRect(0, y + 2, 3, laneHeight - 4);
  }
  const middle = y + laneHeight / 2;
  const handle = id < 0 ? "g?" : id === 0 ? "g0" : `g${id}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = `bold 13px ${colours.mono}`;
  context.fillStyle = colours.text;
  let left = 8;
  if (sides.has(lane)) {
    context.fillStyle = colours.danger;
    context.fillText("●", left, middle);
    left += 14;
    context.fillStyle = colours.text;
  }
  context.fillText(handle, left, middle);
  left += context.measureText(handle).width + 8;
  context.font = `12px ${colours.sans}`;
  context.fillStyle = colours.quiet;
  const uses = countText(shown?.uses[lane] ?? 0);
  const usesWidth = context.measureText(uses).width;
  context.fillText(uses, width - usesWidth - 12, middle);
  const name = opened?.names[opened.nameOf[lane] ?? 0] ?? "";
  const room = width - usesWidth - 18 - left;
  if (name !== "" && room > 30) {
    context.fillText(fitting(context, shownText(name.replace(/^.*\//, "")), room), left, middle);
  }
}

/** Text that is not wider than there is room. */
function fitting(context: Context, text: string, room: number): string {
  if (context.measureText(text).width <= room) {
    return text;
  }
  const each = context.measureText("n").width;
  let length = Math.min(text.length, Math.ceil((room / each) * 1.4));
  while (length > 2 && context.measureText(cut(text, length)).width > room) {
    length--;
  }
  return cut(text, length);
}

function drawRows(context: Context, { colours, width, selected, height }: GutterScene): void {
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, lanesTop);
  context.font = `12px ${colours.sans}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = colours.quiet;
  context.fillText("goroutine", 8, axisHeight / 2);
  const marks = width < 130 ? "" : "marks";
  context.fillText(marks, width - context.measureText(marks).width - 12, axisHeight / 2);
  context.fillStyle = colours.growth;
  context.fillText(width < 130 ? "the map" : "the map (growth)", 8, axisHeight + rowHeight / 2);
  context.fillStyle = colours.gc;
  context.fillText("GC", 8, axisHeight + rowHeight * 1.5);
  context.fillStyle = colours.focus;
  if (selected === -1 || selected === -2) {
    context.fillRect(0, axisHeight + (selected === -1 ? 0 : rowHeight) + 2, 3, rowHeight - 4);
  }
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const y of [axisHeight, axisHeight + rowHeight, lanesTop]) {
    context.moveTo(0, y + 0.5);
    context.lineTo(width, y + 0.5);
  }
  context.moveTo(width - 0.5, 0);
  context.lineTo(width - 0.5, height);
  context.stroke();
}

/** Which part of the lanes is in view. */
function drawScrollBar(
  context: Context,
  { colours, width, height, scroll, scrollEnd, laneHeight }: GutterScene,
  count: number,
): void {
  if (scrollEnd <= 0) {
    return;
  }
  const room = height - lanesTop;
  const length = Math.max(18, (room * room) / (count * laneHeight));
  const top = lanesTop + (room - length) * (scroll / scrollEnd);
  context.fillStyle = colours.quiet;
  context.fillRect(width - 5, top, 3, length);
}
