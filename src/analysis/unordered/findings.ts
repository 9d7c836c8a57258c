/** From accesses that nothing orders to findings: one for each two places, however often and in however many processes. */
import type { ConflictKind, Finding, Side, UnorderedObservation } from "../../case/case.js";
import { adviseOn } from "../advice.js";
import { sideOf } from "../findings.js";
import { findingKey } from "../finding-key.js";
import { conflictKind, isChange } from "../kind.js";
import type { CodeContext } from "../origin.js";
import { adviseOnOrder } from "./order-advice.js";
import { whyUnordered } from "./why.js";
import type { OrderedSide } from "./words.js";

/** An observation and what is known about the process it was made in. */
export interface UnorderedInContext {
  readonly observation: UnorderedObservation;
  readonly context: CodeContext;
  readonly run: number | null;
  readonly testPackage: string | null;
  /** Whether the binary was built so that plain calls of sync/atomic are recorded; null where not known. */
  readonly plainAtomics: boolean | null;
}

/** A finding with what joining it with others needs. */
export interface UnorderedFinding {
  readonly finding: Finding;
  readonly sides: readonly [OrderedSide, OrderedSide];
  readonly commonLock: string | null;
  /** What limits it, one sentence each. */
  readonly limits: readonly string[];
}

interface Candidate extends UnorderedInContext {
  readonly kind: ConflictKind;
  readonly sides: [OrderedSide, OrderedSide];
}

/** Findings, in the order in which they were first seen. */
export function findUnordered(unordered: readonly UnorderedInContext[]): UnorderedFinding[] {
  const groups = new Map<string, Candidate[]>();
  for (const one of unordered) {
    const candidate = candidateOf(one);
    if (candidate !== undefined) {
      const key = findingKey(candidate) ?? candidate.observation.handle;
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [candidate]);
      } else {
        group.push(candidate);
      }
    }
  }
  return [...groups.values()].map(findingOf);
}

function candidateOf(one: UnorderedInContext): Candidate | undefined {
  const { observation, context } = one;
  const [first, second] = observation.sides;
  const kind = conflictKind(first.operation, second.operation);
  if (kind === undefined) {
    return undefined;
  }
  const ordered = (observed: typeof first): OrderedSide => ({
    ...sideOf(observed, context),
    order: observed.order,
  });
  const changeFirst = isChange(first.operation) || !isChange(second.operation);
  const [one_, other] = changeFirst ? [first, second] : [second, first];
  return { ...one, kind, sides: [ordered(one_), ordered(other)] };
}

const base =
  "Both accesses were recorded with all that orders goroutines, and nothing puts one before the other; they were not seen at the same moment.";

const withoutAtomics =
  "The binary was not built so that plain calls of sync/atomic are recorded. Should only these order the two, there is no conflict.";

function findingOf(group: readonly Candidate[]): UnorderedFinding {
  const [shown] = group;
  if (shown === undefined) {
    throw new RangeError("a finding rests on at least one observation");
  }
  const { observation, sides } = shown;
  const { commonLock, map } = observation;
  const limits = group.some(({ plainAtomics }) => plainAtomics !== false) ? [] : [withoutAtomics];
  const finding: Finding = {
    handle: "m0",
    kind: shown.kind,
    certainty: "unordered",
    score: null,
    reasons: [base, ...whyUnordered(sides, commonLock), ...limits],
    map,
    sides,
    seen: Math.min(
      group.reduce((sum, one) => sum + one.observation.seen, 0),
      Number.MAX_SAFE_INTEGER,
    ),
    observations: group.map((one) => one.observation.handle),
    runs: [...new Set(group.flatMap(({ run }) => (run === null ? [] : [run])))].toSorted((a, b) => a - b),
    tests: testsOf(group),
    advice: [...adviseOnOrder(sides, commonLock), ...adviseOn(sides, { locksKnown: true })],
    proof: null,
  };
  return { finding, sides, commonLock, limits };
}

function testsOf(group: readonly Candidate[]): Finding["tests"] {
  const tests = group.map(({ sides, testPackage }) => ({
    package: testPackage,
    name: testOfSides(sides),
  }));
  const known = tests.filter((test) => test.package !== null || test.name !== null);
  return [...new Map(known.map((test) => [JSON.stringify(test), test])).values()];
}

function testOfSides([first, second]: readonly [Side, Side]): string | null {
  return first.test ?? second.test;
}
