/**
 * Whether something fell into a state more often than chance gives.
 *
 * `hits` of `cases` independent events fell into a state that took a known share of the time. Chance alone gives each event
 * that share. The exact (Clopper-Pearson) interval of 95 % for the true share is what is left when the shares are taken out
 * under which so few, or so many, hits would come in less than 2.5 % of all times. No approximation is made, so it also holds
 * for few cases. Where the share differs from case to case, their mean is taken: the interval is then too wide rather than
 * too narrow (Hoeffding 1956).
 */

/** What the count says. */
export type ChanceVerdict =
  /** Fewer than five cases, or so few that no count at all could have told a difference. */
  | "too-few"
  /** The share that chance gives lies within the interval. */
  | "as-chance"
  | "more"
  | "fewer";

/** A count beside what chance gives. */
export interface Chance {
  readonly cases: number;
  readonly hits: number;
  /** Mean share of the time. */
  readonly share: number;
  /** The interval of 95 % for the true share. */
  readonly lowest: number;
  readonly highest: number;
  readonly verdict: ChanceVerdict;
}

/** What each side of the interval leaves out. */
const tail = 0.025;
/** Fewer cases than this say nothing: one rare thing that happened is no rule. */
const fewestCases = 5;
/** More cases than this are not looked at one by one. */
const mostCases = 100_000;

/** Compares a count with what chance gives. Undefined when there is nothing to compare. */
export function compareWithChance(hits: number, cases: number, share: number): Chance | undefined {
  const possible = cases > 0 && cases <= mostCases && hits >= 0 && hits <= cases && share >= 0 && share <= 1;
  if (!possible) {
    return undefined;
  }
  const lowest = hits === 0 ? 0 : bisect((p) => atLeast(hits, cases, p) < tail);
  const highest = hits === cases ? 1 : bisect((p) => atLeast(hits + 1, cases, p) < 1 - tail);
  return { cases, hits, share, lowest, highest, verdict: verdictOf({ cases, share, lowest, highest }) };
}

function verdictOf({
  cases,
  share,
  lowest,
  highest,
}: Pick<Chance, "cases" | "share" | "lowest" | "highest">): ChanceVerdict {
  if (cases < fewestCases || (share ** cases >= tail && (1 - share) ** cases >= tail)) {
    return "too-few";
  }
  return share < lowest ? "more" : share > highest ? "fewer" : "as-chance";
}

/** The point up to which something holds that holds below it and not above, between 0 and 1. */
function bisect(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/** The probability of at least so many hits. */
function atLeast(hits: number, cases: number, p: number): number {
  if (hits <= 0) {
    return 1;
  }
  if (p <= 0 || p >= 1) {
    return p <= 0 ? 0 : 1;
  }
  // The terms are summed from the one for `hits` on, each made from the one before; they are kept as logarithms at first.
  let term = hits * Math.log(p) + (cases - hits) * Math.log1p(-p);
  for (let index = 1; index <= hits; index++) {
    term += Math.log(cases - hits + index) - Math.log(index);
  }
  const odds = Math.log(p) - Math.log1p(-p);
  let sum = 0;
  for (let count = hits; count <= cases; count++) {
    sum += Math.exp(term);
    term += Math.log(cases - count) - Math.log(count + 1) + odds;
  }
  return Math.min(1, sum);
}
