/** The goroutines of one dump: counted, grouped, and searched for the two sides while they come in. */
import type { Buffer } from "node:buffer";
import type { ConflictKind } from "../../case/case.js";
import type { BlockScan } from "./block-scan.js";
import { CodeOwners } from "./code.js";
import type { CrashDump, CrashGoroutine, GoroutineGroup } from "./crash-text.js";
import { canDetect, conflictByLength, describeDetector, isStoppedByMap, isStopping } from "./detector.js";
import type { GoroutineTable } from "./goroutine-table.js";
import { GoroutineTableBuilder } from "./goroutine-table-builder.js";
import { GoroutineGroups, type Group } from "./groups.js";
import { KnownStacks } from "./known-stacks.js";
import { PeerSearch, type Relation, traitsOf } from "./peers.js";
import { PlatformSigns } from "./platform.js";
import type { ReportLimits } from "./report-builder.js";
import { VersionSigns } from "./version.js";

/** What follows from all goroutines together. */
export interface GoroutinesResult {
  readonly conflict: ConflictKind | null;
  readonly detector: CrashDump["detector"];
  readonly peers: CrashDump["peers"];
  readonly peerVisible: boolean;
  readonly groups: readonly GoroutineGroup[];
  readonly groupCount: number;
  readonly table: GoroutineTable | null;
  readonly platform: { readonly os: string | null; readonly architecture: string | null };
}

/** So many goroutines are kept because they may be the one that noticed. */
const maxCandidates = 50;

/** Takes the goroutines of one dump. */
export class DumpGoroutines {
  readonly version = new VersionSigns();
  readonly #platform = new PlatformSigns();
  readonly #owners = new CodeOwners();
  readonly #groups: GoroutineGroups;
  #first: CrashGoroutine | null = null;
  #firstId: number | null = null;
  /** Those that may be the one that noticed. */
  readonly #candidates: CrashGoroutine[] = [];
  #peers: PeerSearch | null = null;
  #begun = 0;
  #threadIds = 0;
  #known: KnownStacks | null = null;
  readonly #table: GoroutineTableBuilder | null;

  constructor(private readonly limits: ReportLimits) {
    this.#groups = new GoroutineGroups(limits.grouping, limits.maxIds);
    this.#table = limits.everyGoroutine ? new GoroutineTableBuilder() : null;
  }

  /** How many goroutines have begun. */
  get begun(): number {
    return this.#begun;
  }

  /** How many the text shows, each once. */
  get count(): number {
    return this.#begun - this.#threadIds;
  }

  get firstId(): number | null {
    return this.#firstId;
  }

  /** A goroutine's header was read. @param again whether all were printed before, and this is another thread's turn */
  begin(id: number | null, again: boolean): void {
    if (this.#begun === 0) {
      this.#firstId = id;
    }
    this.#begun++;
    if (again) {
      this.#threadIds++;
    }
  }

  /** Only the first few headers tell anything about the version. */
  sawHeader(text: string): void {
    if (this.#begun < 10) {
      this.version.seeHeader(text);
    }
  }

  /**
   * Counts a goroutine by the bytes of its block, when its stack was there before and it need not be looked at. Otherwise
   * its header comes on this line.
   */
  countKnown(block: BlockScan, bytes: Buffer, start: number, headerLine: number): boolean {
    this.#known ??= new KnownStacks(this.limits.grouping, this.#peers);
    const known = this.#known.find(block, bytes, start);
    if (known === null) {
      this.#known.expect(block, headerLine);
      return false;
    }
    this.#begun++;
    known.group.add(block.id, block.minutes, known.level, this.limits.maxIds);
    this.#table?.addKnown(known.group, block.id, block.minutes, headerLine);
    return true;
  }

  /** A goroutine is whole. */
  add(goroutine: CrashGoroutine, conflict: ConflictKind | null): void {
    const group = this.#groups.add(goroutine);
    this.#table?.add(goroutine, group);
    if (group === null || group.count === 1) {
      this.#seeNew(goroutine);
    }
    this.#first ??= goroutine;
    const candidate = canDetect(goroutine) || (this.#candidates.length === 0 && goroutine.frames.length > 0);
    if (candidate && this.#candidates.length < maxCandidates) {
      this.#candidates.push(goroutine);
    }
    let relation: Relation | null = null;
    if (this.#peers === null) {
      this.#startSearch(goroutine, conflict);
    } else {
      relation = this.#peers.add(goroutine);
    }
    this.#known?.learn(goroutine, group, relation);
  }

  /** A stack that was not there before. */
  #seeNew(goroutine: CrashGoroutine): void {
    this.version.see(goroutine);
    for (const frame of goroutine.frames) {
      this.#platform.see(frame);
      this.#owners.see(frame);
    }
  }

  /** The first goroutine of a fatal error is the one that noticed: the others are looked at as they come. */
  #startSearch(goroutine: CrashGoroutine, conflict: ConflictKind | null): void {
    if (goroutine === this.#first && canDetect(goroutine)) {
      const kind = conflict ?? (isStopping(goroutine) ? conflictByLength(goroutine, this.#owners) : null);
      if (kind !== null || isStoppedByMap(goroutine)) {
        this.#peers = new PeerSearch(traitsOf(goroutine, kind, this.#owners), this.#owners);
      }
    }
  }

  /** @param stated the kind of conflict that the headline names */
  result(stated: ConflictKind | null, hasHeadline: boolean): GoroutinesResult {
    const noticed = this.#noticed();
    const conflict =
      stated ?? (hasHeadline || noticed === null ? null : conflictByLength(noticed, this.#owners));
    // Without a headline, the map's own function at the top still says that this was one of the four.
    const stopped = noticed !== null && (conflict !== null || (!hasHeadline && isStoppedByMap(noticed)));
    const peers = stopped ? this.#search(noticed, conflict) : null;
    return {
      conflict,
      detector: stopped ? describeDetector(noticed, conflict, this.#owners) : null,
      peers: peers?.all() ?? [],
      peerVisible: peers?.visible ?? false,
      groups: this.#sorted(noticed, peers),
      groupCount: this.#groups.count,
      table: this.#table?.build() ?? null,
      platform: { os: this.#platform.os, architecture: this.#platform.architecture },
    };
  }

  /** The goroutine that noticed: the one in the runtime's fatal function, else the first that runs. */
  #noticed(): CrashGoroutine | null {
    const [first] = this.#candidates;
    return this.#candidates.find(isStopping) ?? this.#candidates.find(canDetect) ?? first ?? null;
  }

  /** The search as it went, or, when another goroutine turned out to have noticed, one among the groups. */
  #search(noticed: CrashGoroutine, conflict: ConflictKind | null): PeerSearch {
    // What the frames of others told about the program's own code comes too late for the first one.
    const traits = traitsOf(noticed, conflict, this.#owners);
    if (this.#peers?.traits.goroutine === noticed && this.#peers.traits.top.site === traits.top.site) {
      return this.#peers;
    }
    const search = new PeerSearch(traits, this.#owners);
    for (const { example } of this.#groups.all()) {
      if (example !== noticed) {
        search.add(example);
      }
    }
    return search;
  }

  /** The one that noticed first, then those that may be the peer, then by size. */
  #sorted(noticed: CrashGoroutine | null, peers: PeerSearch | null): readonly GoroutineGroup[] {
    const hints = new Set((peers?.all() ?? []).map(({ goroutine }) => goroutine));
    const ids = new Set([...hints].map(({ id }) => id));
    const rank = (group: Group) => {
      if (
        group.example === noticed ||
        (noticed?.id !== null && noticed !== null && group.ids.includes(noticed.id))
      ) {
        return 0;
      }
      return hints.has(group.example) || group.ids.some((id) => ids.has(id)) ? 1 : 2;
    };
    const ranked = this.#groups.all().map((group) => ({ group, rank: rank(group) }));
    ranked.sort((a, b) => a.rank - b.rank || b.group.count - a.group.count || a.group.order - b.group.order);
    return ranked.slice(0, this.limits.maxGroups).map(({ group }) => group.build());
  }
}
