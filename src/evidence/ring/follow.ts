/**
 * Following an event file while the process writes it: what each look at the file brings.
 *
 * **Order.** Events come in the order of their clocks, within a step and over all steps: no step brings an event that is
 * earlier than one of a step before. To keep that, events wait inside the follower while an earlier one may still appear. It
 * rests on writers that take the number of an event before its clock; one that took its clock first and was held up in
 * between comes with the step in which it is found.
 * **Loss.** Every event that was begun is given once, or counted once: as lost, unfinished or damaged.
 */
import type { ConflictRecord, EventFileHeader, Unreadable } from "./format.js";
import type { EventColumns, RecordedStack, RingState } from "./recording.js";

/** What became of a file that is followed. The follower keeps it open, so one that was deleted can still be read. */
export type FileLink = "there" | "deleted" | "replaced";

/** What is new since the last look. */
export interface FollowStep {
  /** As it is now. */
  readonly header: EventFileHeader;
  /** New events, in order. The first step has all that the rings still held. */
  readonly events: EventColumns;
  /** Conflicts that became complete, each once; those of a file in mode trap too. */
  readonly conflicts: readonly ConflictRecord[];
  /** Events that were overwritten before they could be read. Not those that were gone before the first step. */
  readonly lost: number;
  /** Events on which the follower gave up: their writer did not finish them. */
  readonly unfinished: number;
  /** Events that say what cannot be. */
  readonly damaged: number;
  /** The rings with their totals since the process started; `overwritten` has what was lost and what was gone before. */
  readonly rings: readonly RingState[];
  /** What could not be read in this step. */
  readonly unreadable: readonly Unreadable[];
  readonly link: FileLink;
  /** Whether the process has ended; then this step is the last one that brings anything. */
  readonly ended: boolean;
}

/** Totals over all steps. */
export interface FollowTotals {
  readonly events: number;
  readonly lost: number;
  /** Overwritten before the first step. */
  readonly goneBefore: number;
  readonly unfinished: number;
  readonly damaged: number;
}

/** An event file that is followed. */
export interface Follower {
  /**
   * Looks at the file. Reads the heads and the new events only; takes no more memory than the rings have, times the steps
   * that an unfinished event is waited for.
   *
   * @throws FollowError when the file cannot be read any more or is no longer the one that was opened; the same again from
   * then on
   */
  poll(): FollowStep;
  /** The stack with an id; undefined where there is none. Read from the file when it is asked for. */
  stack(id: number): RecordedStack | undefined;
  readonly totals: FollowTotals;
  /** Closes the file. May be called again. */
  close(): void;
}

/** How to follow. */
export interface FollowOptions {
  /** Whether the process is still there; asked before each step. Left out, only the file's own word counts. */
  readonly isAlive?: (processId: number) => boolean;
  /** For how many further steps an unfinished event, or the text of a conflict, is waited for; left out, 3. */
  readonly patience?: number;
}
