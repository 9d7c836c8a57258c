import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PairRecord } from "../../src/evidence/ring/format.js";
import type { PlanEntry } from "../../src/evidence/ring/plan.js";
import { collectNearMisses, type ObservedProcess, type PastRun } from "../../src/probe/near-misses.js";
import { longestDelay, mostEntries, mostHolds, planNextRun } from "../../src/probe/plan.js";
import { plainConflict, plainPair, plainSide } from "../support/event-file.js";

const A = 0x100;
const B = 0x200;
const C = 0x300;
const ms = 1_000_000;
const budget = 2000 * ms;
const identity = 7n;

function pair(first: number, second: number, part: Partial<PairRecord> = {}): PairRecord {
  return {
    ...plainPair,
    first: { offset: first, operation: "assign" },
    second: { offset: second, operation: "read" },
    shortest: ms,
    longest: part.shortest ?? ms,
    seen: 1,
    heldInVain: 0,
    cameAfterRelease: 0,
    longestHold: 0,
    ...part,
  };
}

function observed(pairs: readonly PairRecord[], part: Partial<ObservedProcess> = {}): ObservedProcess {
  return { header: { identity, text: 0x40_0000, plannedDelays: 0 }, pairs, conflicts: [], ...part };
}

/** A run in which all that was planned was held. */
function run(pairs: readonly PairRecord[], plan: readonly PlanEntry[] = []): PastRun {
  const plannedDelays = plan.reduce((sum, { limit }) => sum + limit, 0);
  return { files: [observed(pairs, { header: { identity, text: 0x40_0000, plannedDelays } })], plan };
}

/** A run that found two sites that nothing orders. */
function unordered(...sites: readonly (readonly [number, number])[]): PastRun {
  return {
    files: [observed([])],
    plan: [],
    unordered: sites.map(([first, second]) => ({ identity, first, second, seen: 1 })),
  };
}

function holds(entries: readonly PlanEntry[]): number[] {
  return entries.filter((entry) => entry.action === "hold").map((entry) => entry.site);
}

function leaves(entries: readonly PlanEntry[]): number[] {
  return entries.filter((entry) => entry.action === "leave").map((entry) => entry.site);
}

describe("planNextRun", () => {
  it("plans nothing where nothing was seen", () => {
    expect(planNextRun([], budget)).toEqual([]);
    expect(planNextRun([run([])], budget)).toEqual([]);
  });

  it("takes the usual gap between the shortest and the longest", () => {
    const plan = planNextRun([run([pair(A, B, { shortest: 4 * ms, longest: 100 * ms })])], budget);
    expect(plan[0]?.delay).toBe(41 * ms);
  });

  it("holds a site often for a short time, or three times for a long one", () => {
    const limit = (shortest: number): number | undefined =>
      planNextRun([run([pair(A, B, { shortest })])], budget)[0]?.limit;
    expect(limit(1000)).toBe(mostHolds);
    expect(limit(12 * ms)).toBe(10);
    expect(limit(150 * ms)).toBe(3);
  });

  it("holds the first site for twice the gap and 1 ms, and leaves the second alone", () => {
    expect(planNextRun([run([pair(A, B, { shortest: 3 * ms })])], budget)).toEqual([
      { identity, site: A, action: "hold", delay: 7 * ms, limit: mostHolds },
      { identity, site: B, action: "leave", delay: 0, limit: 0 },
    ]);
  });

  it("sums up the gaps of all runs and processes", () => {
    const history: PastRun[] = [
      {
        files: [observed([pair(A, B, { shortest: 9 * ms })]), observed([pair(A, B, { shortest: null })])],
        plan: [],
      },
      run([pair(A, B, { shortest: 2 * ms })]),
    ];
    expect(planNextRun(history, budget)[0]?.delay).toBe(Math.round(2 * Math.sqrt(2 * 9) * ms) + ms);
  });

  it("holds longer than what was in vain, but not for ever", () => {
    const vain = (longestHold: number): PastRun[] => [run([pair(A, B, { heldInVain: 1, longestHold })])];
    expect(planNextRun(vain(20 * ms), budget)[0]?.delay).toBe(40 * ms);
    expect(planNextRun(vain(400 * ms), budget)[0]?.delay).toBe(longestDelay);
    expect(holds(planNextRun(vain(longestDelay), budget))).toEqual([B]);
  });

  it("tries 5, 20, 100 ms where the gap is not known, then gives up", () => {
    const history = [run([pair(A, B, { shortest: null })])];
    const delays: number[] = [];
    for (let plan = planNextRun(history, budget); plan.length > 0; plan = planNextRun(history, budget)) {
      delays.push(plan[0]?.delay ?? 0);
      history.push(run([pair(A, B, { shortest: null })], plan));
    }
    expect(delays).toEqual([5 * ms, 5 * ms, 20 * ms, 100 * ms]);
  });

  it("needs no more delays for a pair that met, in either order", () => {
    expect(planNextRun([run([pair(A, B), pair(B, A, { met: 1 })])], budget)).toEqual([]);
    const conflict = {
      ...plainConflict,
      first: { ...plainSide, site: 0x40_0000 + B },
      second: { ...plainSide, site: 0x40_0000 + A },
    };
    const caught: PastRun = { files: [observed([pair(A, B)], { conflicts: [conflict] })], plan: [] };
    expect(planNextRun([caught], budget)).toEqual([]);
  });

  it("leaves alone what was caught, so that the program gets further", () => {
    const plan = planNextRun([run([pair(A, B, { met: 1 }), pair(A, C)])], budget);
    expect(holds(plan)).toEqual([A]);
    expect(leaves(plan)).toEqual([C, B]);
  });

  it("holds the second site once where only one direction was seen, after the first", () => {
    const pairs = [pair(A, B)];
    const history = [run(pairs)];
    const held: number[][] = [];
    for (let plan = planNextRun(history, budget); plan.length > 0; plan = planNextRun(history, budget)) {
      held.push(holds(plan));
      history.push(run(pairs, plan));
    }
    expect(held).toEqual([[A], [B], [A]]);
  });

  it("counts a try only when the first site was held, and gives up after three runs without", () => {
    const plan = planNextRun([run([pair(A, B)])], budget);
    const notReached: PastRun = { files: [observed([pair(A, B)])], plan };
    const history = [run([pair(A, B)]), notReached];
    expect(planNextRun(history, budget)[0]).toEqual(plan[0]);
    history.push(notReached, notReached);
    expect(holds(planNextRun(history, budget))).toEqual([B]);
  });

  it("knows that a site was held by its near misses, though other holds of the plan were not made", () => {
    const pairs = [pair(A, B), pair(C, 0x60)];
    const plan = planNextRun([run(pairs)], budget);
    expect(holds(plan)).toEqual([A, C]);
    const onlyA = observed([pair(A, B, { heldInVain: 4, longestHold: 1 })], {
      header: { identity, text: 0, plannedDelays: 4 },
    });
    const [first] = collectNearMisses([run(pairs), { files: [onlyA], plan }]).directions;
    expect(first).toMatchObject({ first: A, tries: 1, notHeld: 0 });
    const other = collectNearMisses([run(pairs), { files: [onlyA], plan }]).directions[1];
    expect(other).toMatchObject({ first: C, tries: 0, notHeld: 1 });
  });

  it("holds both sites that nothing orders, longer from run to run, before anything else", () => {
    const history = [unordered([A, B]), run([pair(C, 0x60)])];
    const held: [number[], number | undefined][] = [];
    for (let runs = 0; runs < 3; runs++) {
      const plan = planNextRun(history, budget);
      held.push([holds(plan).slice(0, 2), plan[0]?.delay]);
      expect(leaves(plan)).not.toContain(B);
      history.push(run([], plan));
    }
    expect(held).toEqual([
      [[A, B], 100 * ms],
      [[A, B], 250 * ms],
      [[A, B], longestDelay],
    ]);
    expect(holds(planNextRun(history, budget))).toEqual([]);
  });

  it("holds many sites that nothing orders for a shorter time each", () => {
    const many = Array.from({ length: 20 }, (_, index) => [index + 1, index + 101] as const);
    const delays = planNextRun([unordered(...many)], budget).map(({ delay }) => delay);
    expect(delays).toEqual(Array.from({ length: 40 }, () => 25 * ms));
    expect(planNextRun([unordered([A, B])], 30 * ms).map(({ delay, limit }) => [delay, limit])).toEqual([
      [20 * ms, 1],
      [0, 0],
    ]);
  });

  it("holds one site that nothing orders with itself, and none that met", () => {
    expect(planNextRun([unordered([A, A])], budget)).toMatchObject([{ site: A, action: "hold" }]);
    expect(planNextRun([unordered([A, B]), run([pair(B, A, { met: 1 })])], budget)).toEqual([]);
  });

  it("takes the gap where a pair that nothing orders was seen as a near miss too", () => {
    const near = run([pair(A, B, { shortest: 90 * ms })]);
    const plan = planNextRun([unordered([A, B]), near], budget);
    expect(plan.toSorted((one, other) => one.site - other.site)).toMatchObject([
      { site: A, delay: 181 * ms },
      { site: B, delay: 100 * ms },
    ]);
  });

  it("takes turns when both directions were seen", () => {
    const pairs = [pair(A, B), pair(B, A, { shortest: 2 * ms })];
    const history = [run(pairs)];
    const held: number[][] = [];
    for (let plan = planNextRun(history, budget); plan.length > 0; plan = planNextRun(history, budget)) {
      held.push(holds(plan));
      expect(leaves(plan)).toEqual([plan[0]?.site === A ? B : A]);
      history.push(run(pairs, plan));
    }
    expect(held).toEqual([[A], [B], [A], [B]]);
  });

  it("holds a site that another pair needs held, though it is a second site too", () => {
    const plan = planNextRun([run([pair(A, B), pair(B, C, { shortest: 2 * ms })])], budget);
    expect(holds(plan)).toEqual([A, B]);
    expect(leaves(plan)).toEqual([C]);
  });

  it("holds one site where two goroutines are at the same one", () => {
    const plan = planNextRun([run([pair(A, A)])], budget);
    expect(plan).toMatchObject([{ site: A, action: "hold" }]);
  });

  it("tries once only what looks like a common lock", () => {
    const locked = pair(A, B, { heldInVain: 4, cameAfterRelease: 3, longestHold: ms });
    const plan = planNextRun([run([locked])], budget);
    expect(holds(plan)).toEqual([A]);
    expect(planNextRun([run([locked]), run([locked], plan)], budget)).toEqual([]);
  });

  it("puts first what was never tried, then what was seen rarely, then small gaps", () => {
    const held = { identity, action: "hold", delay: ms, limit: 1 } as const;
    const tried = run(
      [],
      [
        { ...held, site: A },
        { ...held, site: B },
      ],
    );
    const seen = run([
      pair(A, B),
      pair(B, C, { seen: 100 }),
      pair(C, A, { shortest: 9 * ms }),
      pair(0x50, 0x60),
    ]);
    expect(holds(planNextRun([seen, tried], budget))).toEqual([0x50, C, A]);
  });

  it("puts last what lies in the standard library alone", () => {
    const history = [run([pair(A, B, { shortest: 1 }), pair(C, A), pair(0x50, 0x60, { shortest: 9 * ms })])];
    const isOwnCode = (of: bigint, site: number): boolean => of === identity && (site === C || site === 0x60);
    expect(holds(planNextRun(history, budget, isOwnCode))).toEqual([C, 0x50, A]);
  });

  it("shares a small budget among the sites, the most promising first", () => {
    const pairs = [pair(A, B, { shortest: ms }), pair(C, B, { shortest: 2 * ms })];
    expect(planNextRun([run(pairs)], 14 * ms)).toMatchObject([
      { site: A, delay: 3 * ms, limit: 3 },
      { site: C, delay: 5 * ms, limit: 1 },
      { site: B, action: "leave" },
    ]);
    expect(planNextRun([run(pairs)], 2 * ms)).toEqual([]);
  });

  it("plans each binary by itself", () => {
    const other = observed([pair(A, B)], { header: { identity: 8n, text: 0, plannedDelays: 0 } });
    const plan = planNextRun([{ files: [observed([pair(A, B)]), other], plan: [] }], budget);
    expect(plan.map((entry) => [entry.identity, entry.site])).toEqual([
      [7n, A],
      [7n, B],
      [8n, A],
      [8n, B],
    ]);
  });
});

describe("planNextRun, whatever was seen", () => {
  const site = fc.integer({ min: 1, max: 400 });
  const count = fc.nat({ max: 20 });
  const time = fc.nat({ max: 3_000_000_000 });
  const pairs = fc.array(
    fc.record({
      first: site,
      second: site,
      shortest: fc.option(time),
      longest: time,
      seen: count,
      heldInVain: count,
      met: fc.constantFrom(0, 0, 0, 1),
      cameAfterRelease: count,
      longestHold: time,
    }),
    { maxLength: 400 },
  );
  const processes = fc.array(fc.record({ identity: fc.constantFrom(1n, 2n, 3n), pairs }), { maxLength: 4 });

  function files(described: Described): ObservedProcess[] {
    return described.map((one) => ({
      header: { identity: one.identity, text: 0, plannedDelays: 0 },
      conflicts: [],
      pairs: one.pairs.map(({ first, second, ...rest }) => pair(first, second, rest)),
    }));
  }

  type Described = readonly {
    readonly identity: bigint;
    readonly pairs: readonly (Omit<Partial<PairRecord>, "first" | "second"> & {
      first: number;
      second: number;
    })[];
  }[];

  it("stays within the budget, the number of entries and the longest delay, with one entry for a site", () => {
    fc.assert(
      fc.property(processes, time, (described, allowed) => {
        const plan = planNextRun([{ files: files(described), plan: [] }], allowed);
        expect(plan.length).toBeLessThanOrEqual(mostEntries);
        expect(new Set(plan.map((entry) => `${entry.identity} ${entry.site}`)).size).toBe(plan.length);
        const spent = new Map<bigint, number>();
        for (const { identity: of, action, delay, limit } of plan) {
          spent.set(of, (spent.get(of) ?? 0) + delay * limit);
          expect(delay).toBeLessThanOrEqual(longestDelay);
          expect(action === "hold" ? limit > 0 && delay > 0 : limit === 0 && delay === 0).toBe(true);
        }
        expect(Math.max(0, ...spent.values())).toBeLessThanOrEqual(allowed);
      }),
    );
  });

  it("does not depend on the order of the processes", () => {
    fc.assert(
      fc.property(processes, (described) => {
        const forward = files(described);
        const plan = planNextRun([{ files: forward, plan: [] }], budget);
        expect(planNextRun([{ files: forward.toReversed(), plan: [] }], budget)).toEqual(plan);
      }),
    );
  });

  it("comes to an end when nothing is ever caught", () => {
    fc.assert(
      fc.property(processes, (described) => {
        const history: PastRun[] = [{ files: files(described), plan: [] }];
        for (let runs = 0; runs < 2000; runs++) {
          const plan = planNextRun(history, budget);
          if (plan.length === 0) {
            return;
          }
          history.push({ files: [], plan });
        }
        expect.unreachable("plans without end");
      }),
      { numRuns: 10 },
    );
  });
});
