/** What is selected: a mark, or a bar. It stands in the address (`select`, `at`, `until`), so that the back button undoes a selection. */
import { computed, signal } from "@preact/signals";
import type { RowName } from "../../../src/analysis/timeline/timeline-store.js";
import { route, setParams } from "../../page/route.js";
import type { ListedMark, MarkDetail, SpanAt } from "./calls.js";
import type { DrawnSelection } from "./painter.js";
import type { TimelineSession } from "./session.js";
import { glyphs } from "../../../src/analysis/timeline/marks.js";
import { showing } from "./viewport.js";

/** A selected mark or bar. */
export interface Selected {
  readonly row: RowName;
  readonly clock: number;
  readonly detail: MarkDetail | null;
  readonly span: SpanAt | null;
}

/** What is selected in a timeline. */
export class Selection {
  readonly current = signal<Selected | null>(null);
  /** For the drawing. */
  readonly drawn = computed((): DrawnSelection | null => {
    const now = this.current.value;
    if (now === null) {
      return null;
    }
    const position = now.row === "map" ? -1 : now.row === "gc" ? -2 : this.session.positionOf(now.row);
    return position === -1 && now.row !== "map"
      ? null
      : { position, clock: now.span?.start ?? now.clock, end: now.span?.end };
  });
  #followed = "";

  constructor(private readonly session: TimelineSession) {}

  /** The row that keys work in: the selected one, else the first lane. */
  row(): RowName {
    return this.current.peek()?.row ?? this.session.shown.peek()?.order[0] ?? "map";
  }

  /** Selects a mark, and brings it into view. */
  mark(mark: ListedMark): void {
    const row = rowOfMark(mark);
    this.session.look(
      showing(this.session.view.peek(), mark.clock, this.session.opened.peek() ?? { from: 0, to: 0 }),
    );
    this.#reveal(row);
    setParams({ select: this.#name(row), at: String(mark.clock), until: "" });
    this.#remember();
    void this.#load(row, mark.clock, mark.row);
  }

  /** Selects a bar or a band. */
  span(row: RowName, span: SpanAt): void {
    setParams({ select: this.#name(row), at: String(span.start), until: String(span.end) });
    this.#remember();
    this.current.value = { row, clock: span.start, detail: null, span };
  }

  /** Selects nothing. */
  clear(): void {
    setParams({ select: "", at: "", until: "" });
    this.#remember();
    this.current.value = null;
  }

  /** Follows the address. */
  async follow(): Promise<void> {
    const { select = "", at = "", until = "" } = route.peek().params;
    const key = `${select} ${at} ${until}`;
    if (key === this.#followed || this.session.shown.peek() === null) {
      return;
    }
    this.#followed = key;
    const row = this.#rowNamed(select);
    const clock = Number(at);
    if (row === undefined || at === "" || !Number.isFinite(clock)) {
      this.current.value = null;
      return;
    }
    this.session.look(
      showing(this.session.view.peek(), clock, this.session.opened.peek() ?? { from: 0, to: 0 }),
    );
    this.#reveal(row);
    if (until !== "") {
      const middle = (clock + Number(until)) / 2;
      const span = await this.session.worker.call("spanAt", { row, clock: middle, tolerance: 1 });
      if (key === this.#followed) {
        this.current.value = span === null ? null : { row, clock, detail: null, span };
      }
      return;
    }
    const { mark } = await this.session.worker.call("nearest", { row, clock, tolerance: 1 });
    if (key !== this.#followed) {
      // Something else, or nothing, was selected meanwhile.
      return;
    }
    if (mark === null) {
      this.current.value = null;
    } else {
      await this.#load(row, mark.clock, mark.row);
    }
  }

  async #load(row: RowName, clock: number, markRow: number): Promise<void> {
    const turn = this.#followed;
    const detail = await this.session.worker.call("detail", { row: markRow });
    if (turn === this.#followed) {
      this.current.value = { row, clock, detail, span: null };
    }
  }

  #remember(): void {
    const { select = "", at = "", until = "" } = route.peek().params;
    this.#followed = `${select} ${at} ${until}`;
  }

  #reveal(row: RowName): void {
    if (typeof row === "number") {
      this.session.scrollToLane(row);
    }
  }

  #name(row: RowName): string {
    const id = typeof row === "number" ? (this.session.opened.peek()?.ids[row] ?? -1) : -1;
    return typeof row === "string" ? row : id < 0 ? "g?" : `g${id}`;
  }

  #rowNamed(name: string): RowName | undefined {
    if (name === "map" || name === "gc") {
      return name;
    }
    const id = name === "g?" ? -1 : /^g\d+$/.test(name) ? Number(name.slice(1)) : NaN;
    const lane = this.session.opened.peek()?.ids.indexOf(id) ?? -1;
    return lane < 0 ? undefined : lane;
  }
}

/** The row that a mark stands in. */
export function rowOfMark({ glyph, lane }: ListedMark): RowName {
  return glyph === glyphs.growth ? "map" : glyph === glyphs.gc ? "gc" : lane;
}
