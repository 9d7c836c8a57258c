/** The other side of a crash as the source tells: each place that may be it, as a finding. */
import path from "node:path";
import type {
  CaseFrame,
  CrashObservation,
  Finding,
  PlacedFrame,
  Side,
  TextGoroutine,
} from "../../case/case.js";
import { adviseOn } from "../advice.js";
import { conflictKind } from "../kind.js";
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
import type { Stack } from "../peer/revision.js";
import type { SourceMatch } from "../peer/source-match.js";
import { isOfTest, isWhole, otherGoroutines } from "../peer/text-evidence.js";
import { testOf } from "../stack.js";
import type { CaseSource } from "./case-source.js";
import { detectedSide, sideGoroutine, sourcePlace, unknownGoroutine } from "./sides.js";
import { changeFirst, type Detecting, operationOf, rounded, toldOperation, type Weighed } from "./weighed.js";

/** What the source says of a crash. */
export interface FromSource {
  readonly weighed: readonly Weighed[];
  readonly detector: DetectorAccess | undefined;
  /** Goroutines of the text, by the line of their header, that a place in the source accounts for. */
  readonly seen: ReadonlySet<number>;
}

/** Looks the crash up in the source. */
export function fromSource(detecting: Detecting, source: CaseSource): FromSource {
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
    near: packagesOn(stack, match),
    calls: callsOn(stack, match),
    inTest: isOfTest(crash),
  };
  const excluded = isOfOtherProgram(stack, match) || (detectors.length === 0 && isInside(stack));
  const candidates = excluded ? [] : candidatesIn(detecting, detectors, scene);
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

function candidatesIn(
  { crash, detector }: Detecting,
  detectors: readonly DetectorAccess[],
  scene: Scene,
): Candidate[] {
  if (detectors.length === 0) {
    return crash.conflict === null || scene.near.size === 0
      ? []
      : unplacedCandidates(detector.operationFrom, scene);
  }
  const found = candidatesFor(detectors, scene);
  // A method that a library calls through an interface has its map from nowhere.
  return found.length === 0 ? sameTypeCandidates(detectors, scene) : found;
}

/** Whether the map is used inside a dependency, so that it is most likely one of its own. */
function isInside(stack: readonly PlacedFrame[]): boolean {
  return stack.find(({ origin }) => origin === "own" || origin === "dependency")?.origin === "dependency";
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

/** The packages of the source whose functions are on a stack, by their names. */
function packagesOn(stack: readonly PlacedFrame[], match: SourceMatch): ReadonlySet<string> {
  const places = stack.map((frame) => match.place(frame));
  const functions = places.map((place) => (place?.byName === true ? place.function : null));
  return new Set(functions.flatMap((at) => (at === null ? [] : [match.index.function(at)?.package ?? ""])));
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
    order: null,
  };
}

function goroutineWith(crash: CrashObservation, id: number | undefined): TextGoroutine | undefined {
  const all = [...crash.peers.map((peer) => peer.goroutine), ...crash.groups.map((group) => group.example)];
  return id === undefined ? undefined : all.find((goroutine) => goroutine.id === id);
}
