/**
 * All slots of a panel at a small scale, drawn: from one to four pixels a slot. What the grid shows of it is outlined; a click or a drag
 * goes there. The grid itself is what keyboards and screen readers use.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { noSlot, slotBits } from "../../../src/document/packed-blocks.js";
import { slotStates } from "../../../src/document/slot-states.js";
import { countText } from "../../../src/case/count.js";
import { colour, theme } from "../../page/theme.js";
import type { MapChanges } from "./changes.js";
import { type GridPanel, slotsInBlock } from "./grid.js";
import { allLooks, lookOf, pixelColours } from "./looks.js";
import { overviewLayout, type OverviewLayout } from "./overview-layout.js";
import type { RowWindow } from "./slot-grid.js";

/** The overview of a panel. */
export function Overview({
  panel,
  changes,
  seen,
  onGo,
}: {
  readonly panel: GridPanel;
  readonly changes: MapChanges;
  readonly seen: Signal<RowWindow>;
  /** Goes to a row; a click also says which of its slots. */
  readonly onGo: (row: number, column: number | undefined) => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const { starts } = panel;
  const blocks = panel.range.count;
  useEffect(() => {
    const { current } = box;
    if (current === null) {
      return undefined;
    }
    const watch = new ResizeObserver(() => (width.value = Math.floor(current.clientWidth)));
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  const layout = useMemo(() => overviewLayout(blocks, width.value), [blocks, width.value]);
  useEffect(() => drawSlots(canvas.current, panel, changes, layout), [panel, changes, layout, theme.value]);
  const go = (event: PointerEvent, click: boolean): void => {
    const { current } = canvas;
    if (current === null) {
      return;
    }
    const bounds = current.getBoundingClientRect();
    const at = layout.at(event.clientX - bounds.left, event.clientY - bounds.top);
    if (at !== undefined) {
      const row = panel.rowOfBlock(panel.range.first + at.block);
      onGo(row, click ? (at.block - (starts[row] ?? 0)) * slotsInBlock + at.slot : undefined);
    }
  };
  if (width.value === 0) {
    return <div ref={box} class="map-overview" />;
  }
  return (
    <div ref={box} class="map-overview">
      <div
        class="map-overview-paper"
        style={{ height: `${layout.height}px` }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event, false);
        }}
        onPointerMove={(event) => (event.buttons === 1 ? go(event, false) : undefined)}
        onPointerUp={(event) => go(event, true)}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${panel.array}: ${countText(blocks * slotsInBlock)} slots at ${layout.scale === 1 ? "a pixel" : `${layout.scale} pixels`} each; the grid that follows shows those in the outline`}
        />
        <Lens layout={layout} starts={starts} seen={seen} />
      </div>
    </div>
  );
}

/** What the grid shows, outlined. It alone is drawn again while one scrolls. */
function Lens({
  layout,
  starts,
  seen,
}: {
  readonly layout: OverviewLayout;
  readonly starts: Int32Array;
  readonly seen: Signal<RowWindow>;
}): JSX.Element {
  return (
    <>
      {lensOf(layout, starts, seen.value).map(({ left, top, width: wide, height }, index) => (
        <div
          key={index}
          class="map-overview-lens"
          style={{ left: `${left}px`, top: `${top}px`, width: `${wide}px`, height: `${height}px` }}
        />
      ))}
    </>
  );
}

function sized(canvas: HTMLCanvasElement | null, layout: OverviewLayout): CanvasRenderingContext2D | null {
  if (canvas === null || layout.width <= 0 || layout.height <= 0) {
    return null;
  }
  canvas.width = layout.width;
  canvas.height = layout.height;
  return canvas.getContext("2d");
}

/** A colour as the four bytes of a pixel. */
function pixelOf(context: CanvasRenderingContext2D, name: `--${string}`): number {
  context.fillStyle = colour(name);
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function drawSlots(
  canvas: HTMLCanvasElement | null,
  panel: GridPanel,
  changes: MapChanges,
  layout: OverviewLayout,
): void {
  const context = sized(canvas, layout);
  if (context === null) {
    return;
  }
  const colours = new Map(allLooks.map((look) => [look, pixelOf(context, pixelColours[look])]));
  const marked = pixelOf(context, "--marked");
  const unreadable = pixelOf(context, "--danger");
  const image = context.createImageData(layout.width, layout.height);
  const pixels = new Uint32Array(image.data.buffer);
  const { first, count } = panel.range;
  const { cells } = panel.blocks.columns;
  const byState = slotStates.map((state) => colours.get(lookOf(state)) ?? 0);
  for (let block = 0; block < count; block++) {
    const { x, y } = layout.placeOf(block);
    const changed = changes.known ? changes.slots(first + block) : 0;
    for (let slot = 0; slot < slotsInBlock; slot++) {
      const cell = cells[(first + block) * slotsInBlock + slot] ?? noSlot;
      const isChanged = (changed & (1 << slot)) !== 0;
      const value =
        cell === noSlot ? unreadable : isChanged ? marked : (byState[cell & slotBits.state] ?? unreadable);
      fill(pixels, layout, x + slot * layout.scale, y, value);
    }
  }
  context.putImageData(image, 0, 0);
}

function fill(
  pixels: Uint32Array,
  { width, scale }: OverviewLayout,
  x: number,
  y: number,
  value: number,
): void {
  const size = scale === 1 ? 1 : scale - 1;
  for (let line = 0; line < size; line++) {
    pixels.fill(value, (y + line) * width + x, (y + line) * width + x + size);
  }
}

interface Outline {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the rows that the grid shows are: an outline for each line of blocks. */
function lensOf(layout: OverviewLayout, starts: Int32Array, { first, count }: RowWindow): readonly Outline[] {
  const from = starts[first] ?? 0;
  const until = starts[Math.min(starts.length - 1, first + count)] ?? from;
  const outlines: Outline[] = [];
  for (let block = from; block < until;) {
    const inLine = Math.min(until - block, layout.columns - (block % layout.columns));
    const { x, y } = layout.placeOf(block);
    const end = layout.placeOf(block + inLine - 1);
    outlines.push({
      left: x - 1,
      top: y - 1,
      width: end.x + layout.blockWidth - x + 2,
      height: layout.scale + 2,
    });
    block += inLine;
  }
  return outlines;
}
