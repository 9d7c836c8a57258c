/**
 * Groups goroutines with equal stacks while they come in, as panicparse does, without keeping them.
 *
 * Two goroutines are in one group when their states, functions, lines and `created by` are equal, and their arguments are
 * alike: the same (identical), the same but for pointers (similar), or any (any-value).
 */
import type { CrashFrame, CrashGoroutine, GoroutineGroup, GroupLevel } from "./crash-text.js";

/** So many different groups are kept; of more, only the number is counted. */
const maxKept = 4_096;
/** So many different groups are counted. */
const maxCounted = 200_000;

/** A group that grows. */
export class Group {
  count = 0;
  level: GroupLevel = "identical";
  readonly ids: number[] = [];
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  #waits = 0;

  constructor(
    readonly example: CrashGoroutine,
    /** The arguments of its first goroutine, as a hash. */
    readonly exact: number,
    /** Which group of the dump it is, from 0. */
    readonly order: number,
  ) {}

  /** One more goroutine of this group. `level` says how alike it is to the first. */
  add(id: number | null, waitMinutes: number, level: GroupLevel, maxIds: number): void {
    this.count++;
    if (id !== null && this.ids.length < maxIds) {
      this.ids.push(id);
    }
    if (level !== "identical" && this.level !== "any-value") {
      this.level = level;
    }
    if (waitMinutes >= 0) {
      this.#waits++;
      this.#shortest = Math.min(this.#shortest, waitMinutes);
      this.#longest = Math.max(this.#longest, waitMinutes);
    }
  }

  /** The group as it is reported. A goroutine without minutes has waited for less than one. */
  build(): GoroutineGroup {
    const shortest = this.#waits < this.count ? 0 : this.#shortest;
    return {
      level: this.level,
      example: this.example,
      count: this.count,
      ids: this.ids,
      waitMinutes: this.#waits === 0 ? null : [shortest, this.#longest],
    };
  }
}

/** All groups of one dump. */
export class GoroutineGroups {
  readonly #groups = new Map<number, Group>();
  readonly #others = new Set<number>();

  constructor(
    /** How alike the goroutines of one group are at least. */
    private readonly alike: GroupLevel,
    readonly maxIds: number,
  ) {}

  get count(): number {
    return this.#groups.size + this.#others.size;
  }

  /**
   * Adds a goroutine.
   *
   * @returns its group; null when it begins one and no more are kept
   */
  add(goroutine: CrashGoroutine): Group | null {
    const exact = hashOf(shapeOf(goroutine, "identical"));
    const key = this.alike === "identical" ? exact : hashOf(shapeOf(goroutine, this.alike));
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= maxKept) {
        if (this.#others.size < maxCounted) {
          this.#others.add(key);
        }
        return null;
      }
      group = new Group(goroutine, exact, this.#groups.size);
      this.#groups.set(key, group);
    }
    group.add(goroutine.id, goroutine.waitMinutes ?? -1, this.#levelIn(group, goroutine, exact), this.maxIds);
    return group;
  }

  #levelIn(group: Group, goroutine: CrashGoroutine, exact: number): GroupLevel {
    if (exact === group.exact) {
      return "identical";
    }
    if (this.alike !== "any-value" || group.level === "any-value") {
      return this.alike;
    }
    return shapeOf(goroutine, "similar") === shapeOf(group.example, "similar") ? "similar" : "any-value";
  }

  /** The groups, in the order of the text. */
  all(): readonly Group[] {
    return [...this.#groups.values()];
  }
}

/** All that has to be equal, as one text. */
function shapeOf(goroutine: CrashGoroutine, level: GroupLevel): string {
  const parts = [
    goroutine.state,
    ...goroutine.remarks,
    goroutine.unavailable ?? "",
    `${goroutine.framesElided}`,
  ];
  for (const [name, value] of Object.entries(goroutine.labels)) {
    parts.push(`${name}: ${value}`);
  }
  for (const frame of goroutine.frames) {
    parts.push(placeOf(frame), argumentsAt(level, frame.arguments));
  }
  if (goroutine.createdBy !== null) {
    parts.push("created by", placeOf(goroutine.createdBy.frame));
  }
  return parts.join("\n");
}

function placeOf(frame: CrashFrame): string {
  return `${frame.function}\t${frame.file ?? ""}:${frame.line ?? ""}`;
}

/** A pointer has at least so many digits: 1 MiB and more. As in panicparse, a value below that is not one. */
const pointer = /0x[0-9a-f]{6,16}\??/g;

function argumentsAt(level: GroupLevel, printed: string | null): string {
  switch (level) {
    case "identical":
      return printed ?? "...";
    case "similar":
      return (printed ?? "...").replaceAll(pointer, "*");
    case "any-value":
      return printed === null ? "..." : "";
    default:
      return level satisfies never;
  }
}

const seed = Math.floor(Math.random() * 0x7fff_ffff);

/** 52 bits of a text, enough for the groups of one dump. The seed keeps a text from being made to collide. */
function hashOf(text: string): number {
  let one = seed;
  let other = ~seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995);
    other ^= other >>> 15;
  }
  return (one >>> 0) * 0x10_0000 + ((other >>> 0) & 0xf_ffff);
}
