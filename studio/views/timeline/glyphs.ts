/** How marks look: each glyph has a shape and a colour of its own, so that neither is needed to tell it. */
import { glyphs } from "../../../src/analysis/timeline/marks.js";
import type { Palette } from "./palette.js";

/** What is drawn on. */
export type Context = CanvasRenderingContext2D;

/** Colour of a glyph. */
export function glyphColour(glyph: number, colours: Palette): string {
  switch (glyph) {
    case glyphs.read:
    case glyphs.iterate:
    case glyphs.clone:
    case glyphs.length:
      return colours.read;
    case glyphs.write:
    case glyphs.delete:
    case glyphs.clear:
    case glyphs.change:
    case glyphs.header:
      return colours.change;
    case glyphs.conflict:
      return colours.danger;
    case glyphs.markSet:
    case glyphs.markCleared:
    case glyphs.flags:
      return colours.marked;
    case glyphs.growth:
      return colours.growth;
    case glyphs.gc:
      return colours.gc;
    default:
      return colours.quiet;
  }
}

/** Corners of filled or outlined shapes, in half sizes around the middle. */
const shapes: ReadonlyMap<
  number,
  { readonly points: readonly (readonly [number, number])[]; readonly filled: boolean }
> = new Map([
  [
    glyphs.write,
    {
      points: [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ],
      filled: true,
    },
  ],
  [
    glyphs.clear,
    {
      points: [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ],
      filled: false,
    },
  ],
  [
    glyphs.change,
    {
      points: [
        [0, -1.3],
        [1.3, 0],
        [0, 1.3],
        [-1.3, 0],
      ],
      filled: true,
    },
  ],
  [
    glyphs.header,
    {
      points: [
        [0, -1.3],
        [1.3, 0],
        [0, 1.3],
        [-1.3, 0],
      ],
      filled: false,
    },
  ],
  [
    glyphs.starts,
    {
      points: [
        [-1, -1.2],
        [1.2, 0],
        [-1, 1.2],
      ],
      filled: true,
    },
  ],
  [
    glyphs.ends,
    {
      points: [
        [-1, -1.2],
        [1, -1.2],
        [1, 1.2],
        [-1, 1.2],
        [-1, 0.6],
        [0.2, 0.6],
        [0.2, -0.6],
        [-1, -0.6],
      ],
      filled: true,
    },
  ],
  [
    glyphs.markSet,
    {
      points: [
        [-1.2, 1],
        [0, -1.2],
        [1.2, 1],
      ],
      filled: true,
    },
  ],
  [
    glyphs.markCleared,
    {
      points: [
        [-1.2, -1],
        [0, 1.2],
        [1.2, -1],
      ],
      filled: false,
    },
  ],
  [
    glyphs.flags,
    {
      points: [
        [-1.2, 0],
        [0, -1.2],
        [1.2, 0],
        [0, 0.4],
      ],
      filled: false,
    },
  ],
  [
    glyphs.growth,
    {
      points: [
        [-1.2, 0.2],
        [0, -1.2],
        [1.2, 0.2],
        [0.5, 0.2],
        [0.5, 1.2],
        [-0.5, 1.2],
        [-0.5, 0.2],
      ],
      filled: true,
    },
  ],
  [
    glyphs.gc,
    {
      points: [
        [0, -1],
        [0.8, 0],
        [0, 1],
        [-0.8, 0],
      ],
      filled: true,
    },
  ],
]);

/**
 * Draws a mark.
 *
 * @param half half its size, in pixels
 */
export function drawGlyph(
  context: Context,
  glyph: number,
  [x, y, half]: readonly [number, number, number],
  colours: Palette,
): void {
  context.fillStyle = context.strokeStyle = glyphColour(glyph, colours);
  context.lineWidth = 1.6;
  context.beginPath();
  const shape = shapes.get(glyph);
  if (shape !== undefined) {
    for (const [dx, dy] of shape.points) {
      context.lineTo(x + dx * half, y + dy * half);
    }
    context.closePath();
    finish(context, shape.filled);
    return;
  }
  switch (glyph) {
    case glyphs.read:
      context.arc(x, y, half, 0, 7);
      return context.fill();
    case glyphs.iterate:
      context.arc(x, y, half, 0.6, 5.9);
      return context.stroke();
    case glyphs.clone:
      context.arc(x - half * 0.5, y, half * 0.75, 0, 7);
      context.moveTo(x + half * 1.25, y);
      context.arc(x + half * 0.5, y, half * 0.75, 0, 7);
      return context.stroke();
    case glyphs.length:
      context.arc(x, y, half * 0.5, 0, 7);
      return context.fill();
    case glyphs.delete:
      return cross(context, x, y, half);
    case glyphs.conflict:
      context.lineWidth = 2.4;
      return cross(context, x, y, half * 1.2);
    default:
      context.arc(x, y, half * 0.8, 0, 7);
      context.stroke();
  }
}

function finish(context: Context, filled: boolean): void {
  if (filled) {
    context.fill();
  } else {
    context.stroke();
  }
}

function cross(context: Context, x: number, y: number, half: number): void {
  context.moveTo(x - half, y - half);
  context.lineTo(x + half, y + half);
  context.moveTo(x + half, y - half);
  context.lineTo(x - half, y + half);
  context.stroke();
}
