/** Takes the parts out of clean lines whose kind grammar.ts has told. */
import type { CaseFrame } from "../../case/case.js";
import { argumentsStart, filePathEnd } from "./grammar.js";

/** What a goroutine's header says. */
export interface Header {
  readonly id: number;
  readonly state: string;
  readonly waitMinutes: number | null;
  readonly remarks: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** `goroutine 7 [chan receive (durable), 2 minutes, locked to thread] {user: ada}:` */
const headerParts = /^goroutine (\d{1,16})[^[]{0,80}\[([^[\]]{1,300})\](?: \{(.*)\})?:$/;
/** `goroutine 7 [chan receive labels:{"user": "ada"}, 2 minutes]:`, as Go 1.26 has it */
const labelledParts = /^(goroutine \d{1,16}[^[]{0,80}\[[^[\]{]{1,300}) labels:\{(.*)\}([^[\]{}]{0,300}\]):$/;
const minutesWord = /^(\d{1,9}) minutes$/;
/** Remarks that stand behind the state in parentheses; other parentheses belong to the state: `chan receive (nil chan)`. */
const stateRemark = / \((leaked|durable|scan)\)$/;

/** Reads a goroutine's header. Call it for lines of kind "header"; null for any other. */
export function parseHeader(text: string): Header | null {
  const labelled = labelledParts.exec(text);
  const parts = headerParts.exec(labelled === null ? text : `${labelled[1]}${labelled[3]} {${labelled[2]}}:`);
  if (parts === null) {
    return null;
  }
  const [first = "", ...words] = (parts[2] ?? "").split(", ");
  const remarks: string[] = [];
  let state = first;
  for (let found = stateRemark.exec(state); found !== null; found = stateRemark.exec(state)) {
    remarks.unshift(found[1] ?? "");
    state = state.slice(0, found.index);
  }
  let waitMinutes: number | null = null;
  for (const word of words) {
    const minutes = minutesWord.exec(word);
    if (minutes === null) {
      remarks.push(word);
    } else {
      waitMinutes = Number(minutes[1]);
    }
  }
  return { id: Number(parts[1]), state, waitMinutes, remarks, labels: parseLabels(parts[3] ?? "") };
}

/** One label: `http.route: /api`, `"req id": "a b\"c"`. */
const label = /(?:"((?:[^"\\]|\\.)*)"|([^":,]+)): (?:"((?:[^"\\]|\\.)*)"|([^",]*))(?:, |$)/y;

/** At most so many labels of a goroutine are kept. */
const maxLabels = 100;

function parseLabels(text: string): Readonly<Record<string, string>> {
  const labels: [string, string][] = [];
  label.lastIndex = 0;
  while (label.lastIndex < text.length && labels.length < maxLabels) {
    const found = label.exec(text);
    if (found === null || found[0] === "") {
      break;
    }
    labels.push([unquote(found[1]) ?? found[2] ?? "", unquote(found[3]) ?? found[4] ?? ""]);
  }
  return Object.fromEntries(labels);
}

function unquote(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/g, (_, escaped: string) => {
    if (escaped.length > 1) {
      return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    }
    return { n: "\n", t: "\t", r: "\r" }[escaped] ?? escaped;
  });
}

/** What a function line says. */
export interface FunctionParts {
  readonly function: string;
  /** Null for `(...)`: an inlined call. */
  readonly arguments: string | null;
}

/** Reads `main.(*Cache).Get(0xc000012345)`. Call it for lines of kind "function" or "indented-function". */
export function parseFunction(text: string): FunctionParts {
  const open = argumentsStart(text);
  const inner = text.slice(open + 1, -1);
  return {
    function: text.slice(text.startsWith("  ") ? 2 : 0, open),
    arguments: inner === "..." ? null : inner,
  };
}

/** What the second line of a frame says. */
export interface PlaceParts {
  readonly file: string;
  readonly line: number | null;
}

/** Reads `	/home/ada/shop/cache.go:12 +0x44`. Call it for lines of kind "file" or "indented-file". */
export function parsePlace(text: string): PlaceParts {
  let from = 0;
  while (text.charCodeAt(from) === 9 || text.charCodeAt(from) === 32) {
    from++;
  }
  const end = filePathEnd(text, from);
  const file = text.slice(from, Math.max(end, from));
  if (text.charCodeAt(end) !== 58) {
    return { file, line: null };
  }
  const line = Number.parseInt(text.slice(end + 1, end + 12), 10);
  return { file, line: line > 0 ? line : null };
}

/** How many frames an "elided" line stands for; the runtime prints no number for the innermost 100 of a deep stack. */
export function elidedFrames(text: string): number {
  const count = /^\.\.\.(\d{1,9}) /.exec(text);
  return count === null ? 1 : Number(count[1]);
}

/** A frame of both its lines. */
export function frameOf(
  call: FunctionParts,
  place: PlaceParts | null,
  textLine: number,
): CaseFrame & {
  readonly arguments: string | null;
  readonly textLine: number;
} {
  return {
    function: call.function,
    file: place?.file ?? null,
    line: place?.line ?? null,
    inlined: call.arguments === null,
    arguments: call.arguments,
    textLine,
  };
}
