/** The stacks of a dump that were there before, by the shape of their bytes: see block-scan.ts. */
import { Buffer } from "node:buffer";
import type { BlockScan } from "./block-scan.js";
import type { CrashGoroutine, GroupLevel } from "./crash-text.js";
import type { Group } from "./groups.js";
import type { PeerSearch, Relation } from "./peers.js";

interface KnownStack {
  readonly group: Group;
  readonly exact: number;
  readonly relation: Relation | null;
}

interface Expected {
  readonly key: number;
  readonly exact: number;
  readonly headerLine: number;
}

/** Where a goroutine's block goes to. */
export interface KnownGroup {
  readonly group: Group;
  readonly level: GroupLevel;
}

/** More shapes than this are not kept. */
const maxShapes = 4_096;

/** The stacks of one dump. */
export class KnownStacks {
  readonly #stacks = new Map<number, KnownStack>();
  #expected: Expected | null = null;
  readonly #address: Buffer | null;
  #searched: Buffer | null = null;
  #nextAddress = -1;

  /**
   * @param alike how alike the goroutines of a group are at least
   * @param peers the search for the other side; a goroutine that it still wants is not passed by
   */
  constructor(
    private readonly alike: GroupLevel,
    private readonly peers: PeerSearch | null,
  ) {
    const address = peers?.traits.receiver?.address;
    this.#address = address === undefined ? null : Buffer.from(address);
  }

  /** The group of a block; null when it has to be read line by line. */
  find(block: BlockScan, bytes: Buffer, start: number): KnownGroup | null {
    const known = this.#stacks.get(this.#keyOf(block));
    if (known === undefined || (known.relation !== null && this.peers?.wants(known.relation) === true)) {
      return null;
    }
    if (this.#address !== null && this.#hasAddress(this.#address, bytes, start, block.end)) {
      return null;
    }
    return { group: known.group, level: known.exact === block.exact ? "identical" : "similar" };
  }

  #keyOf({ shape, exact }: BlockScan): number {
    return this.alike === "identical" ? shape + exact : shape;
  }

  /** Whether the receiver of the side that noticed is named in the block. */
  #hasAddress(address: Buffer, bytes: Buffer, start: number, end: number): boolean {
    if (this.#searched !== bytes || this.#nextAddress < start) {
      const found = bytes.indexOf(address, start);
      this.#searched = bytes;
      this.#nextAddress = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#nextAddress < end;
  }

  /** The block whose header is on this line is read line by line now; its stack is known from then on. */
  expect(block: BlockScan, headerLine: number): void {
    this.#expected = { key: this.#keyOf(block), exact: block.exact, headerLine };
  }

  /** A goroutine was read line by line. */
  learn(goroutine: CrashGoroutine, group: Group | null, relation: Relation | null): void {
    const expected = this.#expected;
    if (expected?.headerLine !== goroutine.textLine) {
      return;
    }
    this.#expected = null;
    if (group !== null && this.#stacks.size < maxShapes && !this.#stacks.has(expected.key)) {
      this.#stacks.set(expected.key, { group, exact: expected.exact, relation });
    }
  }
}
