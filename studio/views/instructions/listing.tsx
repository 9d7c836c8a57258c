/** The listing: rows of one height, of which only those in view are on the page, with drawings beside them. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { FunctionView, InstructionView, PositionView } from "../../../src/analysis/asm/function-view.js";
import { inlinedText, place, remarks } from "../../../src/report/text/asm-listing.js";
import { theme } from "../../page/theme.js";
import { moved } from "../../parts/virtual-list.js";
import { type Arc, arcsOf } from "./arcs.js";
import {
  arcsWidth,
  columnWidth,
  paintArcs,
  paintRegisters,
  prepared,
  rowHeight,
  type Visible,
} from "./paint.js";
import { registerCells, type RegisterCells } from "./registers.js";
import { type ListingRow, nextInstructions, rowsOfInstructions, type Shown, type SideName } from "./rows.js";
import { line, textParts } from "./text-parts.js";
import { type BarPart, barParts } from "./windows.js";

/** What the listing shows. */
export interface ListingProps {
  readonly label: string;
  readonly rows: readonly ListingRow[];
  readonly left: FunctionView;
  readonly right: FunctionView | undefined;
  readonly shown: Shown;
  /** Index of the selected row; -1 for none. */
  readonly selected: number;
  /** Index of the row that comes into view first where none is selected. */
  readonly firstShown: number;
  readonly onSelect: (row: number, how: "push" | "replace") => void;
  /** Rows that a search found. */
  readonly found: ReadonlySet<number>;
  /** The text of a line of source; undefined where it is not in the document. */
  readonly sourceLine: (file: string, line: number) => string | undefined;
}

/** All that is drawn and written of one side. */
interface SideModel {
  readonly name: SideName;
  readonly view: FunctionView;
  readonly bar: readonly BarPart[];
  readonly cells: RegisterCells;
  readonly arcs: readonly Arc[];
  readonly next: Int32Array;
}

function sideModel(name: SideName, view: FunctionView, rows: readonly ListingRow[]): SideModel {
  return {
    name,
    view,
    bar: barParts(view, rows, name),
    cells: registerCells(view),
    arcs: arcsOf(view, rowsOfInstructions(rows, name, view.instructions.length)),
    next: nextInstructions(rows, name),
  };
}

/** What of the listing is in view, in pixels. */
interface View {
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/** Where things stand from left to right, in pixels; listing.css has the same widths. */
const before = { bar: 6, offset: 58, sign: 24 } as const;
/** Room for the text of an instruction: beside another function, and alone. */
const leastText = [250, 200] as const;

/** How wide a side is, and all of them. */
interface Widths {
  readonly side: number;
  readonly all: number;
}

function widthsFor(sides: readonly SideModel[], available: number): Widths {
  const most = Math.max(0, ...sides.map(({ cells }) => cells.registers.length)) * columnWidth;
  const least = before.bar + before.offset + arcsWidth + (leastText[sides.length - 1] ?? 0) + most;
  const signs = sides.length === 2 ? before.sign : 0;
  const side = Math.max(least, Math.floor((available - signs) / Math.max(1, sides.length)));
  return { side, all: side * sides.length + signs };
}

/** So many rows before the first one that is to be seen are seen, too. */
const rowsBefore = 6;

/** Rows beyond the edges that are on the page, too. */
const beyond = 8;
/** No element is higher. */
const highest = 8_000_000;

/** The listing. */
export function Listing(props: ListingProps): JSX.Element {
  const { label, rows, left, right, shown, selected, firstShown, onSelect } = props;
  const box = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const scroll = useSignal<View>({ top: 0, height: 400, width: 900 });
  const sides = useMemo(
    () => [
      ...(shown === "right" ? [] : [sideModel("left", left, rows)]),
      ...(shown === "left" || right === undefined ? [] : [sideModel("right", right, rows)]),
    ],
    [rows, left, right, shown],
  );
  const count = Math.min(rows.length, Math.floor(highest / rowHeight));
  const from = Math.max(0, Math.floor(scroll.value.top / rowHeight) - beyond);
  const until = Math.min(count, Math.ceil((scroll.value.top + scroll.value.height) / rowHeight) + beyond);
  useFollow(box, head, scroll, { selected, rows, firstShown });
  const widths = widthsFor(sides, scroll.value.width);
  const visible: Visible = { from, until, top: from * rowHeight - scroll.value.top };
  return (
    <div
      ref={box}
      class={`instructions-listing instructions-sides-${sides.length}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={sides.length === 2 ? 3 : 1}
      aria-activedescendant={selected >= from && selected < until ? rowId(selected) : undefined}
      tabIndex={0}
      onScroll={({ currentTarget }) => (scroll.value = { ...scroll.peek(), top: currentTarget.scrollTop })}
      onKeyDown={(event) => {
        const page = Math.max(1, Math.floor(scroll.peek().height / rowHeight) - 2);
        const next = movedToCode(event.key, rows, { selected, page });
        if (next !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
          event.preventDefault();
          onSelect(next, "replace");
        }
      }}
    >
      <Head sides={sides} head={head} widths={widths} />
      <div class="instructions-canvases" aria-hidden="true">
        {sides.map((side, number) => (
          <SideCanvases
            key={side.name}
            side={side}
            rows={rows}
            visible={visible}
            selected={selected}
            height={scroll.value.height}
            at={{ start: number * (widths.side + before.sign), width: widths.side }}
          />
        ))}
      </div>
      <div
        class="instructions-rows"
        role="rowgroup"
        style={{ height: `${count * rowHeight}px`, width: `${widths.all}px` }}
      >
        {Array.from({ length: Math.max(0, until - from) }, (_, step) => from + step).map((index) => (
          <Row key={index} index={index} sides={sides} width={widths.side} {...props} />
        ))}
      </div>
    </div>
  );
}

function rowId(index: number): string {
  return `instructions-row-${index}`;
}

/** The row of an instruction that a key goes to. */
function movedToCode(
  key: string,
  rows: readonly ListingRow[],
  { selected, page }: { readonly selected: number; readonly page: number },
): number | undefined {
  const next = moved(key, { selected, count: rows.length, page });
  if (next === undefined) {
    return undefined;
  }
  const isCode = (index: number): boolean => rows[index]?.kind === "code";
  for (const step of next > selected || next === 0 ? [1, -1] : [-1, 1]) {
    for (let index = next; index >= 0 && index < rows.length; index += step) {
      if (isCode(index)) {
        return index;
      }
    }
  }
  return undefined;
}

/** Keeps the size of what is in view, and the selected row in view. */
function useFollow(
  box: { readonly current: HTMLDivElement | null },
  head: { readonly current: HTMLDivElement | null },
  scroll: { value: View },
  { selected, rows, firstShown }: Pick<ListingProps, "selected" | "rows" | "firstShown">,
): void {
  useEffect(() => {
    const { current } = box;
    if (current === null) {
      return undefined;
    }
    const measure = (): void => {
      const height = Math.max(rowHeight, current.clientHeight - (head.current?.offsetHeight ?? 0));
      scroll.value = { top: current.scrollTop, height, width: current.clientWidth };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const { current } = box;
    if (current !== null && selected < 0) {
      current.scrollTop = Math.max(0, (firstShown - rowsBefore) * rowHeight);
    }
  }, [rows, firstShown]);
  useEffect(() => {
    const { current } = box;
    if (current === null || selected < 0) {
      return;
    }
    const { height } = scroll.value;
    const start = selected * rowHeight;
    const isFar = start < current.scrollTop - height || start > current.scrollTop + 2 * height;
    if (isFar || start < current.scrollTop + rowHeight) {
      current.scrollTop = Math.max(0, start - (isFar ? height / 3 : 2 * rowHeight));
    } else if (start + 2 * rowHeight > current.scrollTop + height) {
      current.scrollTop = start - height + (isFar ? (2 * height) / 3 : 3 * rowHeight);
    }
  }, [selected, rows]);
}

/** Titles of the columns: function, and each register with what it holds on entry. */
function Head({
  sides,
  head,
  widths,
}: {
  readonly sides: readonly SideModel[];
  readonly head: { current: HTMLDivElement | null };
  readonly widths: Widths;
}): JSX.Element {
  return (
    <div class="instructions-head" role="rowgroup" ref={head} style={{ width: `${widths.all}px` }}>
      <div class="instructions-row-cells" role="row" aria-rowindex={1}>
        {sides.map(({ name, view }, index) => (
          <>
            {index === 1 ? (
              <div class="instructions-sign" role="columnheader">
                <span class="visually-hidden">same or different</span>
              </div>
            ) : null}
            <div
              class="instructions-side"
              role="columnheader"
              key={name}
              style={{ width: `${widths.side}px` }}
            >
              <span class="instructions-name" title={line(view.printed)}>
                {line(view.label)}
              </span>
              <span
                class="instructions-registers"
                style={{ width: `${view.registers.length * columnWidth}px` }}
              >
                {view.registers.map(({ register, onEntry }) => (
                  <span
                    class="instructions-register"
                    key={register}
                    title={`${line(register)}${onEntry === undefined ? "" : `: ${line(onEntry)} on entry`}`}
                  >
                    <b>{line(register)}</b> {shortEntry(onEntry)}
                  </span>
                ))}
              </span>
            </div>
          </>
        ))}
      </div>
    </div>
  );
}

/** What a register holds on entry, as short as it can be: all of it is in the table. */
function shortEntry(onEntry: string | undefined): string {
  return line((onEntry ?? "").replace(/^current /, "").replace(/ \(.*\)$/, ""));
}

function SideCanvases({
  side,
  rows,
  visible,
  selected,
  height,
  at,
}: {
  readonly side: SideModel;
  readonly rows: readonly ListingRow[];
  readonly visible: Visible;
  readonly selected: number;
  readonly height: number;
  /** Where the side stands, in pixels. */
  readonly at: { readonly start: number; readonly width: number };
}): JSX.Element {
  const arcs = useRef<HTMLCanvasElement>(null);
  const registers = useRef<HTMLCanvasElement>(null);
  const width = side.cells.registers.length * columnWidth;
  useEffect(() => {
    const row = rows[selected];
    const chosen = (row?.kind === "code" ? row[side.name] : undefined) ?? -1;
    const a = arcs.current === null ? undefined : prepared(arcs.current, arcsWidth, height);
    if (a !== undefined) {
      paintArcs(a, side.arcs, chosen, visible);
    }
    const b = registers.current === null ? undefined : prepared(registers.current, width, height);
    if (b !== undefined) {
      const instructionAt = (index: number): number => {
        const one = rows[index];
        return (one?.kind === "code" ? one[side.name] : undefined) ?? -1;
      };
      paintRegisters(b, side.cells, { instructionAt, nextAt: (index) => side.next[index] ?? -1 }, visible);
    }
  }, [side, rows, visible.from, visible.until, visible.top, selected, height, theme.value]);
  const box = (start: number, wide: number): Record<string, string> => ({
    left: `${at.start + start}px`,
    width: `${wide}px`,
    height: `${height}px`,
  });
  return (
    <>
      <canvas ref={arcs} style={box(before.bar + before.offset, arcsWidth)} />
      <canvas ref={registers} style={box(at.width - width, width)} />
    </>
  );
}

function Row({
  index,
  rows,
  sides,
  selected,
  found,
  onSelect,
  sourceLine,
  width,
}: ListingProps & {
  readonly index: number;
  readonly sides: readonly SideModel[];
  readonly width: number;
}): JSX.Element {
  const row = rows[index];
  const sign = row?.kind === "code" ? row.sign : "";
  const classes = [
    "instructions-row",
    ...(row?.kind === "source" ? ["instructions-row-source"] : []),
    ...(index === selected ? ["instructions-selected"] : []),
    ...(found.has(index) ? ["instructions-found"] : []),
    ...(sign === "=" ? ["instructions-same"] : []),
  ];
  return (
    <div
      id={rowId(index)}
      class={classes.join(" ")}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={index === selected}
      style={{ top: `${index * rowHeight}px` }}
      onClick={() => (row?.kind === "code" ? onSelect(index, "push") : undefined)}
    >
      <div class="instructions-row-cells" role="presentation">
        {sides.map((side, number) => (
          <>
            {number === 1 ? (
              <div class="instructions-sign" role="gridcell" title={signTitles.get(sign)}>
                {sign}
              </div>
            ) : null}
            <div
              class={`instructions-side instructions-bar-${side.bar[index] === "" ? "none" : side.bar[index]}`}
              role="gridcell"
              key={side.name}
              style={{ width: `${width}px` }}
            >
              {row === undefined ? null : row.kind === "source" ? (
                <Source frames={positionOf(side, row[side.name])} sourceLine={sourceLine} />
              ) : (
                <Instruction
                  one={
                    row[side.name] === undefined ? undefined : side.view.instructions[row[side.name] ?? -1]
                  }
                />
              )}
              <span
                class="instructions-space"
                style={{ width: `${side.cells.registers.length * columnWidth}px` }}
              />
            </div>
          </>
        ))}
      </div>
    </div>
  );
}

const signTitles: ReadonlyMap<string, string> = new Map([
  ["=", "the same instruction with the same operands"],
  ["~", "the same instruction with other operands"],
  ["≠", "another instruction: these functions are too long to be aligned"],
  ["<", "on the left only"],
  [">", "on the right only"],
]);

function positionOf(side: SideModel, index: number | undefined): readonly PositionView[] | undefined {
  return index === undefined ? undefined : side.view.positions[index];
}

function Source({
  frames,
  sourceLine,
}: {
  readonly frames: readonly PositionView[] | undefined;
  readonly sourceLine: ListingProps["sourceLine"];
}): JSX.Element | null {
  const [first] = frames ?? [];
  if (frames === undefined || first === undefined) {
    return <span class="instructions-text" />;
  }
  const text = sourceLine(first.file, first.line);
  return (
    <span
      class="instructions-text instructions-source"
      title={line(`${first.function} ${first.file}:${first.line}`)}
    >
      {place(first)} {text === undefined ? null : <code>{line(text)}</code>} {inlinedText(frames)}
    </span>
  );
}

function Instruction({ one }: { readonly one: InstructionView | undefined }): JSX.Element {
  if (one === undefined) {
    return <span class="instructions-text" />;
  }
  const said = remarks(one);
  return (
    <>
      <span class="instructions-offset">+0x{one.offset.toString(16)}</span>
      <span class="instructions-text">
        {textParts(one).map(({ kind, text }, index) => (
          <span key={index} class={`instructions-part-${kind}`}>
            {text}
          </span>
        ))}
      </span>
      {said.length === 0 ? null : (
        <span class={`instructions-remark ${remarkClass(one)}`} title={line(said.join("; "))}>
          {shortRemark(one) ?? line(said[0] ?? "")}
        </span>
      )}
    </>
  );
}

/** What is done with the mark or for the garbage collector, as short as it can be: all of it is in the title and in the details. */
function shortRemark({ mark, call }: InstructionView): string | undefined {
  return mark === undefined ? barrierWords.get(call?.barrier) : markWords.get(mark);
}

const barrierWords: ReadonlyMap<string | undefined, string> = new Map([
  ["barrier", "barrier"],
  ["memory with barrier", "with barriers"],
]);

const markWords: ReadonlyMap<string, string> = new Map([
  ["load", "loads mark"],
  ["test", "tests mark"],
  ["set", "SETS mark"],
  ["clear", "CLEARS mark"],
]);

function remarkClass({ mark, call, instruction }: InstructionView): string {
  if (mark === "set" || mark === "clear" || mark === "test") {
    return "instructions-remark-mark";
  }
  if (call?.message !== undefined) {
    return "instructions-remark-fatal";
  }
  if (call?.barrier !== undefined) {
    return "instructions-remark-barrier";
  }
  return instruction.locked ? "instructions-remark-locked" : "";
}
