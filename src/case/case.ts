/** The types of a case; what each field means stands in schema.ts, from which they are made. */
import type { z } from "zod";
import type * as crash from "./crash-schema.js";
import type * as gc from "./gc-schema.js";
import type * as order from "./order-schema.js";
import type * as parts from "./parts.js";
import type * as recording from "./recording-schema.js";
import type * as schema from "./schema.js";
import type * as stoppedMemory from "./stopped-memory-schema.js";
import type * as stopped from "./stopped-schema.js";

/** All evidence, observations and findings on one incident. */
export type Case = z.infer<typeof schema.caseSchema>;
/** One thing that was given to find out from. */
export type Evidence = z.infer<typeof schema.evidenceSchema>;
/** What the probe of one process wrote. */
export type EventFileEvidence = z.infer<typeof schema.eventFileEvidenceSchema>;
/** One fact that was read from evidence. */
export type Observation = z.infer<typeof schema.observationSchema>;
/** Two goroutines used one map at the same time. */
export type ConflictObservation = z.infer<typeof schema.conflictObservationSchema>;
/** Go's check stopped one goroutine, and the other one is not known. */
export type DetectionObservation = z.infer<typeof schema.detectionObservationSchema>;
/** Two accesses to one map that nothing orders. */
export type UnorderedObservation = z.infer<typeof schema.unorderedObservationSchema>;
/** The last time that a goroutine synchronised before an access. */
export type Synchronised = z.infer<typeof order.synchronisedSchema>;
/** What goroutines synchronise with. */
export type SynchronisedOn = z.infer<typeof order.synchronisedOnSchema>;
/** A lock that a goroutine holds. */
export type LockHeld = z.infer<typeof order.heldLockSchema>;
/** What is known about the order of an access. */
export type SideOrder = z.infer<typeof order.sideOrderSchema>;
/** How much of a process's order was recorded and read. */
export type RecordedOrder = z.infer<typeof order.orderCoverageSchema>;
/** What was recorded of order, over all processes. */
export type OrderedSummary = z.infer<typeof order.orderedSummarySchema>;
/** How a conflict was found. */
export type Found = z.infer<typeof recording.foundSchema>;
/** What the recorder of one process saw. */
export type RecordingObservation = z.infer<typeof recording.recordingObservationSchema>;
/** The life of one map. */
export type RecordedMap = z.infer<typeof recording.recordedMapSchema>;
/** What happened around one map in a span of time. */
export type Timeline = z.infer<typeof recording.timelineSchema>;
/** A count beside what chance gives. */
export type RecordedChance = z.infer<typeof recording.chanceSchema>;
/** What was recorded, over all processes. */
export type RecordedSummary = z.infer<typeof recording.recordedSummarySchema>;
/** Two places touched one map from two goroutines, one after the other. */
export type NearMissObservation = z.infer<typeof schema.nearMissObservationSchema>;
/** A side as it was observed. */
export type ObservedSide = z.infer<typeof schema.observedSideSchema>;
/** A conflict, with how sure it is and why. */
export type Finding = z.infer<typeof schema.findingSchema>;
/** A side of a finding. */
export type Side = z.infer<typeof schema.sideSchema>;
/** One line of a stack. */
export type CaseFrame = z.infer<typeof parts.frameSchema>;
/** A frame of which it is known whose code it is. */
export type PlacedFrame = z.infer<typeof parts.placedFrameSchema>;
/** The map of a conflict. */
export type CaseMap = z.infer<typeof parts.mapSchema>;
/** What was tried, in figures. */
export type Summary = z.infer<typeof schema.summarySchema>;
/** One program that ran: how it ended. */
export type Program = z.infer<typeof schema.programSchema>;
/** How sure a finding is. */
export type Certainty = z.infer<typeof parts.certaintySchema>;
/** What is done to a map. */
export type Operation = z.infer<typeof parts.operationSchema>;
/** The kinds of conflict, in the words of Go's own fatal errors. */
export type ConflictKind = z.infer<typeof parts.conflictKindSchema>;
/** Whose code a frame is. */
export type Origin = z.infer<typeof parts.originSchema>;
/** How a side took part in a conflict. */
export type Role = z.infer<typeof schema.roleSchema>;
/** Where the symbols of an observation come from. */
export type SymbolSource = z.infer<typeof parts.symbolSourceSchema>;
/** A text that was given. */
export type CrashTextEvidence = z.infer<typeof crash.crashTextEvidenceSchema>;
/** The source of the program, as far as it was found. */
export type SourceEvidence = z.infer<typeof crash.sourceEvidenceSchema>;
/** A dump of goroutines that a text holds. */
export type CrashObservation = z.infer<typeof crash.crashObservationSchema>;
/** A report of Go's race detector that a text holds. */
export type RaceObservation = z.infer<typeof crash.raceObservationSchema>;
/** A report of maptrap's probe that a text holds. */
export type ProbeObservation = z.infer<typeof crash.probeObservationSchema>;
/** A goroutine as a text shows it. */
export type TextGoroutine = z.infer<typeof crash.textGoroutineSchema>;
/** What the source says of a side. */
export type SourcePlace = z.infer<typeof crash.sourcePlaceSchema>;
/** The cycles of the garbage collector that a text holds. */
export type GcTraceObservation = z.infer<typeof gc.gcTraceObservationSchema>;
/** One of its cycles. */
export type TracedCycle = z.infer<typeof gc.tracedCycleSchema>;
/** What fell into the time in which the write barrier was on. */
export type WriteBarrierObservation = z.infer<typeof gc.writeBarrierObservationSchema>;
/** What the heap goals say about GOGC. */
export type GoalWords = z.infer<typeof gc.goalReadingSchema>;
/** A program that was looked at while it stood still. */
export type GdbSessionEvidence = z.infer<typeof stopped.gdbSessionEvidenceSchema>;
/** What was found when a program stood still. */
export type StoppedObservation = z.infer<typeof stopped.stoppedObservationSchema>;
/** A goroutine as it was found at a stop. */
export type StoppedGoroutine = z.infer<typeof stopped.stoppedGoroutineSchema>;
/** A goroutine that is on a map at a stop. */
export type StoppedOther = StoppedObservation["others"][number];
/** How sure it is that a goroutine is on the detector's map. */
export type StoppedGrade = z.infer<typeof stopped.stoppedGradeSchema>;
/** Where in its operation a goroutine is. */
export type StoppedPhase = z.infer<typeof stopped.stoppedPhaseSchema>;
/** Goroutines at the same place for the same reason. */
export type StoppedGroup = z.infer<typeof stopped.stoppedGroupSchema>;
/** The slots and bytes of a map at a stop. */
export type StoppedMemory = z.infer<typeof stoppedMemory.stoppedMemorySchema>;
/** A bucket or a group of it. */
export type StoppedBlock = z.infer<typeof stoppedMemory.stoppedBlockSchema>;
/** A map at a stop, in brief. */
export type StoppedMap = z.infer<typeof stopped.stoppedMapSchema>;
