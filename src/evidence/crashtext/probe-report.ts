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
 * The text may be cut anywhere; what was read up to there counts.
 */
import type { Operation } from "../../case/case.js";
import { conflictKind } from "../../case/kind.js";
import { CodeOwners } from "./code.js";
import type { CrashFrame, ProbeReport } from "./crash-text.js";
import { StackBuilder } from "./goroutine.js";
import type { LineKind } from "./grammar.js";
import type { Outcome, ReportBuilder } from "./report-builder.js";
import { mapTopOf } from "./site.js";
import type { CleanLine } from "./unmangle/clean-line.js";

const maxParts = 20;

const mapParts = /^(\S.{0,1000}?) at (0x[0-9a-f]{1,16}), (\d{1,20}) elements$/;
const sideParts = /^(\w{1,20})(?: \(held in a trap for (\d{1,16})µs\))? by goroutine (\d{1,16}):$/;
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

interface GrowingSide {
  readonly operation: Operation;
  readonly goroutine: number;
  readonly heldNanoseconds: number;
  readonly stack: StackBuilder;
}

interface GrowingStart {
  readonly goroutine: number;
  readonly by: number | null;
  readonly stack: StackBuilder;
}

/** Builds one probe report. */
export class ProbeReportBuilder implements ReportBuilder {
  #map: RegExpExecArray | null = null;
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
        return this.#sides.length === 0 ? "taken" : "next";
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

  #side(text: string): Outcome {
    const parts = sideParts.exec(text);
    const operation = operations[parts?.[1] ?? ""];
    if (parts === null || operation === undefined || this.#sides.length >= maxParts) {
      return "passed";
    }
    const heldNanoseconds = Number(parts[2] ?? 0) * 1_000;
    this.#sides.push({ operation, goroutine: Number(parts[3]), heldNanoseconds, stack: this.#begin() });
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
    const [one, other] = this.#sides;
    return {
      kind: "probe",
      mapType: this.#map?.[1] ?? null,
      mapAddress: this.#map?.[2] ?? null,
      elements: this.#map === null ? null : Number(this.#map[3]),
      conflict:
        one === undefined || other === undefined
          ? null
          : (conflictKind(one.operation, other.operation) ?? null),
      sides: this.#sides.map(({ operation, goroutine, heldNanoseconds, stack }) => {
        const start = this.#starts.find((begun) => begun.goroutine === goroutine);
        return {
          operation,
          goroutine,
          heldNanoseconds,
          frames: stack.frames,
          site: mapTopOf(stack.frames, owners).site,
          startedBy: start?.by ?? null,
          startedAt: start?.stack.frames ?? ([] as readonly CrashFrame[]),
        };
      }),
    };
  }
}
