/** From a crash to findings: the detecting side with each place, or goroutine, that may be the other side. */
import path from "node:path";
import type {
  CaseFrame,
  ConflictKind,
  CrashObservation,
  Finding,
  Operation,
  PlacedFrame,
  Side,
  TextGoroutine,
} from "../../case/case.js";
import { adviseOn } from "../advice.js";
import { conflictKind, isChange } from "../kind.js";
import { adviseOnCandidate } from "../peer/advice.js";
import {
  type Candidate,
  candidatesFor,
  sameTypeCandidates,
  type Scene,
  unplacedCandidates,
} from "../peer/candidates.js";
import { type DetectorAccess, detectorAccesses } from "../peer/detector-access.js";
import type { FactsIndex } from "../peer/facts-index.js";
import { startsOfGoroutine } from "../peer/goroutine-starts.js";
import { proofCommand } from "../peer/proof.js";
import { RootFinder } from "../peer/roots.js";
import { testOf } from "../stack.js";
import type { Stack } from "../peer/revision.js";
import { SourceMatch } from "../peer/source-match.js";
import { isOfTest, isWhole, otherGoroutines } from "../peer/text-evidence.js";
import { detectedSide, frameAt, sideGoroutine, sourcePlace, unknownGoroutine } from "./sides.js";

/** The source, ready to be asked. */
export class CaseSource {
  readonly match: SourceMatch;
  readonly roots: RootFinder;

  constructor(readonly index: FactsIndex) {
    this.match = new SourceMatch(index);
    this.roots = new RootFinder(index);
  }
}

/** What was inferred from one crash. */
export interface Inference {
  /** The most likely first, without handles. */
  readonly findings: readonly Omit<Finding, "handle">[];
  /** The detecting side's access in the source. */
  readonly detector: DetectorAccess | undefined;
}

/** The weight of all that cannot be seen: a peer in a dependency, or one that the source does not show. */
const unseenWeight = 0.2;
/** A place with a lower score is not worth a look. */
const lowestScore = 0.02;
const maxFindings = 10;

/** Infers the other side of a crash. */
export function inferPeers(crash: CrashObservation, source: CaseSource | undefined): Inference {
  const { detector } = crash;
  if (detector === null || (crash.cause !== "fatal" && crash.conflict === null)) {
    return { findings: [], detector: undefined };
  }
  const detecting = { crash, detector };
  const inSource = source === undefined ? undefined : fromSource(detecting, source);
  const inText = fromText(detecting, inSource, source);
  const weighed = [...(inSource?.weighed ?? []), ...inText].toSorted(
    (one, other) => other.weight - one.weight,
  );
  const sum = weighed.reduce((total, { weight }) => total + weight, unseenWeight);
  const findings = weighed
    .map(({ weight, finding }) => ({ score: weight / sum, finding }))
    .filter(({ score }) => score >= lowestScore)
    .slice(0, maxFindings);
  return {
    findings: findings.map(({ score, finding }) => finding(score)),
    detector: inSource?.detector,
  };
}

interface Detecting {
  readonly crash: CrashObservation;
  readonly detector: NonNullable<CrashObservation["detector"]>;
}

/** A finding that still waits for its score. */
interface Weighed {
  readonly weight: number;
  readonly finding: (score: number) => Omit<Finding, "handle">;
}

interface FromSource {
  readonly weighed: readonly Weighed[];
  readonly detector: DetectorAccess | undefined;
  /** Goroutines of the text, by the line of their header, that a place in the source accounts for. */
  readonly seen: ReadonlySet<number>;
}

function fromSource(detecting: Detecting, source: CaseSource): FromSource {
  const { crash, detector } = detecting;
  const { match, roots, index } = source;
  match.learn(stacksOf(crash));
  const stack = detector.goroutine.stack.filter(({ origin }) => origin !== "runtime");
  const site = Math.max(
    0,
    stack.findIndex((frame) => isSame(frame, detector.site)),
  );
  const detectors = detectorAccesses(match, {
    stack,
    site,
    operation: toldOperation(detector),
    conflict: crash.conflict,
    through: detector.through,
  });
  const startsOf = (goroutine: TextGoroutine): ReadonlySet<number> =>
    startsOfGoroutine(goroutine, match, roots);
  const others = otherGoroutines(crash, match, startsOf);
  const scene: Scene = {
    index,
    roots,
    detecting: startsOf(detector.goroutine),
    others,
    whole: isWhole(crash),
    calls: callsOn(stack, match),
    inTest: isOfTest(crash),
  };
  const candidates = candidatesIn(detecting, detectors, scene);
  return {
    weighed: candidates.map((candidate) => ({
      weight: candidate.weight,
      finding: (score) => findingOf(detecting, candidate, source, score),
    })),
    detector: detectors[0],
    seen: new Set(
      others
        .filter(({ functions }) =>
          functions.some(({ function: at }) => candidates.some(({ access }) => access.function === at)),
        )
        .map(({ goroutine }) => goroutine.textLine),
    ),
  };
}

/** Whether the program's own code on a stack is nowhere in the source. */
function isOfOtherProgram(stack: readonly PlacedFrame[], match: SourceMatch): boolean {
  const own = stack.filter(({ origin }) => origin === "own");
  return own.length > 0 && own.every((frame) => match.place(frame) === undefined);
}

/** The operation where the runtime's function tells it; the headline alone calls a delete or a clear a write. */
function toldOperation({
  operation,
  operationFrom,
}: NonNullable<CrashObservation["detector"]>): Operation | null {
  return operationFrom === "headline" ? null : operation;
}

/** Less than this in all is too little to stop at the variables that the flows lead to. */
const tooLittle = 0.05;

function candidatesIn(
  { crash, detector }: Detecting,
  detectors: readonly DetectorAccess[],
  scene: Scene,
): Candidate[] {
  if (detectors.length === 0) {
    return crash.conflict === null ? [] : unplacedCandidates(detector.operationFrom, scene);
  }
  const found = candidatesFor(detectors, scene);
  const sum = found.reduce((total, { weight }) => total + weight, 0);
  return sum < tooLittle ? [...found, ...sameTypeCandidates(detectors, scene)] : found;
}

function isSame(frame: CaseFrame, site: Pick<CaseFrame, "function" | "file" | "line"> | null): boolean {
  return (
    site !== null && frame.function === site.function && frame.line === site.line && frame.file === site.file
  );
}

/** The detecting side's stack and those of the other goroutines, for finding out whether lines are off. */
function stacksOf(crash: CrashObservation): Stack[] {
  const own = crash.detector?.goroutine;
  const others = crash.groups
    .map(({ example }) => example)
    .filter(({ textLine }) => textLine !== own?.textLine);
  return [...(own === undefined ? [] : [own]), ...others].map((goroutine) => ({
    frames: goroutine.stack.filter(({ origin }) => origin !== "runtime"),
    createdBy: goroutine.createdBy?.frame ?? null,
    detecting: goroutine === own,
  }));
}

function callsOn(stack: readonly CaseFrame[], match: SourceMatch): Scene["calls"] {
  return stack.flatMap((frame) => {
    const place = match.place(frame);
    return place === undefined || place.line === null ? [] : [{ file: place.file, line: place.line }];
  });
}

function findingOf(
  detecting: Detecting,
  candidate: Candidate,
  source: CaseSource,
  score: number,
): Omit<Finding, "handle"> {
  const { crash, detector } = detecting;
  const { index, roots } = source;
  const mine = candidate.detector?.access ?? null;
  const operation = toldOperation(detector) ?? mine?.operation ?? operationOf(crash.conflict);
  const place = mine === null ? null : sourcePlace(mine, roots.of(mine.function), index);
  const detected = detectedSide(detector, operation, place);
  const supposed = supposedSide(candidate, crash, index);
  const sides = changeFirst(detected, supposed);
  const functions = [candidate.access.function, ...(mine === null ? [] : [mine.function])];
  const variable = mine === null ? undefined : index.variable(mine.variable);
  const advice = adviseOnCandidate(candidate, index);
  return {
    // Without a headline the source tells what the detecting side did, and the other side is a change.
    kind: crash.conflict ?? conflictKind(operation, "change") ?? "concurrent map writes",
    certainty: "inferred",
    score: rounded(score),
    reasons: [
      sentence(`Line ${candidate.access.line} of ${candidate.access.file}`, candidate.reasons),
      ...(typeof candidate.detector?.doubt === "string" ? [candidate.detector.doubt] : []),
    ],
    map: { address: null, type: variable?.type ?? null, name: variable?.name ?? null, elements: null },
    sides,
    seen: 1,
    observations: [crash.handle],
    runs: [],
    tests: detected.test === null ? [] : [{ package: null, name: detected.test }],
    advice: advice.length > 0 ? advice : adviseOn(sides),
    proof: proofCommand(index, roots, functions, testsOf(sides)),
  };
}

/** The tests, without their subtests, that the sides belong to. */
function testsOf(sides: readonly Side[]): string[] {
  const names = sides.flatMap(({ test }) => (test === null ? [] : [test.replace(/[./].*$/, "")]));
  return [...new Set(names)];
}

/** The reasons as one sentence: `Line 12 of a.go: it changes the same variable; it holds no lock.` */
function sentence(subject: string, reasons: readonly string[]): string {
  return `${subject}: ${reasons.join("; ")}.`;
}

function supposedSide(candidate: Candidate, crash: CrashObservation, index: FactsIndex): Side {
  const { access, support, roots } = candidate;
  const frame = {
    function: index.function(access.function)?.name ?? "?",
    file: path.join(index.facts.root, access.file),
    line: access.line,
    inlined: false,
    origin: "own" as const,
  };
  // Only a goroutine that the text shows at this very place is called the one.
  const shown =
    support.goroutines.length === 1 && support.factor > 10
      ? goroutineWith(crash, support.goroutines[0])
      : undefined;
  return {
    role: "supposed",
    operation: access.operation,
    goroutine: shown === undefined ? unknownGoroutine : sideGoroutine(shown),
    heldNanoseconds: 0,
    stack: shown === undefined ? [frame] : shown.stack.filter(({ origin }) => origin !== "runtime"),
    stackCut: false,
    site: frame,
    test: shown === undefined ? null : testOf(shown.stack, []),
    source: sourcePlace(access, roots, index),
  };
}

function goroutineWith(crash: CrashObservation, id: number | undefined): TextGoroutine | undefined {
  const all = [...crash.peers.map((peer) => peer.goroutine), ...crash.groups.map((group) => group.example)];
  return id === undefined ? undefined : all.find((goroutine) => goroutine.id === id);
}

/** A goroutine of the text that is in a map operation, when no place in the source accounts for it. */
const textWeight = 1.5;

/**
 * Goroutines that the text shows in a map operation, and that no place in the source accounts for. The weaker hints (same
 * receiver, same function) are no findings: each would name a peer that nothing but its neighbourhood speaks for.
 */
function fromText(
  detecting: Detecting,
  inSource: FromSource | undefined,
  source: CaseSource | undefined,
): Weighed[] {
  const { crash, detector } = detecting;
  const { conflict } = crash;
  if (conflict === null) {
    return [];
  }
  return crash.peers
    .filter(({ goroutine, site, operation, reason }) => {
      const changes = operation === null || isChange(operation);
      return (
        reason === "in-map-operation" &&
        changes &&
        site !== null &&
        inSource?.seen.has(goroutine.textLine) !== true &&
        !(inSource?.detector !== undefined && isAtKnownAccess(frameAt(goroutine.stack, site), source))
      );
    })
    .map((peer) => ({
      weight: textWeight,
      finding: (score) => {
        const detected = detectedSide(detector, detector.operation ?? operationOf(conflict), null);
        const supposed = textSide(peer, source);
        const sides = changeFirst(detected, supposed);
        return {
          kind: conflict,
          certainty: "inferred",
          score: rounded(score),
          reasons: [
            `Goroutine ${peer.goroutine.id ?? "?"} of the text is in a map operation too, as its stack shows.`,
          ],
          map: { address: null, type: null, name: null, elements: null },
          sides,
          seen: 1,
          observations: [crash.handle],
          runs: [],
          tests: detected.test === null ? [] : [{ package: null, name: detected.test }],
          advice: adviseOn(sides),
          proof: null,
        };
      },
    }));
}

/** Whether the source shows which map is changed there: then it is another one, or the place is a candidate already. */
function isAtKnownAccess(frame: PlacedFrame, source: CaseSource | undefined): boolean {
  const place = source?.match.place(frame);
  return (
    source !== undefined &&
    place?.exact === true &&
    source.index.accessesIn(place.file).some(({ line }) => line === place.line)
  );
}

function textSide(
  { goroutine, site, operation }: CrashObservation["peers"][number],
  source: CaseSource | undefined,
): Side {
  return {
    role: "supposed",
    operation: operation ?? "change",
    goroutine: sideGoroutine(goroutine),
    heldNanoseconds: 0,
    stack: goroutine.stack.filter(({ origin }) => origin !== "runtime"),
    stackCut: goroutine.framesElided > 0,
    site: site === null ? null : inSourceFolder(frameAt(goroutine.stack, site), source),
    test: null,
    source: null,
  };
}

/** A frame with the path of its file in the source, where it is there; else as the text has it. */
function inSourceFolder(frame: PlacedFrame, source: CaseSource | undefined): PlacedFrame {
  const place = source?.match.place(frame);
  return source === undefined || place?.exact !== true
    ? frame
    : { ...frame, file: path.join(source.index.facts.root, place.file) };
}

/** What the detecting side did, when only the headline tells. */
function operationOf(kind: ConflictKind | null): Operation {
  switch (kind) {
    case null:
      return "read";
    case "concurrent map read and map write":
      return "read";
    case "concurrent map writes":
      return "change";
    case "concurrent map iteration and map write":
      return "iterate";
    case "concurrent map clone and map write":
      return "clone";
    default:
      return kind satisfies never;
  }
}

function changeFirst(detected: Side, supposed: Side): [Side, Side] {
  return isChange(detected.operation) ? [detected, supposed] : [supposed, detected];
}

function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}
