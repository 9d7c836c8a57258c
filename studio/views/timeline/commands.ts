/** What a person can do in a timeline, whether by keys, buttons or the pointer. */
import type { TimelineMoment } from "../../../src/analysis/timeline/data.js";
import { noMap } from "../../../src/analysis/timeline/spans.js";
import type { RowName } from "../../../src/analysis/timeline/timeline-store.js";
import { setParams } from "../../page/route.js";
import type { Selection } from "./selection.js";
import { axisHeight, lanesTop, rowHeight, type TimelineSession } from "./session.js";
import { bounded, clockAt, moved, type Viewport, whole, zoomed } from "./viewport.js";

/** A mark within so many pixels of the pointer is meant. */
const reach = 8;

/** The commands of one timeline. */
export class Commands {
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly session: TimelineSession,
    readonly selection: Selection,
  ) {}

  /** Shows another stretch, which then stands in the address. */
  look(view: Viewport): void {
    this.session.look(view);
    clearTimeout(this.#saving);
    // Browsers take few changes of the address in a second.
    this.#saving = setTimeout(() => {
      const { from, to } = this.session.view.peek();
      setParams({ from: from.toFixed(0), to: to.toFixed(0) }, "replace");
    }, 250);
  }

  /** Ends what is waiting. */
  stop(): void {
    clearTimeout(this.#saving);
  }

  /** Closer or further, around a moment; left out, around what is selected, or the middle. */
  zoom(factor: number, at?: number): void {
    const { session } = this;
    const view = session.view.peek();
    const selected = this.selection.current.peek()?.clock;
    const inView = selected !== undefined && selected >= view.from && selected <= view.to;
    const around = at ?? (inView ? selected : (view.from + view.to) / 2);
    this.look(zoomed(view, factor, around, this.#bounds()));
  }

  /** Moves by a part of what is in view. */
  pan(part: number): void {
    this.look(moved(this.session.view.peek(), part, this.#bounds()));
  }

  /** Shows everything. */
  all(): void {
    this.look(whole(this.#bounds()));
  }

  /** Goes to a conflict: its map, both its sides, and what came just before. */
  async jump(moment: TimelineMoment | null): Promise<void> {
    if (moment === null) {
      return;
    }
    const map = this.session.map.peek();
    await this.session.choose(map === null || map === moment.map ? map : mapOf(moment), moment);
    this.session.scrollTo(0);
    const there = this.session.view.peek();
    const wanted = bounded(await this.session.around(moment), this.#bounds());
    const isThere = Math.abs(wanted.from - there.from) < (wanted.to - wanted.from) / 100;
    // Asked for once more, it is seen from closer.
    this.look(isThere ? await this.session.closeTo(moment) : wanted);
  }

  /** The mark before or after in the lane. */
  async step(steps: 1 | -1): Promise<void> {
    const { session, selection } = this;
    const now = selection.current.peek();
    const view = session.view.peek();
    const to = await session.worker.call("beside", {
      row: selection.row(),
      clock: now?.span?.start ?? now?.clock ?? (view.from + view.to) / 2,
      mark: now?.detail?.mark.row ?? -1,
      steps,
    });
    if (to !== null) {
      selection.mark(to);
    }
  }

  /** The lane above or below: its mark that is nearest to where one is. */
  async lane(steps: 1 | -1): Promise<void> {
    const { session, selection } = this;
    const order = session.shown.peek()?.order ?? new Uint32Array(0);
    const row = selection.row();
    const current = selection.current.peek();
    const position = row === "map" ? -2 : row === "gc" ? -1 : session.positionOf(row);
    const next = current === null ? position : position + steps;
    const to: RowName | undefined = next === -2 ? "map" : next === -1 ? "gc" : order[next];
    if (to !== undefined) {
      await this.#nearest(to, this.#clock(), Infinity);
    }
  }

  /** Selects what is nearest to the middle in the lane. */
  async enter(): Promise<void> {
    await this.#nearest(this.selection.row(), this.#clock(), Infinity);
  }

  /** Selects what is at a point of the drawing. */
  async point(x: number, y: number): Promise<void> {
    const { session } = this;
    const row = this.rowAt(y);
    const { width } = session.size.peek();
    const view = session.view.peek();
    if (row !== undefined) {
      const tolerance = ((view.to - view.from) / Math.max(1, width)) * reach;
      await this.#nearest(row, clockAt(x, view, width), tolerance);
    }
  }

  /** Which row is at a height of the drawing. */
  rowAt(y: number): RowName | undefined {
    if (y < axisHeight) {
      return undefined;
    }
    if (y < lanesTop) {
      return y < axisHeight + rowHeight ? "map" : "gc";
    }
    const position = Math.floor((y - lanesTop + this.session.scroll.peek()) / this.session.laneHeight.peek());
    return this.session.shown.peek()?.order[position];
  }

  async #nearest(row: RowName, clock: number, tolerance: number): Promise<void> {
    const { mark, span } = await this.session.worker.call("nearest", { row, clock, tolerance });
    if (mark !== null) {
      this.selection.mark(mark);
    } else if (span !== null) {
      this.selection.span(row, span);
    } else if (this.selection.current.peek() !== null && Number.isFinite(tolerance)) {
      this.selection.clear();
    }
  }

  #clock(): number {
    const { from, to } = this.session.view.peek();
    return this.selection.current.peek()?.clock ?? (from + to) / 2;
  }

  #bounds(): Viewport {
    return this.session.opened.peek() ?? { from: 0, to: 0 };
  }
}

function mapOf({ map }: TimelineMoment): number | null {
  return map === noMap ? null : map;
}
