/**
 * One timeline that is open in the page: the worker that holds its data, and what is in view. The page never holds events; it asks for
 * what one screen can show. One part is asked for at a time, and only the newest wish is kept.
 */
import { batch, computed, signal } from "@preact/signals";
import type { TimelineMoment } from "../../../src/analysis/timeline/data.js";
import { noMap } from "../../../src/analysis/timeline/spans.js";
import type { Screen } from "../../../src/analysis/timeline/timeline-store.js";
import type { Stretch, TimelineInput } from "../../../src/document/timeline-sources.js";
import { bytesForWorker } from "../../parts/byte-source.js";
import { beginReading } from "../../page/state.js";
import { connectWorker, type ConnectedWorker } from "../../parts/workers.js";
import type { DrawnPart, Found, Opened, Shown, TimelineCalls } from "./calls.js";
import TimelineWorker from "./timeline.worker.ts?worker";
import { bounded, shortest, stepOf, type Viewport, whole } from "./viewport.js";

/** Heights in pixels: of a lane, where there are many, some, or few; of each row above the lanes, and of the axis. */
const laneHeights = { many: 26, some: 34, few: 46 } as const;
export const rowHeight = 24;
export const axisHeight = 24;
/** Where lanes begin. */
export const lanesTop = axisHeight + 2 * rowHeight;
/** Lanes beyond the screen that are asked for too. */
const lanesBeyond = 8;
/** Part of the stretch in view that is asked for at each of its sides too. */
const beside = 0.5;

/** How large the drawing is, in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A timeline that is open. */
export class TimelineSession {
  readonly opened = signal<Opened | null>(null);
  readonly shown = signal<Shown | null>(null);
  readonly share = signal(0);
  readonly error = signal<Error | null>(null);
  readonly view = signal<Viewport>({ from: 0, to: 1 });
  /** How far lanes are scrolled, in pixels. */
  readonly scroll = signal(0);
  readonly size = signal<Size>({ width: 0, height: 0 });
  readonly part = signal<DrawnPart | null>(null);
  /** Number of the map that is shown; null for all. */
  readonly map = signal<number | null>(null);
  /** The conflict that is looked at. */
  readonly moment = signal<TimelineMoment | null>(null);
  /** What the text report shows; null where it shows nothing. */
  stretch: Stretch | null = null;
  /** What was searched for and found; null where nothing is searched for. */
  readonly found = signal<(Found & { readonly query: string; readonly position: number }) | null>(null);
  /** The moment that times are counted from. */
  readonly zero = computed(() => this.moment.value?.clock ?? 0);
  /** Where the lanes of conflicts are; looked for once, for there may be a million lanes. */
  readonly #momentPositions = computed(() => {
    const order = this.shown.value?.order ?? new Uint32Array(0);
    const lanes = new Set(this.opened.value?.moments.flatMap((moment) => [...moment.lanes]));
    return new Map([...lanes].slice(0, 256).map((lane) => [lane, order.indexOf(lane)]));
  });
  /** How high a lane is. */
  readonly laneHeight = computed(() => {
    const lanes = this.shown.value?.order.length ?? 0;
    return lanes > 12 ? laneHeights.many : lanes > 5 ? laneHeights.some : laneHeights.few;
  });
  /** How far down lanes can be scrolled. */
  readonly scrollEnd = computed(() =>
    Math.max(
      0,
      (this.shown.value?.order.length ?? 0) * this.laneHeight.value - (this.size.value.height - lanesTop - 4),
    ),
  );
  readonly #worker = connectWorker<TimelineCalls>(() => new TimelineWorker({ name: "timeline" }));
  /** Asks the worker. What fails is shown in place of the timeline, and the answer never comes; so it is after the end, too. */
  readonly worker: Pick<ConnectedWorker<TimelineCalls>, "call"> = {
    call: async (name, request, options) => {
      try {
        return await this.#worker.call(name, request, options);
      } catch (error) {
        if (options?.signal?.aborted === true) {
          throw error;
        }
        this.#fail(error);
        return new Promise<never>(() => undefined);
      }
    },
  };
  #asking = false;
  #again = false;
  #closed = false;
  /** Tells that the recording was read, or is not any more. */
  #haveRead = (): void => undefined;
  #opening = 0;

  /** Opens a timeline; another time with more that is known of the same one. */
  async open(input: TimelineInput): Promise<void> {
    const turn = ++this.#opening;
    this.#haveRead();
    this.#haveRead = beginReading();
    try {
      const opened = await this.worker.call(
        "open",
        { input: forWorker(input) },
        { onNews: ({ share }) => (this.share.value = share) },
      );
      if (turn !== this.#opening) {
        return;
      }
      const isFirst = this.opened.peek() === null;
      batch(() => {
        this.opened.value = opened;
        this.share.value = 1;
        this.moment.value ??= opened.moments[0] ?? null;
        if (isFirst) {
          this.view.value = whole(opened);
        }
      });
      this.shown.value = null;
      this.#haveRead();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Shows one map, or all, with the sides of a conflict first. */
  async choose(map: number | null, moment: TimelineMoment | null): Promise<void> {
    if (this.shown.peek() !== null && map === this.map.peek() && moment === this.moment.peek()) {
      return;
    }
    try {
      const shown = await this.worker.call("choose", { map, first: moment?.lanes ?? [] });
      batch(() => {
        this.map.value = map;
        this.moment.value = moment;
        this.shown.value = shown;
        this.part.value = null;
        this.scroll.value = Math.min(this.scroll.peek(), this.scrollEnd.value);
      });
      this.#ask(true);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Shows another stretch of time. */
  look(view: Viewport): void {
    const opened = this.opened.peek();
    if (opened !== null) {
      this.view.value = bounded(view, opened);
      this.#ask(false);
    }
  }

  /** Scrolls lanes to a position in pixels. */
  scrollTo(position: number): void {
    this.scroll.value = Math.max(0, Math.min(this.scrollEnd.peek(), position));
    this.#ask(false);
  }

  /** Scrolls so that a lane can be seen. */
  scrollToLane(lane: number): void {
    const position = this.positionOf(lane);
    const laneHeight = this.laneHeight.peek();
    const room = this.size.peek().height - lanesTop - laneHeight;
    if (position < 0) {
      return;
    }
    const top = position * laneHeight;
    if (top < this.scroll.peek() || top > this.scroll.peek() + room) {
      this.scrollTo(top - room / 2);
    }
  }

  /** The drawing has another size. */
  resize(size: Size): void {
    const { width, height } = this.size.peek();
    if (width !== size.width || height !== size.height) {
      this.size.value = size;
      this.scroll.value = Math.min(this.scroll.peek(), this.scrollEnd.peek());
      this.#ask(false);
    }
  }

  /** Position of a lane among those that are shown; -1 where it is not. */
  positionOf(lane: number): number {
    return this.#momentPositions.value.get(lane) ?? this.shown.value?.order.indexOf(lane) ?? -1;
  }

  /** The lanes on the screen, by their positions. */
  visibleLanes(): { readonly firstLane: number; readonly lanes: number } {
    const laneHeight = this.laneHeight.peek();
    const firstLane = Math.floor(this.scroll.peek() / laneHeight);
    const room = Math.max(0, this.size.peek().height - lanesTop);
    const lanes = Math.ceil(room / laneHeight) + 1;
    return { firstLane, lanes: Math.max(0, Math.min(lanes, this.#laneCount() - firstLane)) };
  }

  /** What is on the screen, for lists. */
  visible(): Screen {
    const view = this.view.peek();
    return { ...view, step: stepOf(view, this.size.peek().width), ...this.visibleLanes() };
  }

  /** Moments that belong to the map that is shown. */
  shownMoments(): readonly TimelineMoment[] {
    const map = this.map.value;
    const moments = this.opened.value?.moments ?? [];
    return moments.filter((moment) => map === null || moment.map === map || moment.map === noMap);
  }

  /** Where to look for a conflict: at what the text report shows, else at the marks of both sides just before it. */
  async around(moment: TimelineMoment): Promise<Viewport> {
    const { stretch } = this;
    const { clock } = moment;
    if (stretch !== null && Math.abs(stretch.zero - clock) <= 1 && stretch.from < clock) {
      return justBefore(clock, clock - stretch.from);
    }
    for (const steps of [24, 6, 2]) {
      const clocks = await this.#clocksBefore(moment, steps);
      if (clocks.length > 0) {
        return justBefore(clock, clock - Math.max(...clocks));
      }
    }
    return this.closeTo(moment);
  }

  /** From the last mark of each side before a conflict to the conflict. */
  async closeTo(moment: TimelineMoment): Promise<Viewport> {
    const { clock } = moment;
    const clocks = await this.#clocksBefore(moment, 1);
    return clocks.length > 0
      ? justBefore(clock, clock - Math.min(...clocks))
      : whole(this.opened.peek() ?? { from: clock, to: clock });
  }

  /** When each side had its mark so many before a conflict; sides without one are left out. */
  async #clocksBefore({ clock, lanes }: TimelineMoment, steps: number): Promise<number[]> {
    const marks = await Promise.all(
      lanes.map(async (row) => this.worker.call("beside", { row, clock, mark: -1, steps: -steps })),
    );
    return marks.flatMap((mark) => (mark === null ? [] : [mark.clock]));
  }

  /** Ends the worker. */
  close(): void {
    this.#closed = true;
    this.#worker.close();
  }

  #laneCount(): number {
    return this.shown.peek()?.order.length ?? 0;
  }

  /** Asks for what is in view, unless the part that is there shows it. */
  #ask(anyway: boolean): void {
    const { width } = this.size.peek();
    if (this.shown.peek() === null || width <= 0 || (!anyway && this.#isCovered())) {
      return;
    }
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    void this.#fetch();
  }

  #isCovered(): boolean {
    const screen = this.part.peek()?.screen;
    const wanted = this.visible();
    return (
      screen !== undefined &&
      screen.step === wanted.step &&
      screen.from <= wanted.from &&
      screen.to >= wanted.to &&
      screen.firstLane <= wanted.firstLane &&
      screen.firstLane + screen.lanes >= Math.min(wanted.firstLane + wanted.lanes, this.#laneCount())
    );
  }

  async #fetch(): Promise<void> {
    const wanted = this.visible();
    const span = wanted.to - wanted.from;
    const firstLane = Math.max(0, wanted.firstLane - lanesBeyond);
    const screen: Screen = {
      from: wanted.from - span * beside,
      to: wanted.to + span * beside,
      step: wanted.step,
      firstLane,
      lanes: wanted.firstLane + wanted.lanes + lanesBeyond - firstLane,
    };
    const { shown } = this;
    const before = shown.peek();
    try {
      const part = await this.worker.call("part", { screen, view: wanted });
      // What was chosen meanwhile has other lanes.
      if (shown.peek() === before) {
        this.part.value = part;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#asking = false;
      if (this.#again) {
        this.#again = false;
        this.#ask(false);
      }
    }
  }

  #fail(error: unknown): void {
    this.#haveRead();
    if (!this.#closed) {
      this.error.value = error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** A moment at six sevenths of the width, with so much time before it. */
function justBefore(clock: number, time: number): Viewport {
  const span = Math.max(time * 1.05, shortest);
  return { from: clock - span, to: clock + span / 6 };
}

function forWorker(input: TimelineInput): TimelineInput {
  return input.kind === "recording"
    ? { ...input, part: { ...input.part, bytes: bytesForWorker(input.part.bytes) } }
    : input;
}
