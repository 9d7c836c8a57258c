/** Findings from reports that name both sides themselves: those of the race detector, and those of maptrap's probe. */
import type {
  ConflictObservation,
  Finding,
  Found,
  PlacedFrame,
  ProbeObservation,
  RaceObservation,
  Side,
} from "../../case/case.js";
import type { ProbeReport } from "../../evidence/crashtext/crash-text.js";
import { adviseOn } from "../advice.js";
import { findObserved } from "../findings.js";
import { isChange } from "../kind.js";
import type { CodeContext } from "../origin.js";
import { detectorAccesses } from "../peer/detector-access.js";
import { testOf, trimStack } from "../stack.js";
import type { CaseSource } from "./case-source.js";
import { probeSides } from "./observations.js";
import { frameAt, sourcePlace } from "./sides.js";

/** The finding of a race report; undefined when it is not about a map, or one side is missing. */
export function raceFinding(
  race: RaceObservation,
  source: CaseSource | undefined,
): Omit<Finding, "handle"> | undefined {
  const [one, other] = race.accesses;
  const { conflict } = race;
  if (conflict === null || one === undefined || other === undefined) {
    return undefined;
  }
  const first = reportedSide(one, race, source);
  const second = reportedSide(other, race, source);
  const sides: [Side, Side] =
    isChange(first.operation) || !isChange(second.operation) ? [first, second] : [second, first];
  const tests = [first.test, second.test].filter((test) => test !== null);
  const named = sides.map(({ source: place }) => place?.variable).find((name) => name !== undefined);
  return {
    kind: conflict,
    certainty: "unordered",
    score: null,
    reasons: ["Go's race detector saw both accesses, and nothing that the program did orders them."],
    map: { address: one.address, type: null, name: named ?? null, elements: null },
    sides,
    seen: 1,
    observations: [race.handle],
    runs: [],
    tests: [...new Set(tests)].map((name) => ({ package: null, name })),
    advice: adviseOn(sides),
    proof: null,
  };
}

function reportedSide(
  access: RaceObservation["accesses"][number],
  race: RaceObservation,
  source: CaseSource | undefined,
): Side {
  const operation = access.mapOperation ?? (access.operation === "write" ? "change" : "read");
  const id = access.main ? 1 : access.goroutine;
  return {
    role: "reported",
    operation,
    goroutine: {
      id,
      handle: id === null ? "g?" : `g${id}`,
      startedBy: null,
      startedAt: access.createdAt,
      entry: access.stack.findLast((frame) => frame.origin !== "runtime") ?? null,
    },
    heldNanoseconds: 0,
    stack: trimStack(access.stack),
    stackCut: access.stackLost,
    site: access.site === null ? null : frameAt(access.stack, access.site),
    test: testOf(access.stack, access.createdAt),
    source: placeInSource(access, race, source),
    order: null,
  };
}

function placeInSource(
  access: RaceObservation["accesses"][number],
  { conflict }: RaceObservation,
  source: CaseSource | undefined,
): Side["source"] {
  if (source === undefined || conflict === null) {
    return null;
  }
  const stack = access.stack.filter((frame: PlacedFrame) => frame.origin !== "runtime");
  const site = stack.findIndex(
    (frame) => frame.function === access.site?.function && frame.line === access.site.line,
  );
  const [found] = detectorAccesses(source.match, {
    stack,
    site: Math.max(0, site),
    operation: access.mapOperation,
    conflict,
    through: access.through,
  });
  return found === undefined
    ? null
    : sourcePlace(found.access, source.roots.of(found.access.function), source.index);
}

/** How the conflict of a probe's report was found. */
function foundOf(report: ProbeReport): Found {
  if (report.found === "caught") {
    return { by: "trap" };
  }
  const other = report.sides.find(({ part }) => part === "other");
  return {
    by: "go-check",
    message: report.conflict,
    otherSide: report.found === "recorded" ? "mark" : "rings",
    ageNanoseconds: other?.beganNanosecondsBefore ?? null,
    repeats: null,
    callersChangesBefore: other?.callersChangesBefore ?? 0,
    growth: report.growth === null ? { kind: "none", evacuated: 0, oldBuckets: 0 } : { ...report.growth },
    depth: null,
    gcPhase: null,
    gcCycles: null,
  };
}

/** The finding of a probe's report; undefined when it is damaged. */
export function probeFinding(
  report: ProbeReport,
  observation: ProbeObservation,
  context: CodeContext,
): Omit<Finding, "handle"> | undefined {
  const [one, other] = probeSides(report);
  if (one === undefined || other === undefined) {
    return undefined;
  }
  const conflict: ConflictObservation = {
    kind: "conflict",
    handle: observation.handle,
    evidence: observation.evidence,
    atNanoseconds: 0,
    seen: 1,
    map: { ...observation.map, name: null },
    symbols: "process",
    found: foundOf(report),
    sides: one.role === "waited" || one.role === "recorded" ? [one, other] : [other, one],
  };
  return findObserved([{ observation: conflict, context, run: null, testPackage: null }])[0];
}
