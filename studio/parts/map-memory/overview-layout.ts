/** Where the slots of many blocks stand when each is a pixel or a few. */
import { slotsInBlock } from "./grid.js";

/** See the file's comment; all in pixels. */
export interface OverviewLayout {
  readonly width: number;
  readonly height: number;
  /** Side of a slot's square. */
  readonly scale: number;
  /** Blocks beside each other. */
  readonly columns: number;
  readonly blockWidth: number;
  /** The upper left corner of a block. */
  placeOf(block: number): { readonly x: number; readonly y: number };
  /** What is at a point; undefined where nothing is. */
  at(x: number, y: number): { readonly block: number; readonly slot: number } | undefined;
}

/** The height that is tried for, in pixels. */
const wantedHeight = 160;
/** No canvas is higher; what does not fit is not drawn. */
const mostHeight = 8192;

/** Lays blocks out in lines, at the largest scale at which they are not too high. */
export function overviewLayout(blocks: number, width: number): OverviewLayout {
  for (let scale = 4; scale > 1; scale--) {
    const layout = layoutAt(blocks, width, scale);
    if (layout.height <= wantedHeight) {
      return layout;
    }
  }
  return layoutAt(blocks, width, 1);
}

function layoutAt(blocks: number, width: number, scale: number): OverviewLayout {
  const gap = scale === 1 ? 1 : 2;
  const blockWidth = slotsInBlock * scale;
  const columns = Math.max(1, Math.floor((width + gap) / (blockWidth + gap)));
  // At one pixel a slot, lines touch: two million slots have to fit.
  const line = scale === 1 ? 1 : scale + 1;
  const lines = Math.ceil(blocks / columns);
  return {
    width,
    height: Math.min(mostHeight, lines * line),
    scale,
    columns,
    blockWidth,
    placeOf: (block) => ({
      x: (block % columns) * (blockWidth + gap),
      y: Math.floor(block / columns) * line,
    }),
    at: (x, y) => {
      const column = Math.floor(x / (blockWidth + gap));
      const block = Math.floor(y / line) * columns + column;
      const slot = Math.min(slotsInBlock - 1, Math.floor((x - column * (blockWidth + gap)) / scale));
      return column >= 0 && column < columns && y >= 0 && block < blocks && slot >= 0
        ? { block, slot }
        : undefined;
    },
  };
}
