/** What inference hands on: findings that still wait for their score. */
import type { ConflictKind, CrashObservation, Finding, Operation, Side } from "../../case/case.js";
import { isChange } from "../kind.js";

/** A crash of which the text shows the side that noticed. */
export interface Detecting {
  readonly crash: CrashObservation;
  readonly detector: NonNullable<CrashObservation["detector"]>;
}

/** A finding that still waits for its score. */
export interface Weighed {
  /** How likely it is beside the others; only the proportions mean something. */
  readonly weight: number;
  readonly finding: (score: number) => Omit<Finding, "handle">;
}

/** The operation where the runtime's function tells it; the headline alone calls a delete or a clear a write. */
export function toldOperation({
  operation,
  operationFrom,
}: NonNullable<CrashObservation["detector"]>): Operation | null {
  return operationFrom === "headline" ? null : operation;
}

/** What the detecting side did, when only the headline or the message of the runtime tells. */
export function operationOf(kind: ConflictKind | null): Operation {
  switch (kind) {
    case null:
      return "read";
    case "concurrent map read and map write":
      return "read";
    case "concurrent map writes":
      return "change";
    case "concurrent map iteration and map write":
      return "iterate";
    case "concurrent map clone and map write":
      return "clone";
    default:
      return kind satisfies never;
  }
}

/** Two sides in the order of a finding: the change first, and of two changes the side that noticed. */
export function changeFirst(detected: Side, supposed: Side): [Side, Side] {
  return isChange(detected.operation) ? [detected, supposed] : [supposed, detected];
}

/** A score with two digits. */
export function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}
