/** Draws one finding. */
import type { CaseMap, Finding, Operation, PlacedFrame, Side } from "../../case/case.js";
import type { Colours, Paint } from "./colours.js";
import { excerptOf } from "./excerpt.js";
import { factLine } from "./fact.js";
import { durationText } from "../../case/duration.js";
import { countText } from "../../case/count.js";
import { counted, listed, shown, shownPath, wrapped } from "./shown.js";
import { orderLines } from "./order.js";
import { place, stackLines } from "./stack.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;

/** What drawing needs besides the finding. */
export interface Drawing {
  readonly colours: Colours;
  /** Paths below it are shown relative to it. */
  readonly folder: string;
  readonly readSource: ((file: string) => string | undefined) | undefined;
}

/** Draws one finding, without a line feed at the end. */
export function findingLines(finding: Finding, drawing: Drawing): string[] {
  const [first, second] = finding.sides;
  const { colours } = drawing;
  return [
    colours.headline(`${shown(finding.handle)}  ${finding.kind}`),
    ...factLines(finding).map((line) => `    ${line}`),
    "",
    ...sideLines({ letter: "A", side: first, paint: colours.sideA, excerpt: true }, drawing),
    "",
    ...sideLines(
      { letter: "B", side: second, paint: colours.sideB, excerpt: !sameSite(first, second) },
      drawing,
    ),
    "",
    "  What to do",
    ...finding.advice.flatMap((advice) =>
      wrapped(advice, textWidth).map((line, index) => `    ${index === 0 ? "-" : " "} ${line}`),
    ),
  ];
}

/** Whether both sides are at the same line. */
export function sameSite(first: Side, second: Side): boolean {
  return (
    first.site !== null && first.site.file === second.site?.file && first.site.line === second.site?.line
  );
}

function factLines(finding: Finding): string[] {
  const { map, reasons, score } = finding;
  const [reason, ...others] = reasons;
  const scored = score === null ? "" : ` (score ${score.toFixed(2)})`;
  return [
    factLine({ label: "map", text: mapText(map) }),
    ...wrapped(`${finding.certainty}${scored}. ${reason ?? ""}`, textWidth).map(
      (line, index) => `${index === 0 ? "sure:  " : "       "}${line}`,
    ),
    ...others.flatMap((other) => wrapped(other, textWidth)).map((line) => `       ${line}`),
    factLine({ label: "seen", text: seenText(finding) }),
  ];
}

/** A map in one line: `Cache.items, map[string]int at 0xc000012345, 17 elements`. */
export function mapText({ name, type, address, elements }: CaseMap): string {
  return [
    ...(name === null ? [] : [shown(name)]),
    `${type === null ? "type not known" : shown(type)}${address === null ? "" : ` at ${shown(address)}`}`,
    ...(elements === null ? [] : [counted(elements, "element")]),
  ].join(", ");
}

/** How often it was seen, in which runs and tests. */
export function seenText({ seen, runs, tests }: Finding): string {
  const times = seen === 1 ? "once" : `${countText(seen)} times`;
  const inRuns =
    runs.length === 0 ? "" : `, in ${runs.length === 1 ? "run" : "runs"} ${listed(runs.map(String))}`;
  const named = tests.map(testName);
  const inTests =
    named.length === 0 ? "" : `, in ${listed(named.slice(0, 5))}${named.length > 5 ? " and others" : ""}`;
  return `${times}${inRuns}${inTests}`;
}

/** `TestCache (example.com/shop)`. */
export function testName(test: Finding["tests"][number]): string {
  if (test.name === null) {
    return shown(test.package ?? "");
  }
  return test.package === null ? shown(test.name) : `${shown(test.name)} (${shown(test.package)})`;
}

/** One side of a finding, as it is drawn. */
export interface DrawnSide {
  readonly letter: string;
  readonly side: Side;
  readonly paint: Paint;
  /** Whether to show the source; no when it is the same as the other side's. */
  readonly excerpt: boolean;
}

/** Draws one side, without a line feed at the end. */
export function sideLines({ letter, side, paint, excerpt }: DrawnSide, drawing: Drawing): string[] {
  const { folder } = drawing;
  const at = side.site === null ? "" : place(side.site, folder);
  const held = heldText(side);
  const source = excerpt
    ? excerptLines(placeInSource(side), drawing)
    : [drawing.colours.quiet("     (the same line as A)")];
  const title = `${letter}  ${sideTitle(side)}`;
  return [
    `  ${paint(title)}${at === "" ? "" : ` at ${paint(at)}`}${held === "" ? "" : `, ${held}`}`,
    ...stackLines(side.stack, folder, side.stackCut).map((line) => `       ${line}`),
    `     ${startText(side, folder)}`,
    ...orderLines(side).map((line) => `     ${line}`),
    ...(source.length > 0 ? ["", ...source] : []),
  ];
}

/** `Write by goroutine 7`. */
export function sideTitle(side: Pick<Side, "operation" | "goroutine">): string {
  return `${operationTitle(side.operation)} by goroutine ${side.goroutine.id ?? "?"}`;
}

/** How long a side was held in the trap; empty where it was not. */
export function heldText({ heldNanoseconds }: Pick<Side, "heldNanoseconds">): string {
  return heldNanoseconds > 0 ? `held here for ${durationText(heldNanoseconds)}` : "";
}

/** An operation as a title. */
export function operationTitle(operation: Operation): string {
  switch (operation) {
    case "read":
      return "Read";
    case "write":
      return "Write";
    case "delete":
      return "Delete";
    case "iterate":
      return "Iteration";
    case "clear":
      return "Clear";
    case "clone":
      return "Clone";
    case "change":
      return "Change";
    case "length":
      return "Length (through reflect)";
    default:
      return operation satisfies never;
  }
}

/** Where the goroutine came from, in one line. */
export function startText({ goroutine }: Pick<Side, "goroutine">, folder: string): string {
  const at = goroutine.startedAt.find((frame) => frame.origin === "own") ?? goroutine.startedAt[0];
  if (at === undefined && goroutine.startedBy === null) {
    return goroutine.id === 1 ? "goroutine 1 is the main goroutine" : "where it was started is not known";
  }
  const by = goroutine.startedBy === null ? "" : ` by goroutine ${goroutine.startedBy}`;
  const where = at === undefined ? "" : ` in ${shown(at.function)}`;
  const line = at === undefined || at.file === null ? "" : `, ${place(at, folder)}`;
  return `goroutine ${goroutine.id ?? "?"} was started${by}${where}${line}`;
}

/** The lines of source around a side's place, with an empty line before them; none where they are not known. */
export function excerptFor(side: Side, drawing: Drawing): string[] {
  const lines = excerptLines(placeInSource(side), drawing);
  return lines.length > 0 ? ["", ...lines] : [];
}

/** Where a side's source is: where the source was read, the place is what was found there, and not what the text says. */
export function placeInSource({ source, site }: Pick<Side, "source" | "site">): PlacedFrame | null {
  return source !== null && site !== null ? { ...site, file: source.file, line: source.line } : site;
}

function excerptLines(site: PlacedFrame | null, drawing: Drawing): string[] {
  const { readSource, folder, colours } = drawing;
  if (readSource === undefined || site === null || site.file === null || site.line === null) {
    return [];
  }
  // The path comes from evidence, which anyone may have made: nothing but Go source is ever shown.
  if (!site.file.endsWith(".go")) {
    return [colours.quiet("     (no source: not a Go file)")];
  }
  const source = readSource(site.file);
  if (source === undefined) {
    return [colours.quiet(`     (no source: ${shownPath(site.file, folder)} is not here)`)];
  }
  const excerpt = excerptOf(source, site.line);
  if (excerpt === undefined) {
    return [
      colours.quiet(`     (${shownPath(site.file, folder)} has no line ${site.line} now; it was changed)`),
    ];
  }
  const width = Math.max(...excerpt.lines.map(({ number }) => String(number).length));
  return excerpt.lines.map(({ number, text, marked }) => {
    const line = `${marked ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd();
    return `     ${marked ? colours.marked(line) : colours.quiet(line)}`;
  });
}
