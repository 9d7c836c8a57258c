/**
 * A report of maptrap's probe, put together line by line. The probe prints it, and keeps the same text in its record.
 *
 *     ==================
 *     WARNING: CONCURRENT MAP USE (maptrap, caught)
 *     map[string]int at 0xc000012345, 3 elements
 *     Write by goroutine 7:                                       side
 *       main.(*Cache).Put()                                       function
 *           /path/main.go:12                                      place
 *     Read (held in a trap for 512µs) by goroutine 8:             side
 *       main.(*Cache).Get(...)                                    an inlined one
 *           /path/main.go:20
 *     Goroutine 7 was started by goroutine 1 at:                  start
 *       main.main()
 *           /path/main.go:29
 *     ==================
 *
 * After a fatal error of Go's own check the recorder names the other side:
 *
 *     ==================
 *     WARNING: CONCURRENT MAP USE (maptrap, recorded)             or inferred
 *     map[string]int at 0xc000012345, 17 elements, growing (3 of 8 old buckets evacuated)
 *     Write (the other side; its changes began 1203µs before) by goroutine 7:
 *       main.writer()
 *           /path/main.go:12
 *       (callers were not recorded)                               note, or: callers as they were 12 changes before
 *     Read (the side that noticed) by goroutine 12:
 *       main.reader()
 *           /path/main.go:20
 *     ==================
 *
 * or, instead of the other side, the note `The other side was not recorded.`
 *
 * The text may be cut anywhere; what was read up to there counts.
 */
import type { ConflictKind, Operation } from "../../case/case.js";
import { conflictKind } from "../../case/kind.js";
import { CodeOwners } from "./code.js";
import type { CrashFrame, ProbeFound, ProbeGrowth, ProbePart, ProbeReport, ProbeSide } from "./crash-text.js";
import { StackBuilder } from "./goroutine.js";
import type { LineKind } from "./grammar.js";
import type { Outcome, ReportBuilder } from "./report-builder.js";
import { mapTopOf } from "./site.js";
import type { CleanLine } from "./unmangle/clean-line.js";

const maxParts = 20;

const foundParts = /\(maptrap, (caught|recorded|inferred)/;
const mapParts =
  /^(\S.{0,1000}?) at (0x[0-9a-f]{1,16}), (\d{1,20}) elements(?:, growing (to the same size )?\((\d{1,20}) of (\d{1,20}) old buckets evacuated\))?$/;
const sideParts = /^(\w{1,20})(?: \(([^()]{1,120})\))? by goroutine (\d{1,16}):$/;
const heldPart = /^held in a trap for (\d{1,16})µs$/;
const callersBefore = /^\s*\(callers as they were (\d{1,16}) changes before\)$/;
const beganPart = /^the other side; [a-z ]{1,60} began (\d{1,16})µs before$/;
const startParts = /^Goroutine (\d{1,16}) was started (?:by goroutine (\d{1,16}) )?at:$/;

const operations: Readonly<Record<string, Operation>> = {
  Read: "read",
  Write: "write",
  Delete: "delete",
  Iteration: "iterate",
  Clear: "clear",
  Clone: "clone",
  Length: "length",
};

interface GrowingSide extends Pick<
  ProbeSide,
  "part" | "operation" | "goroutine" | "heldNanoseconds" | "beganNanosecondsBefore"
> {
  readonly stack: StackBuilder;
  callersRecorded: boolean;
  callersChangesBefore: number;
}

interface GrowingStart {
  readonly goroutine: number;
  readonly by: number | null;
  readonly stack: StackBuilder;
}

/** Builds one probe report. */
export class ProbeReportBuilder implements ReportBuilder {
  #found: ProbeFound = "caught";
  #map: RegExpExecArray | null = null;
  #otherSideMissing = false;
  readonly #sides: GrowingSide[] = [];
  readonly #starts: GrowingStart[] = [];
  #stack: StackBuilder | null = null;
  #ended = false;

  get missing(): string | null {
    return this.#ended ? null : "the text ends within the probe's report";
  }

  accept(kind: LineKind, line: CleanLine): Outcome {
    switch (kind) {
      case "probe-warning":
        return this.#warning(line.text);
      case "probe-no-other":
        this.#otherSideMissing = true;
        return "taken";
      case "probe-no-callers":
        return this.#callersNote(line.text);
      case "elided":
        return this.#stack === null ? "passed" : "taken";
      case "probe-map":
        this.#map ??= mapParts.exec(line.text);
        return "taken";
      case "race-access":
      case "probe-side":
        return this.#side(line.text);
      case "probe-start":
        return this.#start(line.text);
      case "indented-function":
        this.#stack?.call(line.text, line.line);
        return this.#stack === null ? "passed" : "taken";
      case "indented-file":
        this.#stack?.place(line.text);
        return this.#stack === null ? "passed" : "taken";
      case "separator":
        if (this.#sides.length === 0) {
          return "taken";
        }
        this.#ended = true;
        return "last";
      case "headline":
      case "header":
      case "race-warning":
        return "next";
      default:
        return "passed";
    }
  }

  #warning(text: string): Outcome {
    if (this.#sides.length > 0 || this.#otherSideMissing) {
      return "next";
    }
    const word = foundParts.exec(text)?.[1];
    this.#found = word === "recorded" || word === "inferred" ? word : "caught";
    return "taken";
  }

  #callersNote(text: string): Outcome {
    const side = this.#sides.at(-1);
    if (side === undefined || this.#starts.length > 0) {
      return "passed";
    }
    const changes = callersBefore.exec(text)?.[1];
    side.callersRecorded = changes !== undefined;
    side.callersChangesBefore = Number(changes ?? 0);
    return "taken";
  }

  #side(text: string): Outcome {
    const parts = sideParts.exec(text);
    const operation = operations[parts?.[1] ?? ""];
    if (parts === null || operation === undefined || this.#sides.length >= maxParts) {
      return "passed";
    }
    const remark = parts[2] ?? "";
    const began = beganPart.exec(remark)?.[1];
    this.#sides.push({
      part: partOf(remark),
      operation,
      goroutine: Number(parts[3]),
      heldNanoseconds: Number(heldPart.exec(remark)?.[1] ?? 0) * 1_000,
      beganNanosecondsBefore: began === undefined ? null : Number(began) * 1_000,
      callersRecorded: true,
      callersChangesBefore: 0,
      stack: this.#begin(),
    });
    return "taken";
  }

  #start(text: string): Outcome {
    const parts = startParts.exec(text);
    if (parts === null || this.#starts.length >= maxParts) {
      return "passed";
    }
    const by = parts[2] === undefined ? null : Number(parts[2]);
    this.#starts.push({ goroutine: Number(parts[1]), by, stack: this.#begin() });
    return "taken";
  }

  #begin(): StackBuilder {
    this.#stack?.complete();
    this.#stack = new StackBuilder();
    return this.#stack;
  }

  build(): ProbeReport {
    this.#stack?.complete();
    const owners = new CodeOwners();
    const map = this.#map;
    return {
      kind: "probe",
      found: this.#found,
      mapType: map?.[1] ?? null,
      mapAddress: map?.[2] ?? null,
      elements: map === null ? null : Number(map[3]),
      growth: map === null ? null : growthOf(map),
      conflict: this.#conflict(),
      otherSideMissing: this.#otherSideMissing,
      sides: this.#sides.map(({ stack, ...side }) => {
        const start = this.#starts.find((begun) => begun.goroutine === side.goroutine);
        return {
          ...side,
          frames: stack.frames,
          site: mapTopOf(stack.frames, owners).site,
          startedBy: start?.by ?? null,
          startedAt: start?.stack.frames ?? ([] as readonly CrashFrame[]),
        };
      }),
    };
  }

  /** What Go's check finds is a change on the other side, also when that one is not on record. */
  #conflict(): ConflictKind | null {
    const [one, other] = this.#sides;
    if (one === undefined) {
      return null;
    }
    if (other !== undefined) {
      return conflictKind(one.operation, other.operation) ?? null;
    }
    return this.#otherSideMissing ? (conflictKind(one.operation, "write") ?? null) : null;
  }
}

function partOf(remark: string): ProbePart {
  if (remark === "the side that noticed") {
    return "noticed";
  }
  if (remark.startsWith("the other side")) {
    return "other";
  }
  return remark === "" ? "came" : "waited";
}

function growthOf([, , , , sameSize, evacuated, oldBuckets]: RegExpExecArray): ProbeGrowth | null {
  return evacuated === undefined
    ? null
    : {
        kind: sameSize === undefined ? "double" : "same-size",
        evacuated: Number(evacuated),
        oldBuckets: Number(oldBuckets),
      };
}
