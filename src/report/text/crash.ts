/** Draws one crash that a text holds: what the text says, and which places may be the other side. */
import type { CrashObservation, Evidence, Finding, Side, TextGoroutine } from "../../case/case.js";
import { type Fact, factLine } from "./fact.js";
import { excerptFor, type Drawing, mapText, operationTitle, startText } from "./finding.js";
import { readingLines, textFact } from "./reading.js";
import { counted, listed, shown, shownPath, wrapped } from "./shown.js";
import { place, stackLines } from "./stack.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;
/** How many further places are listed after the first. */
const maxOthers = 5;
/** How many goroutines are named that may have been the other side. */
const maxHints = 8;
/** How many groups of goroutines are listed. */
const maxGroups = 6;

/** What a crash was read from. */
export interface CrashEvidence {
  readonly text: Evidence | undefined;
  readonly source: Evidence | undefined;
}

/** Draws a crash with the findings that rest on it, without a line feed at the end. */
export function crashLines(
  crash: CrashObservation,
  findings: readonly Finding[],
  evidence: CrashEvidence,
  drawing: Drawing,
): string[] {
  const [first, ...others] = findings;
  // Places that come from the source are shown relative to it.
  const inSource = evidence.source === undefined ? drawing : { ...drawing, folder: evidence.source.path };
  return [
    drawing.colours.headline(`${shown(crash.handle)}  ${crashHeadline(crash)}`),
    ...factLines(crash, evidence.text).map((line) => `    ${line}`),
    ...mapFacts(first).map((fact) => `    ${factLine(fact)}`),
    "",
    ...detectorLines(crash, first, drawing),
    ...(first === undefined ? unknownPeerLines(crash, drawing) : firstPeerLines(first, inSource)),
    ...otherPeerLines(others, inSource),
    ...(first === undefined ? [] : whatToDoLines(first, inSource.folder, drawing)),
    ...groupLines(crash, drawing),
  ];
}

/** What the crash said of itself. */
export function crashHeadline({ cause, messages, messageInferred }: CrashObservation): string {
  const message = messages.map(shown).join(" / ");
  switch (cause) {
    case "fatal":
      return `fatal error: ${message}${messageInferred ? " (told by the message's length; the headline is not in the text)" : ""}`;
    case "panic":
      return `panic: ${message}`;
    case "signal":
      return message === "" ? "goroutines printed on a signal" : message;
    case "goroutines":
      return "goroutines without a headline";
    default:
      return cause satisfies never;
  }
}

function factLines(crash: CrashObservation, evidence: Evidence | undefined): string[] {
  return [...crashFacts(crash, evidence).map(factLine), ...readingLines(crash)];
}

/** Where it stands, which Go it was, and how many goroutines are shown. */
export function crashFacts(crash: CrashObservation, evidence: Evidence | undefined): Fact[] {
  const version = crash.goVersion;
  const platform = [crash.os, crash.architecture].filter((part) => part !== null).map(shown);
  const go = version === null ? "version not known" : `${shown(version.text)} (${shown(version.from)})`;
  return [
    textFact(crash, evidence),
    { label: "go", text: [go, ...(platform.length === 0 ? [] : [platform.join("/")])].join(", ") },
    { label: "shows", text: counted(crash.goroutines, "goroutine") },
  ];
}

function detectorLines(crash: CrashObservation, first: Finding | undefined, drawing: Drawing): string[] {
  if (crash.detector === null) {
    return [`  ${noDetectorText(crash)}`];
  }
  const { goroutine, site, through } = crash.detector;
  const { colours, folder } = drawing;
  const side = first?.sides.find(({ role }) => role === "detected");
  const title = crashDetectorTitle(crash.detector);
  const at =
    site === null ? "" : ` at ${colours.sideA(place({ ...site, inlined: false, origin: "own" }, folder))}`;
  const inside = through === null ? "" : `, ${throughText(through)}`;
  const source = side === undefined ? [] : [...sourceLines(side), ...excerptFor(side, drawing)];
  return [
    `  The side that noticed`,
    `     ${colours.sideA(title)}${at}${inside}`,
    ...stackLines(
      goroutine.stack.filter(({ origin }) => origin !== "runtime"),
      folder,
      goroutine.framesElided > 0,
    ).map((line) => `       ${line}`),
    `     ${createdText(goroutine, folder)}`,
    ...source,
    "",
  ];
}

/** Why no goroutine is shown as the one that noticed. */
export function noDetectorText({ conflict }: CrashObservation): string {
  return conflict === null
    ? "This is not a map conflict that Go's runtime found."
    : "The text does not show the goroutine that noticed.";
}

/** `Read by goroutine 7`. */
export function crashDetectorTitle({
  goroutine,
  operation,
}: Pick<NonNullable<CrashObservation["detector"]>, "goroutine" | "operation">): string {
  return `${operation === null ? "Map operation" : operationTitle(operation)} by goroutine ${goroutine.id ?? "?"}`;
}

/** What of the library goes to the map there. */
export function throughText(through: string): string {
  return `through ${shown(through)}`;
}

/** The map as the recorder printed it; nothing where only text and source speak of it. */
function mapFacts(first: Finding | undefined): Fact[] {
  return first === undefined || first.map.address === null
    ? []
    : [{ label: "map", text: mapText({ ...first.map, name: null }) }];
}

/** Where a goroutine of a text was started. */
export function createdText(goroutine: TextGoroutine, folder: string): string {
  const created = goroutine.createdBy;
  if (created === null) {
    return goroutine.id === 1
      ? "goroutine 1 is the main goroutine"
      : "where it was started is not in the text";
  }
  const by = created.goroutine === null ? "" : ` by goroutine ${created.goroutine}`;
  const line = created.frame.file === null ? "" : `, ${place(created.frame, folder)}`;
  return `goroutine ${goroutine.id ?? "?"} was started${by} in ${shown(created.frame.function)}${line}`;
}

/** What the source adds to a side: the map, its locks. */
function sourceLines(side: Side): string[] {
  return sourceTexts(side).map((text) => `     ${text}`);
}

/** What the source says of the map at a side, and of locks; nothing where no source was read. */
export function sourceTexts({ source }: Pick<Side, "source">): string[] {
  if (source === null) {
    return [];
  }
  const locks = source.locks.length === 0 ? "no lock is held" : `held: ${listed(source.locks.map(shown))}`;
  return [`map ${shown(source.variable)} (written ${shown(source.expression)}); ${locks}`];
}

/** How the goroutine of a side may have been started, as the source tells; nothing where that is observed. */
export function startsTexts({ goroutine, source }: Pick<Side, "goroutine" | "source">): string[] {
  const starts = goroutine.id === null ? (source?.starts ?? []) : [];
  return starts.length === 0 ? [] : [listed(starts.map(shown))];
}

/** The side that the text does not show: as the recorder knows it, or as it is supposed. */
export function supposedOf(finding: Finding): Side | undefined {
  return finding.sides.find(({ role }) => role === "supposed" || role === "recorded");
}

/** Whether a crash is a map conflict that Go's runtime found. */
export function isMapConflict({ conflict, detector }: CrashObservation): boolean {
  return conflict !== null || detector !== null;
}

/** No place is called the other side; the goroutines that may have been it are named with what speaks for them. */
function unknownPeerLines(crash: CrashObservation, { folder }: Drawing): string[] {
  if (!isMapConflict(crash)) {
    return [];
  }
  const hints = crash.peers.slice(0, maxHints).map(({ goroutine, reason, site }) => {
    const at = site === null ? "" : ` ${shownPath(`${site.file ?? "?"}:${site.line ?? "?"}`, folder)}`;
    return `       g${goroutine.id ?? "?"} [${shown(goroutine.state)}]${at}: ${hintText(reason)}`;
  });
  return [`  ${unknownPeerText}`, ...(hints.length > 0 ? [`     ${hintsTitle}`, ...hints] : []), ""];
}

/** Said where no place is called the other side. */
export const unknownPeerText = "The other side is not known.";
/** Above the goroutines that may have been it. */
export const hintsTitle = "Goroutines of the text that may have been it:";

/** What speaks for a goroutine of the text, in a few words. */
export function hintText(reason: string): string {
  switch (reason) {
    case "in-map-operation":
      return "in a map operation";
    case "running-unavailable":
      return "was running on another thread, its stack is not in the text";
    case "same-receiver":
      return "in a method of the same receiver";
    case "same-function":
      return "in the same function";
    case "running-own-code":
      return "was running the program's own code";
    case "same-creator":
      return "started at the same place";
    default:
      return shown(reason);
  }
}

function firstPeerLines(finding: Finding, drawing: Drawing): string[] {
  const side = supposedOf(finding);
  if (side === undefined) {
    return [];
  }
  const sure = finding.score === null ? "" : ` (score ${finding.score.toFixed(2)})`;
  return [
    `  The other side, ${finding.certainty}${sure}`,
    `     ${sideTitle(side, drawing)}`,
    ...(side.stack.length > 1
      ? stackLines(side.stack, drawing.folder, side.stackCut).map((line) => `       ${line}`)
      : []),
    ...startLines(side, drawing),
    ...sourceLines(side),
    ...finding.reasons.flatMap((reason) => wrapped(reason, textWidth)).map((line) => `     ${line}`),
    ...(sameLine(finding)
      ? [drawing.colours.quiet("     (the same line as above)")]
      : excerptFor(side, drawing)),
    "",
  ];
}

function sameLine({ sides: [one, other] }: Finding): boolean {
  return (
    one.source !== null && one.source.file === other.source?.file && one.source.line === other.source.line
  );
}

function sideTitle(side: Side, { colours, folder }: Drawing): string {
  const who = side.goroutine.id === null ? "" : ` by goroutine ${side.goroutine.id}`;
  const through = side.source?.through ?? null;
  const at = side.site === null ? "" : ` at ${colours.sideB(place(side.site, folder))}`;
  const inside = side.site === null ? "" : ` in ${shown(side.site.function)}`;
  return `${colours.sideB(`${operationTitle(side.operation)}${who}`)}${at}${inside}${through === null ? "" : `, through ${shown(through)}`}`;
}

function startLines(side: Side, { folder }: Drawing): string[] {
  if (side.goroutine.id !== null) {
    return [`     ${startText(side, folder)}`];
  }
  return startsTexts(side).flatMap((text) =>
    wrapped(`runs on: ${text}`, textWidth).map((line, index) => `     ${index === 0 ? "" : "  "}${line}`),
  );
}

function otherPeerLines(others: readonly Finding[], drawing: Drawing): string[] {
  if (others.length === 0) {
    return [];
  }
  const lines = others.slice(0, maxOthers).flatMap((finding) => {
    const side = supposedOf(finding);
    return side === undefined
      ? []
      : [
          `     ${(finding.score ?? 0).toFixed(2)}  ${sideTitle(side, drawing)}`,
          ...wrapped(finding.reasons[0] ?? "", textWidth).map(
            (line) => `           ${drawing.colours.quiet(line)}`,
          ),
        ];
  });
  const left = others.length - maxOthers;
  return [
    "  Also possible",
    ...lines,
    ...(left > 0 ? [`     and ${counted(left, "more place")}, see --json`] : []),
    "",
  ];
}

function whatToDoLines({ advice, proof }: Finding, root: string, { folder }: Drawing): string[] {
  const where = root === folder ? "" : `, in ${shownPath(root, folder)}`;
  return [
    "  What to do",
    ...advice.flatMap((text) =>
      wrapped(text, textWidth).map((line, index) => `    ${index === 0 ? "-" : " "} ${line}`),
    ),
    ...(proof === null ? [] : ["", `  To be sure${where}`, `     ${shown(proof)}`]),
    "",
  ];
}

/** The other goroutines, those that matter first. */
function groupLines(crash: CrashObservation, { folder }: Drawing): string[] {
  const detecting = crash.detector?.goroutine.textLine;
  const groups = crash.groups.filter((group) => !(group.count === 1 && group.example.textLine === detecting));
  if (groups.length === 0) {
    return [];
  }
  const lines = groups.slice(0, maxGroups).map(({ count, ids, example }) => {
    const top = example.stack.find(({ origin }) => origin === "own") ?? example.stack[0];
    const where =
      top === undefined
        ? (example.unavailable ?? "no stack")
        : `${shown(top.function)} ${shownPath(place(top, folder), folder)}`;
    const first = ids[0] === undefined ? "" : ` g${ids[0]}`;
    const wait = example.waitMinutes === null ? "" : `, ${example.waitMinutes} min`;
    return `     ${String(count).padStart(5)} ×${first} [${shown(example.state)}${wait}] ${shown(where)}`;
  });
  const own = crash.groups.length - groups.length;
  const left = crash.groupCount - own - Math.min(groups.length, maxGroups);
  return [
    crash.detector === null ? "  Goroutines" : "  Other goroutines",
    ...lines,
    ...(left > 0 ? [`           and ${counted(left, "more group")}, see --json`] : []),
    "",
  ];
}
