/** Programs that take turns, and what their turns cost. */
import { median, ratioOf, type Ratio } from "./statistics.js";
import type { Turn } from "./turn-taker.js";

/** The race detector is here to compare with, and slow: it takes part in every so manieth turn only. */
const raceEvery = 4;

/** What is counted: time on the clock, CPU time of the whole process, or its largest resident memory. */
export type Measure = "wall" | "cpu" | "memory";

/** The turns of one piece of work, done by programs of several kinds. All is compared with the kind "plain". */
export class Series {
  readonly #turns = new Map<string, (Turn | undefined)[]>();
  #count = 0;

  constructor(
    readonly name: string,
    readonly every: Readonly<Record<string, number>> = { race: raceEvery },
  ) {}

  /** How many turns there were. */
  get count(): number {
    return this.#count;
  }

  /**
   * One turn more: each program does the same, one after another, and another one begins than the last time.
   *
   * @throws Error when their results are not the same
   */
  async add<P extends { readonly kind: string }>(
    programs: readonly P[],
    work: (program: P) => Promise<Turn>,
  ): Promise<void> {
    const taking = programs.filter(({ kind }) => this.#count % (this.every[kind] ?? 1) === 0);
    const first = this.#count % taking.length;
    let sum: string | undefined;
    for (const program of [...taking.slice(first), ...taking.slice(0, first)]) {
      const turn = await work(program);
      sum ??= turn.sum;
      if (turn.sum !== sum) {
        throw new Error(
          `${this.name}: the results of the builds differ: ${program.kind} ${turn.sum}, ${sum}`,
        );
      }
      const turns = this.#turns.get(program.kind) ?? [];
      turns[this.#count] = turn;
      this.#turns.set(program.kind, turns);
    }
    this.#count++;
  }

  /** How much more a kind costs for each operation than the plain program. */
  ratio(kind: string, measure: Measure): Ratio {
    const both = this.#common(kind, "plain");
    return ratioOf(
      both.map(([one]) => cost(one, measure)),
      both.map(([, plain]) => cost(plain, measure)),
    );
  }

  /** What an operation costs, turn by turn: nanoseconds or bytes. */
  costs(kind: string, measure: Measure): number[] {
    return this.#common(kind, kind).map(([turn]) => cost(turn, measure));
  }

  /** The middle one of what an operation costs. */
  cost(kind: string, measure: Measure): number {
    return median(this.costs(kind, measure));
  }

  /** The turns in which both kinds took part. */
  #common(kind: string, other: string): [Turn, Turn][] {
    const others = this.#turns.get(other) ?? [];
    return (this.#turns.get(kind) ?? []).flatMap((turn, at): [Turn, Turn][] => {
      const beside = others[at];
      return turn === undefined || beside === undefined ? [] : [[turn, beside]];
    });
  }
}

function cost(turn: Turn, measure: Measure): number {
  return measure === "memory" ? turn.memory : turn[measure] / turn.operations;
}
