/** Jumps within a function as arcs beside its listing. */
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";

/** A jump. */
export interface Arc {
  /** Indexes of rows. */
  readonly from: number;
  readonly to: number;
  /** Indexes of instructions. */
  readonly source: number;
  readonly target: number;
  /** 0 is next to the text; undefined where no lane is free all along: then only its ends are drawn. */
  readonly lane: number | undefined;
}

/** So many stand beside each other. */
export const lanes = 5;

/** Longer ones have ends only: nobody follows a line over so many screens. */
const longest = 3000;

/**
 * Gives each jump within the function a lane, short ones nearest to the text.
 *
 * @param rowOf for each instruction its row; -1 where it is not shown
 */
export function arcsOf(view: FunctionView, rowOf: Int32Array): readonly Arc[] {
  const indexAt = new Map(view.instructions.map(({ instruction }, index) => [instruction.address, index]));
  const jumps = view.instructions.flatMap(({ instruction: { flow, target } }, source) => {
    const to = target === undefined ? undefined : indexAt.get(target);
    const isJump = flow === "branch" || flow === "conditional branch";
    const rows = [rowOf[source] ?? -1, to === undefined ? -1 : (rowOf[to] ?? -1)] as const;
    return !isJump || to === undefined || rows[0] < 0 || rows[1] < 0
      ? []
      : [{ from: rows[0], to: rows[1], source, target: to }];
  });
  const height = jumps.reduce((most, { from, to }) => Math.max(most, from, to), 0) + 1;
  // A bit for each lane that is taken at a row.
  const taken = new Uint8Array(height);
  return jumps
    .toSorted((a, b) => Math.abs(a.from - a.to) - Math.abs(b.from - b.to) || a.source - b.source)
    .map((jump) => {
      const [first, last] = [Math.min(jump.from, jump.to), Math.max(jump.from, jump.to)];
      const lane = last - first > longest ? undefined : freeLane(taken, first, last);
      if (lane !== undefined) {
        for (let row = first; row <= last; row++) {
          taken[row] = (taken[row] ?? 0) | (1 << lane);
        }
      }
      return { ...jump, lane };
    });
}

const allLanes = (1 << lanes) - 1;

function freeLane(taken: Uint8Array, first: number, last: number): number | undefined {
  let all = 0;
  for (let row = first; row <= last && all !== allLanes; row++) {
    all |= taken[row] ?? 0;
  }
  for (let lane = 0; lane < lanes; lane++) {
    if ((all & (1 << lane)) === 0) {
      return lane;
    }
  }
  return undefined;
}

/** Those that have something between two rows. */
export function arcsBetween(arcs: readonly Arc[], first: number, last: number): readonly Arc[] {
  return arcs.filter(({ from, to }) => Math.min(from, to) <= last && Math.max(from, to) >= first);
}
