/** The library: what the command line itself is made of. */
export { buildCrashCase, type CaseText, type CrashCaseInput } from "./analysis/crash/build-crash-case.js";
export {
  RecordingAnalysis,
  type AnalysisOptions,
  type RecordingSummary,
} from "./analysis/recording/recording-analysis.js";
export type { OrderFound, OrderProcess } from "./analysis/unordered/order-found.js";
export { buildStoppedCase, type StoppedCaseInput } from "./analysis/stopped/build-stopped-case.js";
export { catchConflict, type CatchOptions, type CatchTarget, type Caught } from "./analysis/stopped/catch.js";
export { observeStop, type StopInput } from "./analysis/stopped/observe.js";
export { readOrder, type OrderInput } from "./analysis/unordered/read-order.js";
export { buildCase, type CaseInput, type CaseProcess } from "./analysis/build-case.js";
export { MaptrapError } from "./base/errors.js";
export type * from "./case/case.js";
export { CaseVersionError, NotACaseFileError } from "./case/errors.js";
export { MessageLog } from "./cli/studio-server/messages.js";
export { readSinglePage } from "./cli/studio-server/page-files.js";
export { ServedFile } from "./cli/studio-server/served-file.js";
export {
  startStudioServer,
  type StudioServer,
  type StudioServerOptions,
} from "./cli/studio-server/server.js";
export { decodeCase, encodeCase } from "./case/file.js";
export { caseFormat, caseSchema, caseVersion } from "./case/schema.js";
export type * from "./document/document.js";
export { documentsInPage, PageDocumentsError } from "./document/documents-in-page.js";
export { excerptsOf } from "./document/excerpts.js";
export { decodeMessage, encodeMessage } from "./document/message.js";
export { openGiven } from "./document/open.js";
export { pageHtml, type SinglePage } from "./document/page.js";
export type { GivenFile, Surroundings } from "./document/surroundings.js";
export type * from "./evidence/crashtext/crash-text.js";
export { readCrashText, type ReadCrashTextOptions } from "./evidence/crashtext/read.js";
export { CrashTextReader, type CrashTextOptions } from "./evidence/crashtext/reader.js";
export type { GcCycle, GcRun, GcTotals, GcTrace, PacerEnd } from "./evidence/gctrace/gc-trace.js";
export { readGcTrace, type ReadGcTraceOptions } from "./evidence/gctrace/read.js";
export { GcTraceReader, type GcTraceOptions } from "./evidence/gctrace/reader.js";
export { NoOrderEventsError, OrderReadError } from "./evidence/order/errors.js";
export {
  orderKinds,
  type OrderBatch,
  type OrderCoverage,
  type OrderEvents,
} from "./evidence/order/events.js";
export { openOrderEvents, type OrderFile } from "./evidence/order/open.js";
export { openOrderSource, orderSourceOf, type OrderSource } from "./evidence/order/source.js";
export { copyEventFile } from "./evidence/ring/copy.js";
export {
  EventFileDamagedError,
  EventFileNotReadyError,
  EventFileTruncatedError,
  EventFileVersionError,
  FollowError,
  NotAnEventFileError,
} from "./evidence/ring/errors.js";
export type * from "./evidence/ring/follow.js";
export type { FollowedFile } from "./evidence/ring/followed-file.js";
export type * from "./evidence/ring/format.js";
export { stillProgram, type StillParts } from "./evidence/stopped/still-program.js";
export type * from "./evidence/stopped/stopped-program.js";
export type * from "./evidence/source/facts.js";
export { indexSource, type IndexOptions } from "./evidence/source/index-source.js";
export { RecordedPlaces, type RecordedPlacesInput } from "./evidence/ring/places.js";
export { isEventFile, readEventFile } from "./evidence/ring/read.js";
export { eventKinds } from "./evidence/ring/recording.js";
export type {
  ConflictDetails,
  EventColumns,
  GoMessage,
  MapGrowth,
  RecordedStack,
  Recording,
  RingClass,
  RingState,
} from "./evidence/ring/recording.js";
export { RingFollower } from "./evidence/ring/ring-follower.js";
export type { SymbolFrame, Symbolizer } from "./evidence/ring/symbolizer.js";
export { renderJson } from "./report/json/render.js";
export { renderText, type TextOptions } from "./report/text/render.js";
