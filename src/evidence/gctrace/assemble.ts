/**
 * Puts lines together whose pieces do not stand in one row: other output stands in between, or the edge of a window cut them.
 *
 *     gc 7 @0.010s 8%: 0.062+0.15+0.024edsger did 20 rounds      the program's line, within the runtime's
 *      ms clock, 0.12+0.10/0.051/0+0.048 ms cpu, …               goes on at the beginning of the next line
 *
 * A line that stopped before its end is **open**. It is not always plain where it stopped: `0.024` may be cut, or the last
 * number may be the first of the other output. So an open line has several **ways on**, and the one that comes to the end is
 * the right one.
 */
import { cycleOf, Values } from "./interpret.js";
import { advance, beginsPiece, type Form, type Progress, type ReadValue } from "./form.js";
import {
  forcedForm,
  gcForm,
  initForm,
  type LineKind,
  otherForm,
  pacerForm,
  scavengeForm,
  schedulerForm,
} from "./forms.js";

/** A line of the runtime that is whole. */
export interface WholeLine {
  readonly kind: LineKind;
  readonly values: readonly ReadValue[];
  /** Where it begins in the text. */
  readonly line: number;
  readonly process: string | null;
  /** Whether other output stood within it. */
  readonly interrupted: boolean;
  /** Whether a cycle's number stood apart from the pieces before and behind it: then it may be a number of the other output. */
  readonly numberApart: boolean;
}

/** One line of the text, as the unmangler gives it. */
export interface TextPiece {
  /** With its prefix. */
  readonly whole: string;
  /** Without. */
  readonly text: string;
  readonly line: number;
  readonly process: string | null;
}

/** How an open line may go on. */
interface WayOn {
  readonly state: string;
  readonly values: readonly ReadValue[];
  /** The beginning of a piece, cut by a window's edge. */
  readonly tail: string;
  readonly interrupted: boolean;
  readonly numberApart: boolean;
  /** How much of the text it explains: the way that explains most is the right one. */
  readonly score: number;
}

interface OpenLine {
  readonly form: Form<LineKind>;
  readonly line: number;
  readonly process: string | null;
  ways: readonly WayOn[];
  /** The last line that took it further. */
  lastLine: number;
  /** Whether it is the runtime's for sure: `gc 8` alone can be anything. */
  certain: boolean;
}

/** A line that went so far is the runtime's. */
const certainPieces = 4;

const maxWays = 16;
/**
 * Other output without a line end has no words that tell it apart. So many places behind it are tried, so many characters far,
 * so many times in a row, for so many ways. A guess explains nothing by itself: what comes on later lines must follow from it.
 */
const triedPlaces = 2;
const guessReach = 160;
const guessDepth = 2;
const guessedWays = 4;
const guessCost = 0.1;
/** Lines are open at the same time, of all processes. */
const maxOpen = 8;
/** So many lines of other output may stand within a line. */
const maxGap = 48;
/** More characters than any line of the runtime has; that of the scheduler has six for each processor. */
const maxContinued = 65_536;
/** So many characters of other output are searched for the place where an open line goes on. */
const maxWithin = 2048;

const forms: readonly (readonly [begins: RegExp, form: Form<LineKind>, state?: string])[] = [
  [/gc #?\d|gc \D/y, gcForm],
  [/\d{1,10} @/y, gcForm, "number"],
  [/pacer: /y, pacerForm],
  [/init \S/y, initForm],
  [/scav \d/y, scavengeForm],
  [/SCHED \d/y, schedulerForm],
  [/GC forced/y, forcedForm],
  [/scan: |checkfinalizers: |scvg\d{0,10}: | {2}[PMG]\d/y, otherForm],
];

/** Where a line of the runtime may begin. `gc ` may stand before other output, on the line above. */
const beginning =
  /gc #?\d{1,10} @|(?<![\w.-])gc #?\d{1,10}(?![\w.]*[:(%])|(?:^|(?<=[#.*]))gc (?=[^\d\s])|(?<![\w.])\d{1,10} @\d{1,12}\.\d{3}s|pacer: (?:assist|sweep|H_m|-?\d{1,3}%)|(?<!\w)init [^\s@]{1,400} @|(?<!\w)scav \d{1,20} (?:KiB|\d)|SCHED \d{1,15}ms:|(?<!\w)GC forced|(?<!\w)scan: (?:total|class) \S|checkfinalizers: queue|scvg\d{0,10}: (?:inuse|\d)|^ {2}[PMG]\d{1,12}: (?:status|p)=/g;
/** The same for the beginning of a line, where less is enough. */
const weakBeginning = /^(?:gc #?\d{1,10}|pacer: )/;

/** Whether there is anything in a line that a line of the runtime begins with; quick. */
export function mayBegin(text: string): boolean {
  return quick.test(text);
}
// Colours and HTML can stand within the words that are looked for.
const quick =
  /\[\d|&#|<\/|gc \S|gc #\d|\d @\d|pacer: |init \S|scav \d|SCHED \d|GC forced|scan: [tc]|checkfinalizers|scvg|^ {2}[PMG]\d/;

/** Finds the runtime's lines in the lines of a text. */
export class Assembler {
  #open: OpenLine[] = [];
  #unread = 0;

  /** Whether the line of the text that comes may be part of one that is open. */
  get waits(): boolean {
    return this.#open.length > 0;
  }

  /** Lines that began and never came to their end. */
  get unread(): number {
    return this.#unread;
  }

  /** Takes the next line of the text; gives the runtime's lines that it makes whole. */
  push(piece: TextPiece): readonly WholeLine[] {
    const found: WholeLine[] = [];
    const text = piece.whole;
    const behindPrefix = Math.max(0, text.length - piece.text.length);
    const content = piece.whole.endsWith(piece.text) ? behindPrefix : 0;
    let at = this.#goOn(text, content, piece, found);
    for (;;) {
      const start = beginningFrom(text, at, content);
      const from = Math.max(at, content);
      this.#within(text.slice(0, Math.min(start ?? text.length, from + maxWithin)), from, piece, found);
      if (start === undefined) {
        break;
      }
      at = this.#begin(text, start, piece, found);
    }
    this.#expire(piece.line);
    return found;
  }

  /** The text has ended. */
  end(): void {
    this.#giveUp(this.#open);
  }

  #giveUp(lines: readonly OpenLine[]): void {
    this.#unread += lines.filter(({ certain }) => certain).length;
    this.#open = this.#open.filter((open) => !lines.includes(open));
  }

  /** Tries to go on with an open line at the beginning of a line. Gives the place up to which it went. */
  #goOn(text: string, content: number, piece: TextPiece, found: WholeLine[]): number {
    // What looks like a prefix may be the runtime's own: `workers=0+0.25`, `>4 MB, `.
    const starts = content === 0 ? [0] : [content, 0];
    for (const open of this.#openOf(piece.process)) {
      const steps = stepsAtStart(open, text, starts);
      if (steps.length > 0) {
        return this.#take(open, steps, piece, found);
      }
    }
    return 0;
  }

  /** Tries to go on with an open line in the middle of a line, where other output had no line end. */
  #within(text: string, from: number, piece: TextPiece, found: WholeLine[]): void {
    for (const open of this.#openOf(piece.process)) {
      let at = from;
      for (let step = strongStep(open, text, at); step !== undefined; step = strongStep(open, text, at)) {
        at = Math.max(at + 1, this.#take(open, [step], piece, found));
        if (!this.#open.includes(open)) {
          return;
        }
      }
      // Only behind what the line itself was just read from: `ms clock, .0.12ada did it`.
      if (open.lastLine === piece.line) {
        const guesses = open.ways
          .slice(0, guessedWays)
          .flatMap((way) => guessesWithin(open.form, way, text, at, guessDepth));
        open.ways = bestWays([...open.ways, ...guesses]);
      }
    }
  }

  /** Takes what the ways of an open line made of a line. Gives the place up to which the best one went. */
  #take(open: OpenLine, steps: readonly Step[], piece: TextPiece, found: WholeLine[]): number {
    open.lastLine = piece.line;
    const whole = steps.filter((step) => isWhole(open.form, step));
    const best = bestOf(whole.length > 0 ? whole : steps);
    if (best === undefined) {
      return 0;
    }
    if (whole.length > 0) {
      this.#open = this.#open.filter((other) => other !== open);
      found.push({
        kind: open.form.kind,
        values: [...best.way.values, ...best.progress.values],
        line: open.line,
        process: open.process ?? piece.process,
        interrupted: best.interrupted,
        numberApart: best.way.numberApart,
      });
    } else {
      const more = steps.flatMap(({ way, progress, given, interrupted }) =>
        waysFrom(open.form, { ...way, interrupted }, progress, given),
      );
      open.ways = bestWays([...more, ...open.ways]);
      open.certain ||= best.progress.pieces >= certainPieces;
    }
    return Math.max(0, best.end);
  }

  /** Begins a line; gives the place where it stopped. */
  #begin(text: string, start: number, piece: TextPiece, found: WholeLine[]): number {
    const known = formAt(text, start);
    if (known === undefined) {
      return start + 1;
    }
    const { form, state } = known;
    const progress = advance(form, state, text, start);
    if (form.ends.has(progress.state)) {
      found.push({
        kind: form.kind,
        values: progress.values,
        line: piece.line,
        process: piece.process,
        interrupted: state !== "begin",
        numberApart: false,
      });
    } else if (progress.pieces > 0) {
      const way: WayOn = {
        state,
        values: [],
        tail: "",
        interrupted: state !== "begin",
        numberApart: false,
        score: 0,
      };
      this.#open.push({
        form,
        line: piece.line,
        process: piece.process,
        ways: waysFrom(form, way, progress, text),
        lastLine: piece.line,
        certain: progress.pieces >= certainPieces,
      });
      if (this.#open.length > maxOpen) {
        this.#giveUp(this.#open.slice(0, -maxOpen));
      }
    }
    return Math.max(progress.at, start + 1);
  }

  /** Open lines that this process may have written, the latest first. A prefix may be lost with the beginning of a line. */
  #openOf(process: string | null): readonly OpenLine[] {
    return this.#open
      .filter((open) => open.process === process || open.process === null || process === null)
      .toReversed();
  }

  #expire(line: number): void {
    if (this.#open.length > 0) {
      this.#giveUp(this.#open.filter(({ lastLine }) => line - lastLine > maxGap));
    }
  }
}

/** A step of an open line. */
interface Step {
  readonly way: WayOn;
  readonly progress: Progress;
  /** The text that was matched: with the tail of the line before. */
  readonly given: string;
  /** Where in the line of the text it stopped. */
  readonly end: number;
  readonly interrupted: boolean;
}

function beginningFrom(text: string, from: number, content: number): number | undefined {
  if (from <= content && weakBeginning.test(text.slice(content, content + 24))) {
    return content;
  }
  beginning.lastIndex = from;
  return beginning.exec(text)?.index;
}

function formAt(text: string, at: number): { form: Form<LineKind>; state: string } | undefined {
  for (const [pattern, form, state] of forms) {
    pattern.lastIndex = at;
    if (pattern.test(text)) {
      return { form, state: state ?? "begin" };
    }
  }
  return undefined;
}

/** What each way makes of the beginning of a line. */
function stepsAtStart(open: OpenLine, text: string, starts: readonly number[]): Step[] {
  const steps: Step[] = [];
  for (const start of starts) {
    const line = text.slice(start, start + maxContinued);
    for (const way of open.ways) {
      // A window's edge can take the blank with it at which it cuts.
      for (const tail of way.tail === "" ? [""] : [way.tail, `${way.tail} `]) {
        const given = tail + line;
        const progress = advance(open.form, way.state, given, 0);
        const end = start + progress.at - tail.length;
        if (progress.pieces > 0 && end > start) {
          steps.push({ way, progress, given, end, interrupted: way.interrupted });
        }
      }
    }
  }
  return steps;
}

/** Whether a step comes to the end, with a line that the runtime can have written. */
function isWhole({ kind, ends }: Form<LineKind>, { way, progress }: Step): boolean {
  if (!ends.has(progress.state)) {
    return false;
  }
  return kind !== "gc" || cycleOf(new Values([...way.values, ...progress.values]), 1, false) !== null;
}

/** The step that explains most; of equal ones, one for which nothing need have stood in between. */
function bestOf(steps: readonly Step[]): Step | undefined {
  return steps.reduce<Step | undefined>(
    (best, step) => (best === undefined || rankOf(step) > rankOf(best) ? step : best),
    undefined,
  );
}

function rankOf({ way, progress, interrupted }: Step): number {
  return way.score + progress.pieces + (interrupted ? 0 : 0.25);
}

/** The ways that explain most, none twice. */
function bestWays(ways: readonly WayOn[]): readonly WayOn[] {
  const known = new Set<string>();
  return ways
    .toSorted((one, other) => other.score - one.score)
    .filter(({ state, values, tail }) => {
      const key = `${state}\n${tail}\n${values.map(({ text }) => text).join(" ")}`;
      return !known.has(key) && known.add(key).size <= maxWays;
    });
}

/** Looks for the place in a line where a way goes on; only words that other output hardly has count. */
function stepWithin(form: Form, way: WayOn, text: string, from: number): Step | undefined {
  if (way.tail !== "") {
    return undefined;
  }
  for (let at = from; at < text.length; at++) {
    const progress = advance(form, way.state, text, at);
    if (progress.pieces > 0 && (form.ends.has(progress.state) || progress.distinctive)) {
      return { way, progress, given: text, end: progress.at, interrupted: true };
    }
  }
  return undefined;
}

/** The first way that goes on in the middle of a line for sure. */
function strongStep({ form, ways }: OpenLine, text: string, from: number): Step | undefined {
  for (const way of ways) {
    const step = stepWithin(form, way, text, from);
    if (step !== undefined) {
      return step;
    }
  }
  return undefined;
}

/** Places in a line where a way may go on by a piece or two; what comes on a later line tells whether it does. */
function guessesWithin(form: Form, way: WayOn, text: string, from: number, depth: number): readonly WayOn[] {
  const guesses: WayOn[] = [];
  const end = Math.min(text.length, from + guessReach);
  let tried = 0;
  for (let at = from; at < end && way.tail === "" && tried < triedPlaces; at++) {
    const progress = advance(form, way.state, text, at);
    if (progress.pieces > 0) {
      const values = [...way.values, ...progress.values];
      const score = way.score - guessCost;
      const numberApart = way.numberApart || isNumberAlone(way, progress);
      const guess = { state: progress.state, values, tail: "", interrupted: true, numberApart, score };
      guesses.push(guess);
      if (depth > 0) {
        guesses.push(...guessesWithin(form, guess, text, progress.at, depth - 1));
      }
      tried++;
      at = progress.at;
    }
  }
  return guesses;
}

/** Whether nothing but a cycle's number was read: `gc ` stood on a line above. */
function isNumberAlone({ state }: WayOn, { pieces, values }: Progress): boolean {
  return state !== "begin" && pieces === 1 && values[0]?.field === "number";
}

/** How a line may go on that stopped. */
function waysFrom(form: Form, way: WayOn, progress: Progress, given: string): readonly WayOn[] {
  const values = [...way.values, ...progress.values];
  const rest = given.slice(progress.at);
  const { state, beforeValue, pieces } = progress;
  const score = way.score + pieces;
  const numberApart = way.numberApart || isNumberAlone(way, progress);
  const ways: WayOn[] = [];
  const trimmed = rest.trimEnd();
  const cut = beforeValue === null ? "" : given.slice(beforeValue.at).trimEnd();
  if (beforeValue !== null && beginsPiece(form, beforeValue.state, cut)) {
    // The number may have been cut.
    const before = { state: beforeValue.state, values: values.slice(0, -1) };
    ways.push({ ...way, ...before, tail: cut, score: score - 0.5 });
  }
  if (rest !== "" && beginsPiece(form, state, rest)) {
    ways.push({ ...way, state, values, tail: rest, numberApart, score });
  } else if (trimmed !== "" && beginsPiece(form, state, trimmed)) {
    ways.push({ ...way, state, values, tail: trimmed, numberApart, score });
  }
  ways.push({ state, values, tail: "", interrupted: way.interrupted || trimmed !== "", numberApart, score });
  if (beforeValue !== null && trimmed !== "") {
    // The number may have been the other output's.
    const before = { state: beforeValue.state, values: values.slice(0, -1) };
    ways.push({ ...way, ...before, tail: "", interrupted: true, score: score - 1 });
  }
  return ways;
}
