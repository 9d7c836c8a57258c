/**
 * A report of Go's race detector, put together line by line.
 *
 *     ==================
 *     WARNING: DATA RACE
 *     Read at 0x00c00012a0f0 by goroutine 7:              access
 *       runtime.mapaccess1_fast64()                       function
 *           /usr/local/go/src/runtime/map_fast64.go:13 +0x0
 *       main.main.func1()
 *           /home/ada/shop/main.go:12 +0x44
 *
 *     Previous write at 0x00c00012a0f0 by main goroutine: access
 *       [failed to restore the stack]
 *
 *     Goroutine 7 (running) created at:                   created
 *       main.main()
 *           /home/ada/shop/main.go:10 +0x3a
 *     ==================
 */
import type { Operation } from "../../case/case.js";
import { conflictKind } from "../../case/kind.js";
import { CodeOwners } from "./code.js";
import type { CrashFrame, RaceAccess, RaceReport } from "./crash-text.js";
import { StackBuilder } from "./goroutine.js";
import type { LineKind } from "./grammar.js";
import type { BuildContext, Outcome, ReportBuilder } from "./report-builder.js";
import { mapTopOf } from "./site.js";
import type { CleanLine } from "./unmangle/clean-line.js";
import { VersionSigns } from "./version.js";

/** A report has two accesses; text that is damaged can show more. */
const maxParts = 20;

const accessParts =
  /^(Previous )?([Aa]tomic )?([Rr]ead|[Ww]rite)(?: at (0x[0-9a-f]{1,16}))? by (?:goroutine (\d{1,16})|main goroutine):$/;
const createdParts = /^Goroutine (\d{1,16}) \(([a-z ]{1,32})\) created at:$/;

interface GrowingAccess {
  readonly parts: RegExpExecArray;
  readonly stack: StackBuilder;
  stackLost: boolean;
}

interface GrowingCreation {
  readonly goroutine: number;
  readonly state: string;
  readonly stack: StackBuilder;
}

/** Builds one race report. */
export class RaceBuilder implements ReportBuilder {
  readonly #accesses: GrowingAccess[] = [];
  readonly #creations: GrowingCreation[] = [];
  #stack: StackBuilder | null = null;
  #ended = false;

  get missing(): string | null {
    if (this.#ended) {
      return null;
    }
    const open = this.#stack?.open === true || this.#stack?.frames.length === 0;
    return this.#accesses.length < 2 || open ? "the text ends within the race report" : null;
  }

  accept(kind: LineKind, line: CleanLine): Outcome {
    switch (kind) {
      case "race-warning":
        return this.#accesses.length === 0 ? "taken" : "next";
      case "race-access":
        return this.#access(line.text);
      case "race-created":
        return this.#creation(line.text);
      case "race-lost":
        return this.#lost();
      case "indented-function":
        this.#stack?.call(line.text, line.line);
        return this.#stack === null ? "passed" : "taken";
      case "indented-file":
        this.#stack?.place(line.text);
        return this.#stack === null ? "passed" : "taken";
      case "separator":
        if (this.#accesses.length === 0) {
          return "taken";
        }
        this.#ended = true;
        return "last";
      case "headline":
      case "header":
      case "probe-warning":
        return "next";
      default:
        return "passed";
    }
  }

  #access(text: string): Outcome {
    const parts = accessParts.exec(text);
    if (parts === null || this.#accesses.length >= maxParts) {
      return "passed";
    }
    this.#stack?.complete();
    this.#stack = new StackBuilder();
    this.#accesses.push({ parts, stack: this.#stack, stackLost: false });
    return "taken";
  }

  #creation(text: string): Outcome {
    const parts = createdParts.exec(text);
    if (parts === null || this.#creations.length >= maxParts) {
      return "passed";
    }
    this.#stack?.complete();
    this.#stack = new StackBuilder();
    this.#creations.push({ goroutine: Number(parts[1]), state: parts[2] ?? "", stack: this.#stack });
    return "taken";
  }

  #lost(): Outcome {
    const access = this.#accesses.find(({ stack }) => stack === this.#stack);
    if (access !== undefined) {
      access.stackLost = true;
    }
    return this.#stack === null ? "passed" : "taken";
  }

  build(context: BuildContext): RaceReport | null {
    this.#stack?.complete();
    if (this.#accesses.length === 0) {
      return null;
    }
    const owners = new CodeOwners();
    const version = new VersionSigns();
    for (const { stack } of [...this.#accesses, ...this.#creations]) {
      for (const frame of stack.frames) {
        owners.see(frame);
        version.seeFrame(frame);
      }
    }
    const accesses = this.#accesses.map((access) => this.#build(access, owners));
    return { kind: "race", accesses, conflict: conflictOf(accesses), goVersion: version.hint(context.prose) };
  }

  #build({ parts, stack, stackLost }: GrowingAccess, owners: CodeOwners): RaceAccess {
    const operation = parts[3]?.toLowerCase() === "write" ? "write" : "read";
    const goroutine = parts[5] === undefined ? null : Number(parts[5]);
    const creation = this.#creations.find((one) => one.goroutine === goroutine);
    const top = mapTopOf(stack.frames, owners);
    return {
      operation,
      previous: parts[1] !== undefined,
      atomic: parts[2] !== undefined,
      goroutine,
      main: goroutine === null,
      address: parts[4] ?? null,
      frames: stack.frames,
      stackLost,
      mapOperation: mapOperation(operation, top.operation),
      site: top.site,
      through: top.through,
      createdAt: creation?.stack.frames ?? ([] as readonly CrashFrame[]),
      state: creation?.state ?? null,
    };
  }
}

/** The words Read and Write are right; on arm64 the function named can be the wrong one. */
function mapOperation(word: "read" | "write", byFrame: Operation | null): Operation | null {
  switch (byFrame) {
    case null:
      return null;
    case "write":
    case "delete":
    case "clear":
    case "change":
      return word === "write" ? byFrame : "read";
    case "read":
    case "iterate":
    case "clone":
    case "length":
      return word === "read" ? byFrame : "write";
    default:
      return byFrame satisfies never;
  }
}

/** A side without a function of the map is one that the compiler made itself, as for len(m), or whose stack was lost. */
function conflictOf(accesses: readonly RaceAccess[]): RaceReport["conflict"] {
  const [one, other] = accesses;
  if (
    one === undefined ||
    other === undefined ||
    (one.mapOperation === null && other.mapOperation === null)
  ) {
    return null;
  }
  return conflictKind(one.mapOperation ?? one.operation, other.mapOperation ?? other.operation) ?? null;
}
