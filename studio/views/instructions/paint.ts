/** Draws what stands beside the listing: register columns and arcs of jumps. Everything drawn is also in the details and tables as text. */
import { colour } from "../../page/theme.js";
import { type Arc, arcsBetween, lanes } from "./arcs.js";
import { cellBits, type RegisterCells } from "./registers.js";

/** Height of a row, in pixels. */
export const rowHeight = 20;
/** Width of a register's column. */
export const columnWidth = 14;
/** Width of the arcs. */
export const arcsWidth = 10 + lanes * 8;

/** The rows that are drawn. */
export interface Visible {
  /** Index of the first row, and the one after the last. */
  readonly from: number;
  readonly until: number;
  /** Where the first one begins, in pixels from the top of the canvas. */
  readonly top: number;
}

/** Makes a canvas as large as it should be on this screen, and empty. Undefined where it cannot be drawn on. */
export function prepared(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const ratio = devicePixelRatio;
  const [wide, high] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext("2d") ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** What is known of the rows of a side. */
export interface SideRows {
  /** For each row its instruction, or -1; and the next one. */
  readonly instructionAt: (row: number) => number;
  readonly nextAt: (row: number) => number;
}

/** Draws the register columns: a band where a value is wanted later, a ring for a read, a square for a write, both for both. */
export function paintRegisters(
  context: CanvasRenderingContext2D,
  { registers, cell }: RegisterCells,
  { instructionAt, nextAt }: SideRows,
  visible: Visible,
): void {
  const width = registers.length;
  const colours = registerColours();
  for (let row = visible.from; row < visible.until; row++) {
    const index = instructionAt(row);
    const next = nextAt(row);
    const y = visible.top + (row - visible.from) * rowHeight;
    for (let column = 0; column < width; column++) {
      const x = column * columnWidth;
      if (index === -1) {
        const wanted = next !== -1 && (cell(next, column) & cellBits.wantedBefore) !== 0;
        if (wanted) {
          band(context, colours, [x, y, rowHeight]);
        }
        continue;
      }
      paintCell(context, cell(index, column), { x, y, colours });
    }
  }
}

interface RegisterColours {
  readonly band: string;
  readonly read: string;
  readonly readSoft: string;
  readonly write: string;
  readonly writeSoft: string;
  readonly ground: string;
}

function registerColours(): RegisterColours {
  return {
    band: colour("--evacuated"),
    read: colour("--side-a"),
    readSoft: colour("--side-a-soft"),
    write: colour("--side-b"),
    writeSoft: colour("--side-b-soft"),
    ground: colour("--ground"),
  };
}

function band(
  context: CanvasRenderingContext2D,
  colours: RegisterColours,
  [x, y, height]: readonly [number, number, number],
): void {
  context.fillStyle = colours.band;
  context.fillRect(x + columnWidth / 2 - 2, y, 4, height);
}

function paintCell(
  context: CanvasRenderingContext2D,
  cell: number,
  { x, y, colours }: { readonly x: number; readonly y: number; readonly colours: RegisterColours },
): void {
  const reads = (cell & cellBits.reads) !== 0;
  const writes = (cell & cellBits.writes) !== 0;
  if (reads || writes) {
    context.fillStyle = writes ? colours.writeSoft : colours.readSoft;
    context.fillRect(x, y, columnWidth - 1, rowHeight);
  }
  if ((cell & cellBits.wantedBefore) !== 0) {
    band(context, colours, [x, y, rowHeight / 2]);
  }
  if ((cell & cellBits.wantedAfter) !== 0) {
    band(context, colours, [x, y + rowHeight / 2, rowHeight / 2]);
  }
  const [middleX, middleY] = [x + columnWidth / 2, y + rowHeight / 2];
  if (writes) {
    context.fillStyle = colours.write;
    context.fillRect(middleX - 5, middleY - 5, 10, 10);
  }
  if (reads) {
    context.beginPath();
    context.arc(middleX, middleY, writes ? 3 : 4.5, 0, 2 * Math.PI);
    context.fillStyle = colours.ground;
    context.fill();
    if (!writes) {
      context.lineWidth = 2;
      context.strokeStyle = colours.read;
      context.stroke();
    }
  }
}

/** Draws the arcs. Those of the selected instruction are thicker and in another colour; those that lead back are dashed. */
export function paintArcs(
  context: CanvasRenderingContext2D,
  arcs: readonly Arc[],
  selected: number,
  visible: Visible,
): void {
  const middle = (row: number): number => visible.top + (row - visible.from) * rowHeight + rowHeight / 2;
  const [usual, chosen] = [colour("--quiet"), colour("--focus")];
  const near = arcsBetween(arcs, visible.from, visible.until);
  const isChosen = ({ source, target }: Arc): boolean => source === selected || target === selected;
  for (const arc of near.toSorted((a, b) => Number(isChosen(a)) - Number(isChosen(b)))) {
    const { from, to, lane } = arc;
    const [y1, y2] = [middle(from), middle(to)];
    const x = lane === undefined ? 2 : arcsWidth - 10 - lane * 8;
    context.strokeStyle = isChosen(arc) ? chosen : usual;
    context.fillStyle = context.strokeStyle;
    context.lineWidth = isChosen(arc) ? 2 : 1;
    context.setLineDash(to < from ? [3, 3] : []);
    context.beginPath();
    if (lane !== undefined || isChosen(arc)) {
      context.moveTo(arcsWidth, y1);
      context.lineTo(x, y1);
      context.lineTo(x, y2);
      context.lineTo(arcsWidth - 4, y2);
    } else {
      // Where no lane is free: a stub at its source that points to where it goes.
      const up = to < from ? -6 : 6;
      context.moveTo(arcsWidth, y1);
      context.lineTo(arcsWidth - 6, y1);
      context.lineTo(arcsWidth - 6, y1 + up);
    }
    context.stroke();
    context.setLineDash([]);
    if (lane !== undefined || isChosen(arc)) {
      context.beginPath();
      context.moveTo(arcsWidth, y2);
      context.lineTo(arcsWidth - 5, y2 - 3.5);
      context.lineTo(arcsWidth - 5, y2 + 3.5);
      context.fill();
    }
  }
}
