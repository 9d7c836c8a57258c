/** Tells the lines of several processes apart, and cleans those of each on their own. */
import type { LineKind } from "../grammar.js";
import type { Expander } from "./expand.js";
import type { CleanLine } from "./clean-line.js";
import { StreamLayout } from "./layout.js";
import { PartialLines } from "./partial.js";
import type { Piece } from "./piece.js";
import { ReversedOrder } from "./reversed.js";
import { TimeSorter } from "./sorter.js";
import { bit } from "./undone.js";

/** More processes than that are not told apart at the same time. */
const maxStreams = 256;
/** A headline without the prefix of the lines below waits for so many of them. */
const headlineWait = 4;
/** Lines of other processes may come in between, but not more than this. */
const longestWait = 40;

interface Stream {
  readonly sorter: TimeSorter;
  readonly reversed: ReversedOrder;
  readonly partial: PartialLines;
  readonly layout: StreamLayout;
}

interface WaitingHeadline {
  readonly process: string | null;
  readonly pieces: Piece[];
  waited: number;
}

/** Headlines of so many processes wait at the same time. */
const maxWaiting = 16;

/** The lines of all processes of a text. */
export class Processes {
  private readonly streams = new Map<string, Stream>();
  private readonly names = new Map<string, string>();
  private readonly nameless: Stream;
  private current: Stream;
  private currentName: string | null = null;
  /** A headline that names no process, and what follows it without one. */
  private readonly waiting = new Map<string | null, WaitingHeadline>();
  private readonly early: PartialLines;

  constructor(private readonly expander: Expander) {
    this.early = new PartialLines(expander);
    this.nameless = newStream(expander);
    this.current = this.nameless;
  }

  /** Whether any process is within a dump, or lines are held back. */
  get active(): boolean {
    if (this.waiting.size > 0 || this.early.holds || isActive(this.nameless)) {
      return true;
    }
    for (const stream of this.streams.values()) {
      if (isActive(stream)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the text is one process's, clean, within a dump, and nothing is held back. */
  get plain(): boolean {
    return (
      this.streams.size === 0 &&
      this.waiting.size === 0 &&
      !this.early.holds &&
      this.nameless.layout.plain &&
      !holdsLines(this.nameless)
    );
  }

  /** What the last line of a clean dump was. */
  get lastPlainKind(): LineKind {
    return this.nameless.layout.lastKind;
  }

  /** Notes a line that needs nothing. */
  passPlain(kind: LineKind, text: string, line: number): readonly CleanLine[] {
    return this.nameless.layout.passPlain(kind, text, line);
  }

  /** Takes a line. */
  push(piece: Piece, out: CleanLine[]): void {
    for (const whole of this.early.pushInTime(piece)) {
      this.takeWhole(whole, out);
    }
  }

  private takeWhole(piece: Piece, out: CleanLine[]): void {
    const name = piece.process;
    const group = this.waiting.size === 0 ? undefined : this.groupOf(name);
    if (group !== undefined) {
      group.pieces.push(piece);
      if (group.process !== name || piece.kind === "header" || group.pieces.length > headlineWait) {
        this.release(group, name, out);
      }
    } else if (isHeadline(piece) && this.waiting.size < maxWaiting) {
      this.waiting.set(name, { process: name, pieces: [piece], waited: 0 });
    } else {
      this.route(piece, out);
    }
    for (const waiting of this.waiting.values()) {
      waiting.waited++;
      if (waiting.waited > longestWait) {
        this.release(waiting, waiting.process, out);
      }
    }
  }

  /** The headline that a line of this process may belong to: `web-1 svc[123]` is more than `web-1`. */
  private groupOf(name: string | null): WaitingHeadline | undefined {
    const same = this.waiting.get(name);
    if (same !== undefined || name === null) {
      return same;
    }
    for (const group of this.waiting.values()) {
      if (group.process === null || name.startsWith(`${group.process} `)) {
        return group;
      }
    }
    return undefined;
  }

  /** Gives what is held back. */
  flush(out: CleanLine[]): void {
    for (const rest of this.early.flush()) {
      this.takeWhole(rest, out);
    }
    for (const group of this.waiting.values()) {
      this.release(group, group.process, out);
    }
    for (const stream of [this.nameless, ...this.streams.values()]) {
      flushStream(stream, out);
    }
  }

  /** A headline belongs to the process whose lines follow. */
  private release(group: WaitingHeadline, process: string | null, out: CleanLine[]): void {
    this.waiting.delete(group.process);
    for (const piece of group.pieces) {
      piece.process = process;
      this.route(piece, out);
    }
  }

  private route(piece: Piece, out: CleanLine[]): void {
    const stream = this.streamOf(piece, out);
    if (stream !== this.current) {
      if (stream.layout.inDump && this.current.layout.inDump) {
        piece.bits |= bit.interleaved;
      }
      this.current = stream;
      this.currentName = piece.process;
    }
    for (const sorted of stream.sorter.push(piece)) {
      arrange(stream, sorted, out);
    }
  }

  /** A line that names no process continues the one before: wrapped, or written to a terminal as well. */
  private streamOf(piece: Piece, out: CleanLine[]): Stream {
    if (piece.process === null) {
      if (this.current !== this.nameless && isActive(this.current)) {
        piece.process = this.currentName;
        return this.current;
      }
      return this.nameless;
    }
    const key = piece.process;
    piece.process = this.nameOf(key);
    const known = this.streams.get(key);
    if (known !== undefined) {
      return known;
    }
    this.makeRoom(out);
    const stream = newStream(this.expander);
    this.streams.set(key, stream);
    return stream;
  }

  private makeRoom(out: CleanLine[]): void {
    if (this.streams.size < maxStreams) {
      return;
    }
    const idle = [...this.streams].find(([, stream]) => !isActive(stream)) ?? [...this.streams][0];
    if (idle !== undefined) {
      flushStream(idle[1], out);
      this.streams.delete(idle[0]);
      if (this.current === idle[1]) {
        this.current = this.nameless;
      }
    }
  }

  /** `svc[123]`; with its host where another host has the same. */
  private nameOf(key: string): string {
    const on = key.lastIndexOf(" on ");
    if (on === -1) {
      return key;
    }
    const short = key.slice(0, on);
    const owner = this.names.get(short);
    if (owner === undefined && this.names.size < maxStreams * 16) {
      this.names.set(short, key);
      return short;
    }
    return owner === key ? short : key;
  }
}

/** Also one with a prompt in front of it. */
function isHeadline(piece: Piece): boolean {
  return (
    piece.kind === "headline" ||
    (piece.kind === "other" && piece.text.includes("fatal error: concurrent map"))
  );
}

function newStream(expander: Expander): Stream {
  return {
    sorter: new TimeSorter(),
    reversed: new ReversedOrder(),
    partial: new PartialLines(expander),
    layout: new StreamLayout(),
  };
}

function isActive(stream: Stream): boolean {
  return stream.layout.inDump || stream.layout.holds || holdsLines(stream);
}

function holdsLines(stream: Stream): boolean {
  return stream.sorter.holds || stream.reversed.holds || stream.partial.holds;
}

function arrange(stream: Stream, sorted: Piece, out: CleanLine[]): void {
  for (const ordered of stream.reversed.push(sorted)) {
    finish(stream, ordered, out);
  }
}

function finish(stream: Stream, ordered: Piece, out: CleanLine[]): void {
  for (const whole of stream.partial.push(ordered)) {
    append(out, stream.layout.push(whole));
  }
}

function flushStream(stream: Stream, out: CleanLine[]): void {
  for (const sorted of stream.sorter.flush()) {
    arrange(stream, sorted, out);
  }
  for (const ordered of stream.reversed.flush()) {
    finish(stream, ordered, out);
  }
  for (const whole of stream.partial.flush()) {
    append(out, stream.layout.push(whole));
  }
  append(out, stream.layout.flush());
}

function append(out: CleanLine[], lines: readonly CleanLine[]): void {
  for (const line of lines) {
    out.push(line);
  }
}
