/** The types of a case; what each field means stands in schema.ts, from which they are made. */
import type { z } from "zod";
import type * as schema from "./schema.js";

/** All evidence, observations and findings on one incident. */
export type Case = z.infer<typeof schema.caseSchema>;
/** One thing that was given to find out from. */
export type Evidence = z.infer<typeof schema.evidenceSchema>;
/** What the probe of one process wrote. */
export type EventFileEvidence = z.infer<typeof schema.eventFileEvidenceSchema>;
/** One fact that was read from evidence. */
export type Observation = z.infer<typeof schema.observationSchema>;
/** Two goroutines were seen in flight on one map. */
export type ConflictObservation = z.infer<typeof schema.conflictObservationSchema>;
/** Two places touched one map from two goroutines, one after the other. */
export type NearMissObservation = z.infer<typeof schema.nearMissObservationSchema>;
/** A side as it was observed. */
export type ObservedSide = z.infer<typeof schema.observedSideSchema>;
/** A conflict, with how sure it is and why. */
export type Finding = z.infer<typeof schema.findingSchema>;
/** A side of a finding. */
export type Side = z.infer<typeof schema.sideSchema>;
/** One line of a stack. */
export type CaseFrame = z.infer<typeof schema.frameSchema>;
/** A frame of which it is known whose code it is. */
export type PlacedFrame = z.infer<typeof schema.placedFrameSchema>;
/** The map of a conflict. */
export type CaseMap = z.infer<typeof schema.mapSchema>;
/** What was tried, in figures. */
export type Summary = z.infer<typeof schema.summarySchema>;
/** One program that ran: how it ended. */
export type Program = z.infer<typeof schema.programSchema>;
/** How sure a finding is. */
export type Certainty = z.infer<typeof schema.certaintySchema>;
/** What is done to a map. */
export type Operation = z.infer<typeof schema.operationSchema>;
/** The kinds of conflict, in the words of Go's own fatal errors. */
export type ConflictKind = z.infer<typeof schema.conflictKindSchema>;
/** Whose code a frame is. */
export type Origin = z.infer<typeof schema.originSchema>;
/** How a side took part in a conflict. */
export type Role = z.infer<typeof schema.roleSchema>;
/** Where the symbols of an observation come from. */
export type SymbolSource = z.infer<typeof schema.symbolSourceSchema>;
