/** Draws what is in view. Everything is placed by its time, so that an older part can be drawn while a newer one is on its way. */
import type { TimelineMoment } from "../../../src/analysis/timeline/data.js";
import { glyphs } from "../../../src/analysis/timeline/marks.js";
import { spanKinds } from "../../../src/analysis/timeline/spans.js";
import { ticks } from "./axis.js";
import type { CellColumns, DrawnPart, SpanColumns } from "./calls.js";
import { type Context, drawGlyph } from "./glyphs.js";
import type { Palette } from "./palette.js";
import { axisHeight, lanesTop, rowHeight, type Size } from "./session.js";
import { stepOf, type Viewport } from "./viewport.js";

/** What is drawn. */
export interface Scene {
  readonly part: DrawnPart | null;
  readonly view: Viewport;
  readonly size: Size;
  readonly scroll: number;
  readonly laneHeight: number;
  readonly zero: number;
  /** How many lanes there are, and where one of them is; -1 where it is not shown. */
  readonly lanes: number;
  readonly positionOf: (lane: number) => number;
  readonly moments: readonly TimelineMoment[];
  readonly moment: TimelineMoment | null;
  readonly selection: DrawnSelection | null;
  readonly colours: Palette;
}

/** What is selected. */
export interface DrawnSelection {
  /** Position of the lane; -1 for the row of the map, -2 for that of the garbage collector. */
  readonly position: number;
  readonly clock: number;
  /** Where a bar ends; undefined for a mark. */
  readonly end: number | undefined;
}

/** Half the size of a mark. */
const half = 4.5;
/** Marks with this much room on both sides are drawn as what they are. */
const roomOfMark = 5;

/** Draws all of it. */
export function drawTimeline(context: Context, scene: Scene): void {
  const { size, colours } = scene;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, size.width, size.height);
  drawStripes(context, scene);
  context.save();
  context.beginPath();
  context.rect(0, axisHeight, size.width, size.height - axisHeight);
  context.clip();
  if (scene.part !== null) {
    drawBands(context, scene, scene.part);
    context.save();
    context.beginPath();
    context.rect(0, lanesTop, size.width, size.height - lanesTop);
    context.clip();
    drawBars(context, scene, scene.part);
    const firstLane = scene.part.screen.firstLane;
    drawCells(context, scene, scene.part.cells, {
      top: (row) => laneY(scene, row + firstLane),
      height: scene.laneHeight,
    });
    context.restore();
    drawCells(context, scene, scene.part.mapCells, {
      top: () => axisHeight,
      height: rowHeight,
      colour: colours.growth,
    });
    drawCells(context, scene, scene.part.gcCells, {
      top: () => axisHeight + rowHeight,
      height: rowHeight,
      colour: colours.gc,
    });
  }
  context.restore();
  drawAxis(context, scene);
  drawMoments(context, scene);
  drawSelection(context, scene);
}

function x(scene: Scene, clock: number): number {
  return ((clock - scene.view.from) / (scene.view.to - scene.view.from)) * scene.size.width;
}

/** The upper edge of a lane. */
function laneY({ scroll, laneHeight }: Scene, position: number): number {
  return lanesTop + position * laneHeight - scroll;
}

function drawStripes(context: Context, scene: Scene): void {
  const { size, colours, lanes, scroll, laneHeight } = scene;
  context.fillStyle = colours.raised;
  const first = Math.floor(scroll / laneHeight);
  for (let position = first; position < lanes; position++) {
    const y = laneY(scene, position);
    if (y > size.height) {
      break;
    }
    if (position % 2 === 1) {
      context.fillRect(0, Math.max(y, lanesTop), size.width, Math.min(laneHeight, y + laneHeight - lanesTop));
    }
  }
}

/** Growth and the garbage collector: in their own rows, and paler over all lanes. */
function drawBands(context: Context, scene: Scene, part: DrawnPart): void {
  const { colours, size } = scene;
  const down = size.height - lanesTop;
  const band = (spans: SpanColumns, at: number): readonly [number, number] => {
    const from = Math.max(-2, x(scene, spans.start[at] ?? 0));
    const to = Math.min(size.width + 2, x(scene, spans.end[at] ?? 0));
    return [from, Math.max(1, to - from)];
  };
  for (let at = 0; at < part.gc.length; at++) {
    const [from, width] = band(part.gc, at);
    const kind = part.gc.kind[at];
    const y = axisHeight + rowHeight;
    if (kind === spanKinds.barrier) {
      context.fillStyle = hatch(context, colours.barrier);
      context.globalAlpha = 0.35;
      context.fillRect(from, lanesTop, width, down);
      context.globalAlpha = 1;
      context.fillStyle = colours.barrier;
      context.fillRect(from, y + rowHeight - 6, width, 4);
    } else if (kind === spanKinds.sweep) {
      context.fillStyle = colours.quiet;
      context.fillRect(from, y + rowHeight / 2 - 1, width, 2);
    } else {
      context.fillStyle = colours.gcSoft;
      context.globalAlpha = 0.75;
      context.fillRect(from, lanesTop, width, down);
      context.globalAlpha = 1;
      context.fillStyle = kind === spanKinds.termination ? colours.gc : colours.gcSoft;
      context.fillRect(from, y + 3, width, rowHeight - 9);
      outline(context, [from, y + 3, width, rowHeight - 9], colours.gc);
    }
  }
  for (let at = 0; at < part.growth.length; at++) {
    const [from, width] = band(part.growth, at);
    context.fillStyle = colours.growthSoft;
    context.globalAlpha = 0.6;
    context.fillRect(from, lanesTop, width, down);
    context.globalAlpha = 1;
    context.fillRect(from, axisHeight + 3, width, rowHeight - 6);
    outline(context, [from, axisHeight + 3, width, rowHeight - 6], colours.growth);
  }
}

function outline(
  context: Context,
  [left, top, width, height]: readonly [number, number, number, number],
  colour: string,
): void {
  if (width > 3) {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  } else {
    context.fillStyle = colour;
    context.fillRect(left, top, width, height);
  }
}

const hatches = new Map<string, CanvasPattern | null>();

/** Slanting lines of a colour. */
function hatch(context: Context, colour: string): CanvasPattern | string {
  let pattern = hatches.get(colour);
  if (pattern === undefined) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    if (pen !== null) {
      pen.strokeStyle = colour;
      pen.lineWidth = 1.5;
      pen.beginPath();
      for (const shift of [-8, 0, 8]) {
        pen.moveTo(shift, 8);
        pen.lineTo(shift + 8, 0);
      }
      pen.stroke();
    }
    pattern = context.createPattern(tile, "repeat");
    hatches.set(colour, pattern);
  }
  return pattern ?? colour;
}

/** Bars: how long a side was held, and how long a writer's mark was set. */
function drawBars(context: Context, scene: Scene, { bars, screen }: DrawnPart): void {
  const { colours, size, laneHeight } = scene;
  context.font = `11px ${colours.sans}`;
  context.textBaseline = "middle";
  for (let at = 0; at < bars.length; at++) {
    const y = laneY(scene, (bars.row[at] ?? 0) + screen.firstLane) + 4;
    const from = Math.max(-2, x(scene, bars.start[at] ?? 0));
    const to = Math.min(size.width + 2, x(scene, bars.end[at] ?? 0));
    const width = Math.max(2, to - from);
    const kind = bars.kind[at];
    if (to < -2 || from > size.width || y + laneHeight < lanesTop || y > size.height) {
      continue;
    }
    const isMark = kind === spanKinds.markSet;
    const isHeld = kind === spanKinds.held;
    context.fillStyle = isMark ? colours.markedSoft : isHeld ? colours.readSoft : colours.line;
    const height = isMark || isHeld ? laneHeight - 8 : 4;
    const top = isMark || isHeld ? y : y + laneHeight / 2 - 6;
    context.fillRect(from, top, width, height);
    if (isMark || isHeld) {
      outline(context, [from, top, width, height], isMark ? colours.marked : colours.read);
      drawBarText(context, scene, [from, y, width], isMark ? "mark set" : "held in the trap");
    }
  }
}

function drawBarText(
  context: Context,
  { colours, laneHeight }: Scene,
  [from, y, width]: readonly [number, number, number],
  text: string,
): void {
  if (width > 110) {
    context.fillStyle = colours.text;
    context.textAlign = "left";
    context.fillText(text, from + 12, y + (laneHeight - 8) / 2 + 0.5);
  }
}

/** Where cells are drawn. */
interface Rows {
  readonly top: (row: number) => number;
  readonly height: number;
  /** The one colour of a row's columns; left out where reads and changes are told apart. */
  readonly colour?: string;
}

/** Marks; those that are too close to each other as columns, whose heights say how many they are. */
function drawCells(context: Context, scene: Scene, cells: CellColumns, rows: Rows): void {
  const { size, colours, view } = scene;
  const scale = size.width / (view.to - view.from);
  const step = scene.part?.screen.step ?? stepOf(view, size.width);
  const columnWidth = Math.max(1, Math.min(6, step * scale - 0.5));
  const alone: number[] = [];
  const highest = Math.max(1, Math.log2(1 + mostIn(cells)));
  for (const changes of [false, true]) {
    context.fillStyle = rows.colour ?? (changes ? colours.change : colours.read);
    for (let at = 0; at < cells.length; at++) {
      const left = ((cells.start[at] ?? 0) - view.from) * scale;
      if (left < -8 || left > size.width + 8) {
        continue;
      }
      if (isAlone(cells, at, scale)) {
        if (changes) {
          alone.push(at);
        }
        continue;
      }
      const of = cells.changes[at] ?? 0;
      const count = changes ? of : (cells.count[at] ?? 0) - of;
      if (count > 0) {
        const part = Math.max(0.3, Math.log2(1 + count) / highest);
        const height = Math.max(3, Math.round((rows.height / 2 - 2) * part));
        const middle = rows.top(cells.row[at] ?? 0) + rows.height / 2;
        // Changes grow upwards from the middle, reads hang down from it.
        context.fillRect(left, changes ? middle - height : middle + 1, columnWidth, height);
      }
    }
  }
  for (const at of alone) {
    const middle = rows.top(cells.row[at] ?? 0) + rows.height / 2;
    const left = ((cells.start[at] ?? 0) - view.from) * scale;
    const larger = (cells.count[at] ?? 0) > 1 ? half + 1 : half;
    drawGlyph(context, cells.glyph[at] ?? 0, [left, middle, larger], colours);
  }
}

function mostIn({ count, length }: CellColumns): number {
  let most = 1;
  for (let at = 0; at < length; at++) {
    most = Math.max(most, count[at] ?? 0);
  }
  return most;
}

/** Whether a cell is one mark (or several at one moment of one kind that matter), with room around it. */
function isAlone(cells: CellColumns, at: number, scale: number): boolean {
  const glyph = cells.glyph[at] ?? 0;
  if (glyph === glyphs.conflict) {
    return true;
  }
  const row = cells.row[at];
  const start = cells.start[at] ?? 0;
  const isFar = (other: number): boolean =>
    other < 0 ||
    other >= cells.length ||
    cells.row[other] !== row ||
    Math.abs((cells.start[other] ?? 0) - start) * scale > roomOfMark;
  const isOne = (cells.count[at] ?? 0) === 1 || glyph === glyphs.growth || glyph === glyphs.gc;
  return isOne && isFar(at - 1) && isFar(at + 1);
}

function drawAxis(context: Context, scene: Scene): void {
  const { size, colours, view, zero } = scene;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, size.width, axisHeight);
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  const lines = ticks(view, zero, Math.max(2, size.width / 110));
  for (const { clock } of lines) {
    const at = Math.round(x(scene, clock)) + 0.5;
    context.moveTo(at, axisHeight - 5);
    context.lineTo(at, axisHeight);
  }
  for (const y of [axisHeight, axisHeight + rowHeight, lanesTop]) {
    context.moveTo(0, y + 0.5);
    context.lineTo(size.width, y + 0.5);
  }
  context.stroke();
  context.save();
  context.globalAlpha = 0.45;
  context.setLineDash([2, 4]);
  context.beginPath();
  for (const { clock } of lines) {
    const at = Math.round(x(scene, clock)) + 0.5;
    context.moveTo(at, axisHeight);
    context.lineTo(at, size.height);
  }
  context.stroke();
  context.restore();
  context.font = `12px ${colours.sans}`;
  context.fillStyle = colours.quiet;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { clock, text } of lines) {
    context.fillText(text, x(scene, clock), axisHeight / 2 - 1);
  }
}

/** Conflicts: a line over all lanes, thick between the two sides. */
function drawMoments(context: Context, scene: Scene): void {
  const { size, colours, moments, moment, positionOf, laneHeight } = scene;
  context.font = `bold 12px ${colours.sans}`;
  for (const one of moments) {
    const at = Math.round(x(scene, one.clock));
    if (at < -40 || at > size.width + 40) {
      continue;
    }
    const isChosen = one.observation === moment?.observation;
    context.strokeStyle = context.fillStyle = colours.danger;
    context.lineWidth = isChosen ? 1.5 : 1;
    context.setLineDash([5, 3]);
    context.beginPath();
    context.moveTo(at + 0.5, axisHeight);
    context.lineTo(at + 0.5, size.height);
    context.stroke();
    context.setLineDash([]);
    const middles = one.lanes
      .map((lane) => positionOf(lane))
      .filter((position) => position >= 0)
      .map((position) => laneY(scene, position) + laneHeight / 2)
      .filter((y) => y > lanesTop);
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(at + 0.5, Math.min(...middles));
    context.lineTo(at + 0.5, Math.max(...middles));
    context.stroke();
    for (const y of middles) {
      context.beginPath();
      context.arc(at + 0.5, y, 5, 0, 7);
      context.fill();
    }
  }
  const chosen = moments.filter(({ observation }) => observation === moment?.observation);
  const taken: (readonly [number, number])[] = [];
  for (const one of [...chosen, ...moments]) {
    const at = Math.round(x(scene, one.clock));
    if (at >= -40 && at <= size.width + 40) {
      drawFlag(context, scene, { at, name: one.finding ?? one.observation, taken });
    }
  }
}

/** The name of a conflict, left of its line, so that the axis can be read; left out where another name stands, until there is room. */
function drawFlag(
  context: Context,
  { colours, size }: Scene,
  {
    at,
    name,
    taken,
  }: { readonly at: number; readonly name: string; readonly taken: (readonly [number, number])[] },
): void {
  const width = context.measureText(name).width + 10;
  const left = at - width < 0 ? Math.min(at, size.width - width) : at - width;
  if (taken.some(([from, to]) => left < to && from < left + width)) {
    return;
  }
  taken.push([left, left + width]);
  const top = axisHeight + 2;
  context.fillStyle = colours.danger;
  context.fillRect(left, top, width, rowHeight - 5);
  context.fillStyle = colours.ground;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(name, left + 5, top + (rowHeight - 5) / 2 + 0.5);
}

function drawSelection(context: Context, scene: Scene): void {
  const { selection, colours, laneHeight } = scene;
  if (selection === null) {
    return;
  }
  const { position, clock, end } = selection;
  const top =
    position === -1 ? axisHeight : position === -2 ? axisHeight + rowHeight : laneY(scene, position);
  if (position >= 0 && top < lanesTop - laneHeight / 2) {
    return;
  }
  const height = position < 0 ? rowHeight : laneHeight;
  const from = x(scene, clock);
  const to = end === undefined ? from : x(scene, end);
  context.strokeStyle = colours.focus;
  context.lineWidth = 2.5;
  context.strokeRect(from - half - 4, top + 2, to - from + 2 * half + 8, height - 4);
}
