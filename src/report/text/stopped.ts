/** Draws a stop: what was caught, who else is on the map, the map itself, all goroutines. */
import { sideOf } from "../../analysis/findings.js";
import { placeFrames, siteOf, trimStack } from "../../analysis/stack.js";
import type {
  Case,
  CaseFrame,
  Finding,
  GdbSessionEvidence,
  PlacedFrame,
  Side,
  StoppedGroup,
  StoppedMap,
  StoppedObservation,
  StoppedOther,
} from "../../case/case.js";
import { durationText } from "../../case/duration.js";
import { type Fact, factLine, labelled } from "./fact.js";
import { type Drawing, findingLines, mapText, operationTitle, sideLines } from "./finding.js";
import { counted, listed, shown, wrapped } from "./shown.js";
import { place } from "./stack.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;
/** How many lines of each list are shown. */
const mostOthers = 6;
const mostGroups = 12;
const mostThreads = 16;
const mostBroken = 8;
const mostEntries = 8;

type Context = Pick<Case, "modulePath" | "toolchain" | "evidence">;

/**
 * Draws a stop, without a line feed at the end.
 *
 * @param findings those that rest on it
 */
export function stoppedLines(
  stop: StoppedObservation,
  findings: readonly Finding[],
  incident: Context,
  drawing: Drawing,
): string[] {
  const { colours } = drawing;
  return [
    colours.headline(`${shown(stop.handle)}  ${stopHeadline(stop)}`),
    ...stopFacts(stop, incident)
      .flatMap(factLines)
      .map((line) => `    ${line}`),
    "",
    ...(findings.length > 0
      ? findings.flatMap((finding) => [...findingLines(finding, drawing), ""])
      : detectorLines(stop, incident, drawing)),
    ...goneLines(stop),
    ...otherLines(stop, findings, incident, drawing),
    ...mapLines(stop.decoded),
    ...threadLines(stop),
    ...goroutineLines(stop, incident, drawing),
  ];
}

/** What the stop was at. */
export function stopHeadline({ message, detector, stoppedAt }: StoppedObservation): string {
  if (message !== null) {
    return `fatal error: ${shown(message)}`;
  }
  if (stoppedAt === "panic") {
    return "panic in a map function";
  }
  return detector === null ? "no fatal error" : "stopped";
}

/** Sentences are broken into lines; the other facts are short. */
function factLines(fact: Fact): string[] {
  return fact.label === "from"
    ? wrapped(fact.text, textWidth).map(
        (line, index) => `${index === 0 ? labelled(fact.label) : "       "}${line}`,
      )
    : [factLine(fact)];
}

/** Which program it was, where it stood, what became of it, and the map. */
export function stopFacts(stop: StoppedObservation, { evidence }: Pick<Case, "evidence">): Fact[] {
  const session = evidence.find(({ handle }) => handle === stop.evidence);
  const of = session?.kind === "gdb-session" ? shown(session.core ?? session.path) : "";
  const process =
    session?.kind === "gdb-session" && session.processId !== null ? `, process ${session.processId}` : "";
  const version =
    session?.kind === "gdb-session"
      ? `, ${shown(session.goVersion ?? "Go version not known")}, ${session.mapImplementation} map`
      : "";
  const { map } = stop;
  return [
    { label: "of", text: `${of}${process}${version}` },
    { label: "where", text: whereText(stop) },
    ...(session?.kind === "gdb-session" ? thenFacts(session) : []),
    ...(map.address === null ? [] : [{ label: "map", text: mapText({ ...map, name: null }) }]),
    { label: "from", text: stop.mapFrom },
  ];
}

/** What became of the program. */
function thenFacts({ how, exitStatus, processId }: GdbSessionEvidence): Fact[] {
  switch (how) {
    case "run":
      return [
        {
          label: "then",
          text: `it was let go, and ${exitStatus === null ? "was ended" : `ended of its own error with exit status ${exitStatus}`}`,
        },
      ];
    case "attach":
      return [
        {
          label: "then",
          text: `process ${processId ?? "?"} was let go, and goes on to die of its own error`,
        },
      ];
    case "core":
      return [];
    default:
      return how satisfies never;
  }
}

function whereText({ stoppedAt, detector }: StoppedObservation): string {
  const name = detector?.mapFunction;
  const inside = name === undefined || name === null ? "" : ` in ${shown(name)}`;
  switch (stoppedAt) {
    case "check":
      return `at Go's own check${inside}, before the program printed anything`;
    case "fatal":
      return `at the runtime's fatal function, called${inside === "" ? "" : inside}, before the program printed anything`;
    case "panic":
      return `at a panic that nobody recovers${inside}, before the program printed it`;
    case "somewhere":
      return detector === null
        ? "as it was"
        : `in the runtime's fatal function${inside === "" ? "" : `, called${inside}`}`;
    default:
      return stoppedAt satisfies never;
  }
}

/** Without a finding the side that noticed is shown alone. */
function detectorLines(stop: StoppedObservation, incident: Context, drawing: Drawing): string[] {
  const side = stopDetectorSide(stop, incident);
  return side === undefined
    ? []
    : [...sideLines({ letter: "A", side, paint: drawing.colours.sideA, excerpt: true }, drawing), ""];
}

/** The one that noticed, as a side; undefined when none did. */
export function stopDetectorSide(
  { detector }: StoppedObservation,
  incident: Pick<Case, "modulePath" | "toolchain">,
): Side | undefined {
  if (detector === null) {
    return undefined;
  }
  return sideOf(
    {
      role: "detected",
      operation: detector.operation ?? "change",
      goroutine: detector.goroutine,
      heldNanoseconds: 0,
      stack: detector.stack,
      stackCut: detector.stackCut !== null,
    },
    contextOf(incident),
  );
}

function contextOf({ modulePath, toolchain }: Pick<Case, "modulePath" | "toolchain">): {
  readonly modulePath: string | null;
  readonly goroot: string | null;
} {
  return { modulePath, goroot: toolchain.goroot };
}

function goneLines({ gone }: StoppedObservation): string[] {
  return gone.length === 0
    ? []
    : [...gone.flatMap((sentence) => wrapped(sentence, textWidth)).map((line) => `  ${line}`), ""];
}

/** Those on the map who are not a side of a finding. */
function otherLines(
  stop: StoppedObservation,
  findings: readonly Finding[],
  incident: Context,
  drawing: Drawing,
): string[] {
  const { title, alike } = stopOthers(stop, findings);
  const left = alike.length - mostOthers;
  return alike.length === 0
    ? []
    : [
        `  ${title}`,
        ...alike.slice(0, mostOthers).flatMap((group) => oneOther(group, incident, drawing)),
        ...(left > 0 ? [`    and ${left} more, see --json`] : []),
        "",
      ];
}

/** Those on the map who are not a side of a finding: with whom the same is to be said are one. */
export function stopOthers(
  stop: StoppedObservation,
  findings: readonly Finding[],
): { readonly title: string; readonly alike: readonly (readonly StoppedOther[])[] } {
  const named = new Set(findings.flatMap(({ sides }) => sides.map(({ goroutine }) => goroutine.id)));
  const others = stop.others.filter(({ goroutine }) => !named.has(goroutine.id));
  const title =
    stop.detector === null
      ? "In a map function"
      : others.every(({ grade }) => grade === "near")
        ? "Candidates (not seen on the map)"
        : "Also on this map";
  return { title, alike: groupAlike(others) };
}

/** Those of whom the same is to be said, at the same place. */
function groupAlike(others: readonly StoppedOther[]): StoppedOther[][] {
  const groups = new Map<string, StoppedOther[]>();
  for (const other of others) {
    const [innermost] = other.stack.filter(({ file }) => file !== null);
    const key = JSON.stringify([other.operation, other.map, other.sentences, innermost]);
    groups.set(key, [...(groups.get(key) ?? []), other]);
  }
  return [...groups.values()];
}

function oneOther(group: readonly StoppedOther[], incident: Context, drawing: Drawing): string[] {
  const [other] = group;
  if (other === undefined) {
    return [];
  }
  const at = siteText(other.stack, incident, drawing);
  return [
    `    ${otherTitle(group)}${at === "" ? "" : ` at ${at}`}`,
    ...other.sentences.flatMap((sentence) => wrapped(sentence, textWidth - 6)).map((line) => `      ${line}`),
  ];
}

/** `goroutine 7  Write on 0xc000012345`. */
export function otherTitle(group: readonly StoppedOther[]): string {
  const [other] = group;
  if (other === undefined) {
    return "";
  }
  const ids = group.slice(0, 6).map(({ goroutine }) => String(goroutine.id ?? "?"));
  const who =
    group.length === 1
      ? `goroutine ${ids[0]}`
      : `${group.length} goroutines (${listed(ids)}${group.length > ids.length ? " …" : ""})`;
  const what = other.operation === null ? "" : `  ${operationTitle(other.operation)}`;
  const map = other.map === null ? "" : ` on ${other.map}`;
  return `${who}${what}${map}`;
}

/** The stack of a stop with whose code each frame is, without the runtime's ends, and the place in it to look at. */
export function stoppedStack(
  stack: readonly CaseFrame[],
  incident: Pick<Case, "modulePath" | "toolchain">,
): { readonly stack: readonly PlacedFrame[]; readonly site: PlacedFrame | null } {
  const placed = trimStack(placeFrames(stack, contextOf(incident)));
  return { stack: placed, site: siteOf(placed) };
}

function siteText(stack: readonly CaseFrame[], incident: Context, { folder }: Drawing): string {
  const { site } = stoppedStack(stack, incident);
  return site === null ? "" : `${place(site, folder)} in ${shown(site.function)}`;
}

function mapLines(map: StoppedMap | null): string[] {
  if (map === null) {
    return [];
  }
  const entries = map.entries.slice(0, mostEntries);
  return [
    "  The map",
    ...wrapped(stoppedHeaderText(map), textWidth).map((line) => `    ${line}`),
    ...stoppedGrowthTexts(map).map((line) => `    ${line}`),
    ...stoppedPartsTexts(map).map((line) => `    ${line}`),
    ...entries.map(({ key, element }) => `      ${shown(key)}: ${shown(element)}`),
    ...(map.full > entries.length ? ["      …"] : []),
    ...map.broken
      .slice(0, mostBroken)
      .flatMap(({ where, sentence }) =>
        wrapped(`${where}: ${sentence}`, textWidth - 8).map(
          (line, index) => `    ${index === 0 ? "broken: " : "        "}${line}`,
        ),
      ),
    ...(map.broken.length > mostBroken ? [`    and ${map.broken.length - mostBroken} more, see --json`] : []),
    ...(map.cut === null ? [] : wrapped(map.cut, textWidth).map((line) => `    ${line}`)),
    "",
  ];
}

/** The fields of a map's header with what they mean. */
export function stoppedHeaderText({ header }: StoppedMap): string {
  return header
    .map(
      ({ name, value, meaning }) =>
        `${shown(name)} ${shown(value)}${meaning === null || meaning === "" ? "" : ` (${shown(meaning)})`}`,
    )
    .join(", ");
}

/** How far a growth in steps has come; nothing where there is none. */
export function stoppedGrowthTexts({ growing }: StoppedMap): string[] {
  return growing === null
    ? []
    : [
        `growing${growing.sameSize ? " in the same size" : ""}: ${growing.evacuated} of ${growing.oldBuckets} old buckets have moved`,
      ];
}

/** Of how many buckets or groups it is made; nothing where not all were read. */
export function stoppedPartsTexts({ implementation, blocks, tables, deleted, cut }: StoppedMap): string[] {
  const parts =
    implementation === "classic"
      ? counted(blocks, "bucket")
      : `${tables > 0 ? `${counted(tables, "table")}, ` : ""}${counted(blocks, "group")}`;
  return cut === null ? [`${parts}${deleted > 0 ? `, ${counted(deleted, "deleted slot")}` : ""}`] : [];
}

function threadLines({ threads }: StoppedObservation): string[] {
  const left = threads.length - mostThreads;
  return threads.length === 0
    ? []
    : [
        `  Threads (${threads.length})`,
        ...threads.slice(0, mostThreads).map((thread) => `    ${threadText(thread)}`),
        ...(left > 0 ? [`    and ${left} more, see --json`] : []),
        "",
      ];
}

/** `4711  goroutine 7 in main.main`. */
export function threadText({ id, goroutine, doing }: StoppedObservation["threads"][number]): string {
  return `${id}  ${goroutine === null ? "no goroutine" : `goroutine ${goroutine}`} in ${shown(doing)}`;
}

function goroutineLines(stop: StoppedObservation, incident: Context, drawing: Drawing): string[] {
  const own = stop.groups.filter(({ system }) => !system);
  const system = stop.groups.filter((group) => group.system).reduce((sum, { count }) => sum + count, 0);
  const left = own.length - mostGroups + stop.groupsNotListed;
  return [
    `  Goroutines (${stop.goroutines})`,
    ...own.slice(0, mostGroups).flatMap((group) => groupLines(group, incident, drawing)),
    ...(left > 0 ? [`    and ${counted(left, "more group")}, see --json`] : []),
    ...(system > 0 ? [`    ${counted(system, "goroutine")} of the runtime's own`] : []),
    "",
  ];
}

function groupLines(group: StoppedGroup, incident: Context, drawing: Drawing): string[] {
  const ids = `${listed(group.ids.slice(0, 6).map(String))}${group.count > 6 ? " …" : ""}`;
  const on = group.waitsOn.map(waitText);
  const at = siteText(group.stack, incident, drawing);
  return [
    `    ${group.count} × ${stoppedStateText(group)}: goroutine ${ids}`,
    ...(on.length === 0 ? [] : [`        on ${listed(on)}`]),
    ...(at === "" ? [] : [`        at ${at}`]),
  ];
}

/** `waiting, chan receive for 3s to 5s`. */
export function stoppedStateText({
  status,
  waitReason,
  waitNanoseconds,
}: Pick<StoppedGroup, "status" | "waitReason" | "waitNanoseconds">): string {
  const wait = waitReason === null ? "" : `, ${shown(waitReason)}`;
  if (waitNanoseconds === null) {
    return `${shown(status)}${wait}`;
  }
  const [shortest, longest] = waitNanoseconds;
  const since =
    shortest === longest ? durationText(shortest) : `${durationText(shortest)} to ${durationText(longest)}`;
  return `${shown(status)}${wait} for ${since}`;
}

/** What a goroutine waits on: `channel 0xc000012345 (to send; 1 of 1 used)`. */
export function waitText({ kind, address, channel }: StoppedGroup["waitsOn"][number]): string {
  if (channel === null) {
    return `${kind} ${address}`;
  }
  return `${kind} ${address} (to ${channel.sends ? "send" : "receive"}; ${channel.length} of ${channel.capacity} used)`;
}

/** What came of sessions in which nothing stopped. */
export function sessionLines({ evidence, observations }: Pick<Case, "evidence" | "observations">): string[] {
  const sessions = evidence.filter((one) => one.kind === "gdb-session");
  const stopped = new Set(observations.map((one) => one.evidence));
  const silent = sessions.filter(({ handle }) => !stopped.has(handle));
  const caught = sessions.length - silent.length;
  const runs = sessions.filter(({ how }) => how === "run").length;
  return [
    ...(runs > 1 ? [`${counted(runs, "run")}, ${caught} of them stopped at a conflict on a map.`] : []),
    ...(sessions.length > 1 && caught > 0 ? [] : silent.slice(0, 1).map((one) => endingText(one))),
  ];
}

function endingText({ how, ending, exitStatus }: GdbSessionEvidence): string {
  const nothing = "Go's own check found no conflict on a map";
  switch (ending) {
    case "exited":
      return exitStatus === null
        ? `The program ended without an exit status (by a signal, as a rule); ${nothing}.`
        : `The program ended with exit status ${exitStatus}; ${nothing}.`;
    case "time limit":
      return how === "attach"
        ? `In that time ${nothing}; the process runs on.`
        : `In that time ${nothing}; the program was ended.`;
    case "interrupted":
      return how === "attach"
        ? `Interrupted; ${nothing} until then. The process runs on.`
        : `Interrupted; ${nothing} until then. The program was ended.`;
    case "stopped":
      return `${nothing}.`;
    default:
      return ending satisfies never;
  }
}
