/** Programs that take turns, and what their turns cost. */
import type { Kind } from "./builds.js";
import { ratioOf, type Ratio } from "./statistics.js";
import type { Turn } from "./turn-taker.js";

/** The race detector is here to compare with, and slow: it takes part in every so manieth turn only. */
const raceEvery = 4;

/** What is counted: time on the clock, or CPU time of the whole process. */
export type Measure = "wall" | "cpu";

/** The turns of one piece of work, done by programs of several kinds. */
export class Series {
  readonly #turns = new Map<Kind, (Turn | undefined)[]>();
  #count = 0;

  constructor(readonly name: string) {}

  /** How many turns there were. */
  get count(): number {
    return this.#count;
  }

  /**
   * One turn more: each program does the same, one after another, and another one begins than the last time.
   *
   * @throws Error when their results are not the same
   */
  async add<P extends { readonly kind: Kind }>(
    programs: readonly P[],
    work: (program: P) => Promise<Turn>,
  ): Promise<void> {
    const taking = programs.filter(({ kind }) => kind !== "race" || this.#count % raceEvery === 0);
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
  ratio(kind: Kind, measure: Measure): Ratio {
    const both = this.#common(kind, "plain");
    const cost = (turn: Turn) => turn[measure] / turn.operations;
    return ratioOf(
      both.map(([one]) => cost(one)),
      both.map(([, plain]) => cost(plain)),
    );
  }

  /** Nanoseconds for each operation, turn by turn. */
  costs(kind: Kind, measure: Measure): number[] {
    return this.#common(kind, kind).map(([turn]) => turn[measure] / turn.operations);
  }

  /** The turns in which both kinds took part. */
  #common(kind: Kind, other: Kind): [Turn, Turn][] {
    const others = this.#turns.get(other) ?? [];
    return (this.#turns.get(kind) ?? []).flatMap((turn, at): [Turn, Turn][] => {
      const beside = others[at];
      return turn === undefined || beside === undefined ? [] : [[turn, beside]];
    });
  }
}
