/**
 * Which goroutines of a dump may be the other side.
 *
 * They are looked at while they come in, against the goroutine that noticed, which comes first. Only those that may be the
 * peer are kept, and of each reason only so many.
 */
import type { ConflictKind, Operation } from "../../case/case.js";
import type { CodeOwners } from "./code.js";
import type { CrashFrame, CrashGoroutine, PeerHint } from "./crash-text.js";
import { mapArgument } from "./map-functions.js";
import { type MapTop, mapTopOf } from "./site.js";

/** So many are given, and so many are kept of each reason. */
const maxPeers = 100;

const reasons = [
  "in-map-operation",
  "running-unavailable",
  "same-receiver",
  "same-function",
  "running-own-code",
  "same-creator",
] as const;

interface Candidate {
  readonly hint: PeerHint;
  /** Smaller is likelier, among those with the same reason. */
  readonly rank: number;
  readonly order: number;
}

/** How a goroutine is related to the one that noticed. */
export interface Relation {
  readonly reason: PeerHint["reason"];
  /** Smaller is likelier, among those with the same reason. */
  readonly rank: number;
}

/** What is known of the side that noticed. */
export interface DetectorTraits {
  readonly goroutine: CrashGoroutine;
  /** Null where it is not known which. */
  readonly conflict: ConflictKind | null;
  readonly top: MapTop;
  readonly map: string | null;
  readonly receiver: Receiver | null;
}

/** The receiver of a method: its type with the package, and its address. */
export interface Receiver {
  readonly type: string;
  readonly address: string;
}

/** What the peers are compared with. */
export function traitsOf(
  goroutine: CrashGoroutine,
  conflict: ConflictKind | null,
  owners: CodeOwners,
): DetectorTraits {
  const top = mapTopOf(goroutine.frames, owners);
  return {
    goroutine,
    conflict,
    top,
    map: top.mapFrame === null ? null : mapAddress(goroutine.frames),
    receiver: top.site === null ? null : receiverOf(top.site),
  };
}

/** Collects the goroutines of one dump that may be the peer. */
export class PeerSearch {
  readonly #found = new Map<PeerHint["reason"], Candidate[]>();
  #seen = 0;

  constructor(
    readonly traits: DetectorTraits,
    private readonly owners: CodeOwners,
  ) {}

  /** Whether one more of this reason and rank would be kept. */
  wants({ reason, rank }: Relation): boolean {
    const list = this.#found.get(reason) ?? [];
    return list.length < maxPeers || list.some((candidate) => candidate.rank > rank);
  }

  /** Looks at one more goroutine; says how it may be the peer. */
  add(goroutine: CrashGoroutine): Relation | null {
    this.#seen++;
    const candidate = this.#judge(goroutine);
    if (candidate === null) {
      return null;
    }
    const { hint, rank } = candidate;
    const relation: Relation = { reason: hint.reason, rank };
    if (!this.wants(relation)) {
      return relation;
    }
    const list = this.#found.get(hint.reason) ?? [];
    this.#found.set(hint.reason, list);
    if (list.length < maxPeers) {
      list.push(candidate);
    } else {
      const worst = list.reduce((a, b) => (b.rank > a.rank ? b : a));
      list[list.indexOf(worst)] = candidate;
    }
    return relation;
  }

  /** The likeliest first. */
  all(): readonly PeerHint[] {
    return reasons
      .flatMap((reason) =>
        (this.#found.get(reason) ?? []).toSorted((a, b) => a.rank - b.rank || a.order - b.order),
      )
      .slice(0, maxPeers)
      .map(({ hint }) => hint);
  }

  /** Whether some goroutine is shown in an operation on what may be the same map. */
  get visible(): boolean {
    return (this.#found.get("in-map-operation")?.length ?? 0) > 0;
  }

  #judge(goroutine: CrashGoroutine): Candidate | null {
    const order = this.#seen;
    const top = mapTopOf(goroutine.frames, this.owners);
    const active = goroutine.state === "running" || goroutine.state === "runnable";
    if (top.operation === null ? top.fatal !== null : this.#canConflict(top.operation)) {
      const same = this.#sameMap(goroutine.frames);
      if (same !== "no") {
        const related =
          this.#receiverFrame(goroutine) !== undefined || this.#functionFrame(goroutine) !== undefined;
        // One that has come to the runtime's fatal function noticed too; it is less likely the one that was noticed.
        const rank = (same === "yes" ? 0 : 2) + (related ? 0 : 1) + (top.fatal === null ? 0 : 4);
        const hint: PeerHint = {
          goroutine,
          reason: "in-map-operation",
          frame: top.site ?? top.mapFrame,
          operation: top.operation,
        };
        return { hint, rank, order };
      }
    }
    if (goroutine.unavailable !== null && goroutine.state === "running") {
      const rank = this.#sameCreator(goroutine) ? 0 : 1;
      return {
        hint: { goroutine, reason: "running-unavailable", frame: null, operation: null },
        rank,
        order,
      };
    }
    return this.#judgeByStack(goroutine, order, active);
  }

  /** By what is further down the stack. */
  #judgeByStack(goroutine: CrashGoroutine, order: number, active: boolean): Candidate | null {
    const sameFunction = this.#functionFrame(goroutine);
    const receiver = this.#receiverFrame(goroutine);
    const frame = receiver ?? sameFunction;
    if (frame !== undefined) {
      const depth = goroutine.frames.indexOf(frame);
      const rank = (active ? 0 : 1_000) + (sameFunction === undefined ? 200 : 0) + Math.min(depth, 150);
      const reason = receiver === undefined ? "same-function" : "same-receiver";
      return { hint: { goroutine, reason, frame, operation: null }, rank, order };
    }
    const own = active ? goroutine.frames.find((shown) => this.owners.of(shown) === "own") : undefined;
    if (own !== undefined) {
      const above = goroutine.frames.slice(0, goroutine.frames.indexOf(own));
      const atTop = above.every((shown) => this.owners.of(shown) === "runtime");
      const rank = (atTop ? 0 : 2) + (this.#sameCreator(goroutine) ? 0 : 1);
      return { hint: { goroutine, reason: "running-own-code", frame: own, operation: null }, rank, order };
    }
    if (this.#sameCreator(goroutine)) {
      const { createdBy } = goroutine;
      const hint: PeerHint = {
        goroutine,
        reason: "same-creator",
        frame: createdBy?.frame ?? null,
        operation: null,
      };
      return { hint, rank: active ? 0 : 1, order };
    }
    return null;
  }

  /** One of the two has to change the map. */
  #canConflict(operation: Operation): boolean {
    return (
      this.traits.conflict === null ||
      this.traits.conflict === "concurrent map writes" ||
      operation === "write" ||
      operation === "delete" ||
      operation === "clear" ||
      operation === "change"
    );
  }

  #sameMap(frames: readonly CrashFrame[]): "yes" | "no" | "unknown" {
    const map = mapAddress(frames);
    if (map === null || this.traits.map === null) {
      return "unknown";
    }
    return map === this.traits.map ? "yes" : "no";
  }

  #functionFrame(goroutine: CrashGoroutine): CrashFrame | undefined {
    const site = this.traits.top.site;
    return site === null ? undefined : goroutine.frames.find((frame) => frame.function === site.function);
  }

  #receiverFrame(goroutine: CrashGoroutine): CrashFrame | undefined {
    const wanted = this.traits.receiver;
    if (wanted === null) {
      return undefined;
    }
    return goroutine.frames.find((frame) => {
      const receiver = frame.function.startsWith(wanted.type) ? receiverOf(frame) : null;
      return receiver !== null && receiver.type === wanted.type && receiver.address === wanted.address;
    });
  }

  #sameCreator(goroutine: CrashGoroutine): boolean {
    const mine = goroutine.createdBy?.frame;
    const wanted = this.traits.goroutine.createdBy?.frame;
    return (
      mine !== undefined &&
      wanted !== undefined &&
      mine.function === wanted.function &&
      mine.file === wanted.file &&
      mine.line === wanted.line
    );
  }
}

/** `example.com/shop.(*Cache)` in `example.com/shop.(*Cache).Get.func1`; closures have other first arguments. */
const pointerMethod = /^(.*\(\*[^()]+\))\.[^.]+$/;
const firstAddress = /^(0x[0-9a-f]{6,16})\??(?:,|$)/;

/** The receiver of a method with a pointer receiver, when its address is printed. */
export function receiverOf(frame: CrashFrame): Receiver | null {
  const type = pointerMethod.exec(frame.function)?.[1];
  const address = firstAddress.exec(frame.arguments ?? "")?.[1];
  return type === undefined || address === undefined ? null : { type, address };
}

function mapAddress(frames: readonly CrashFrame[]): string | null {
  for (const frame of frames.slice(0, 12)) {
    const address = mapArgument(frame.function, frame.arguments);
    if (address !== null) {
      return address;
    }
  }
  return null;
}
