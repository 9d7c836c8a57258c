/**
 * What the world does to a crash text between the runtime and the reader, one function for each way.
 *
 * A way is given a text with `\n` line ends and makes another one of it. It says what got lost, so that a test can tell what
 * the reading of the text must still say.
 */
import type { Random } from "./random.js";

/** Where on the way from the program to the reader it happens; two ways are applied in this order. */
export const stages = [
  "program",
  "logger",
  "syslog",
  "container",
  "CI",
  "export",
  "terminal",
  "file",
  "people",
  "web",
] as const;

/** A point on the way. */
export type Stage = (typeof stages)[number];

/**
 * What a text no longer says:
 *
 * - "paths": folders of paths, x-ed or cut;
 * - "line numbers": those of file lines;
 * - "frames": some frames are gone;
 * - "goroutines": some goroutines are gone;
 * - "headline": it is in a title only.
 */
export type Loss = "paths" | "line numbers" | "frames" | "goroutines" | "headline";

/** A row of the list of what happens to crash texts. */
export type Row =
  | "syslog, rsyslog"
  | "journald"
  | "Docker, Kubernetes"
  | "loggers"
  | "exports"
  | "CI"
  | "people"
  | "terminals"
  | "files"
  | "Windows, Terraform";

/** One way of mangling. */
export interface Mangler {
  readonly row: Row;
  /** Unique. */
  readonly name: string;
  readonly stage: Stage;
  readonly lost?: readonly Loss[];
  /** How many times the crash is in the text then; 1 when not given. */
  readonly copies?: number;
  /** Whether the text has what this way changes; always when not given. */
  readonly applies?: (text: string) => boolean;
  readonly mangle: (text: string, random: Random) => string;
  /** What happens at these points cannot come before it. */
  readonly notAfterStages?: readonly Stage[];
}

/** Changes every line. */
export function eachLine(text: string, change: (line: string, index: number) => string): string {
  const ended = text.endsWith("\n");
  const lines = (ended ? text.slice(0, -1) : text).split("\n");
  return lines.map(change).join("\n") + (ended ? "\n" : "");
}

/** A clock that goes on a little at each line. */
export class Clock {
  private now: number;
  private nanoseconds: number;

  constructor(private readonly random: Random) {
    this.now = Date.UTC(
      2024,
      random.between(0, 11),
      random.between(1, 28),
      random.between(0, 23),
      random.between(0, 58),
    );
    this.nanoseconds = random.between(0, 999_999);
  }

  /** Goes on, by less than a millisecond on average. */
  tick(): this {
    this.nanoseconds += this.random.between(100, 900_000);
    this.now += Math.floor(this.nanoseconds / 1_000_000);
    this.nanoseconds %= 1_000_000;
    return this;
  }

  /** `2024-01-02T03:04:05.678901234`, with so many digits behind the dot. */
  iso(digits: number, between = "T"): string {
    const date = new Date(this.now).toISOString();
    const fraction = date.slice(20, 23) + String(this.nanoseconds).padStart(6, "0");
    return (
      date.slice(0, 10) + between + date.slice(11, 19) + (digits === 0 ? "" : `.${fraction.slice(0, digits)}`)
    );
  }

  /** `Jan  2 03:04:05`, with the names of months in some language. */
  syslog(months: readonly string[], digits = 0): string {
    const date = new Date(this.now);
    const month = months[date.getUTCMonth()] ?? "Jan";
    const day = String(date.getUTCDate()).padStart(2, " ");
    return `${month} ${day} ${this.iso(digits).slice(11)}`;
  }
}

/** Names of months as journald and syslog print them. */
export const months: Readonly<Record<string, readonly string[]>> = {
  english: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  german: ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
  french: [
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
  ],
  russian: ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
  polish: ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"],
  japanese: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
};
