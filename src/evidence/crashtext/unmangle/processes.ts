/** Tells the lines of several processes apart, and cleans those of each on their own. */
import type { LineKind } from "../grammar.js";
import type { CleanLine } from "./clean-line.js";
import { StreamLayout } from "./layout.js";
import { LineOrder } from "./order.js";
import type { Piece } from "./piece.js";
import { bit } from "./undone.js";

/** More processes than that are not told apart at the same time. */
const maxStreams = 256;
/** A headline without the prefix of the lines below waits for so many of them. */
const headlineWait = 4;

interface Stream {
  readonly order: LineOrder;
  readonly layout: StreamLayout;
}

/** The lines of all processes of a text. */
export class Processes {
  private readonly streams = new Map<string, Stream>();
  private readonly names = new Map<string, string>();
  private readonly nameless: Stream = newStream();
  private current: Stream = this.nameless;
  private currentName: string | null = null;
  /** A headline that names no process, and what follows it without one. */
  private waiting: Piece[] = [];

  /** Whether any process is within a dump, or lines are held back. */
  get active(): boolean {
    if (this.waiting.length > 0 || isActive(this.nameless)) {
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
      this.waiting.length === 0 &&
      this.nameless.layout.plain &&
      !this.nameless.order.holds
    );
  }

  /** Notes a line that needs nothing. */
  passPlain(kind: LineKind, text: string, line: number): readonly CleanLine[] {
    return this.nameless.layout.passPlain(kind, text, line);
  }

  /** Takes a line. */
  push(piece: Piece, out: CleanLine[]): void {
    if (piece.process === null && (piece.kind === "headline" || this.waiting.length > 0)) {
      this.waiting.push(piece);
      if (piece.kind === "header" || this.waiting.length > headlineWait) {
        this.release(null, out);
      }
      return;
    }
    if (this.waiting.length > 0) {
      this.release(piece.process, out);
    }
    this.route(piece, out);
  }

  /** Gives what is held back. */
  flush(out: CleanLine[]): void {
    this.release(null, out);
    for (const stream of [this.nameless, ...this.streams.values()]) {
      flushStream(stream, out);
    }
  }

  /** A headline belongs to the process whose lines follow. */
  private release(process: string | null, out: CleanLine[]): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const piece of waiting) {
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
    for (const ordered of stream.order.push(piece)) {
      append(out, stream.layout.push(ordered));
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
    const stream = newStream();
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

function newStream(): Stream {
  return { order: new LineOrder(), layout: new StreamLayout() };
}

function isActive(stream: Stream): boolean {
  return stream.layout.inDump || stream.layout.holds || stream.order.holds;
}

function flushStream(stream: Stream, out: CleanLine[]): void {
  for (const piece of stream.order.flush()) {
    append(out, stream.layout.push(piece));
  }
  append(out, stream.layout.flush());
}

function append(out: CleanLine[], lines: readonly CleanLine[]): void {
  for (const line of lines) {
    out.push(line);
  }
}
