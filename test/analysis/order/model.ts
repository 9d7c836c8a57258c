/**
 * What happens before what, in the plainest way: a graph of all events, and whether there is a path. Quadratic, and written from
 * docs/order-events.md alone.
 */
import { orderKinds } from "../../../src/evidence/order/events.js";
import { type Row } from "./programs.js";

/** An access of a program. */
export interface ModelAccess {
  readonly row: number;
  readonly goroutine: number;
  /** Which map it is, whatever life it had. */
  readonly map: string;
  readonly isChange: boolean;
  readonly stack: number;
}

/** Two accesses that nothing orders. */
export type ModelPair = readonly [ModelAccess, ModelAccess];

const changes = new Set([orderKinds.access + 2, orderKinds.access + 3, orderKinds.access + 6]);

/** The graph of a program. */
export class Model {
  readonly accesses: ModelAccess[] = [];
  /** Edges that come into each node. Row n has the nodes 2n (what it publishes) and 2n + 1 (it, and what follows). */
  readonly #into: number[][] = [];
  /** For each node all nodes before it. */
  readonly #before: Set<number>[] = [];

  constructor(rows: readonly Row[]) {
    const last = new Map<number, number>();
    const held = new Map<number, number[]>();
    const names = new Map<string, string>();
    const nameOf = (name: string): string => {
      const other = names.get(name);
      return other === undefined ? name : nameOf(other);
    };
    rows.forEach(({ kind, goroutine, value, number, stack }, row) => {
      const previous = last.get(goroutine);
      const first: number[] = previous === undefined ? [] : [previous];
      const second = [row * 2];
      const ofAddress = held.get(value) ?? [];
      if (kind === orderKinds.acquire) {
        second.push(...ofAddress);
      } else if (kind === orderKinds.release) {
        held.set(value, [row * 2]);
      } else if (kind === orderKinds.merge) {
        held.set(value, [...ofAddress, row * 2]);
      } else if (kind === orderKinds.releaseAcquire) {
        held.set(value, [row * 2]);
        second.push(...ofAddress);
      } else if (kind === orderKinds.update) {
        second.push(...ofAddress);
        held.set(value, [...ofAddress, row * 2 + 1]);
      } else if (kind === orderKinds.start) {
        last.set(value, row * 2);
      } else if (kind === orderKinds.reseeded) {
        const [old, fresh] = [nameOf(`${value}/${stack}`), nameOf(`${value}/${number}`)];
        if (old !== fresh) {
          names.set(fresh, old);
        }
      } else if (kind > orderKinds.access) {
        this.accesses.push({ row, goroutine, map: `${value}/${number}`, isChange: changes.has(kind), stack });
      }
      this.#into.push(first, second);
      last.set(goroutine, row * 2 + 1);
    });
    this.accesses = this.accesses.map((access) => ({ ...access, map: nameOf(access.map) }));
    this.#into.forEach((into, node) => {
      const before = new Set<number>([node]);
      for (const one of into) {
        this.#before[one]!.forEach((each) => before.add(each));
      }
      this.#before.push(before);
    });
  }

  /** Whether one access happens before another one. */
  ordered(one: ModelAccess, other: ModelAccess): boolean {
    return this.#before[other.row * 2]!.has(one.row * 2 + 1);
  }

  /** All pairs that nothing orders. */
  pairs(): ModelPair[] {
    return this.accesses.flatMap((second) =>
      this.accesses
        .filter(
          (first) =>
            first.row < second.row &&
            first.map === second.map &&
            first.goroutine !== second.goroutine &&
            (first.isChange || second.isChange) &&
            !this.ordered(first, second),
        )
        .map((first): ModelPair => [first, second]),
    );
  }

  /**
   * The pairs that FastTrack finds when it forgets an access as soon as a change by another goroutine comes after it. Of what is
   * unordered with the forgotten access, each is unordered with that change, too.
   */
  fastTrackPairs(): ModelPair[] {
    return this.pairs().filter(
      ([first, second]) =>
        !this.accesses.some(
          (change) =>
            change.isChange &&
            change.map === first.map &&
            change.goroutine !== first.goroutine &&
            change.row > first.row &&
            change.row < second.row &&
            this.ordered(first, change),
        ),
    );
  }
}
