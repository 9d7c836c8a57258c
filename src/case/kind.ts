/** Which kind of conflict two operations make, in the words of Go's fatal errors. */
import type { ConflictKind, Operation } from "./case.js";

/** Whether an operation changes the map. */
export function isChange(operation: Operation): boolean {
  switch (operation) {
    case "write":
    case "delete":
    case "clear":
    case "change":
      return true;
    case "read":
    case "iterate":
    case "clone":
    case "length":
      return false;
    default:
      return operation satisfies never;
  }
}

/**
 * The kind of conflict between two operations.
 *
 * @returns undefined when neither changes the map: that is no conflict
 */
export function conflictKind(one: Operation, other: Operation): ConflictKind | undefined {
  if (isChange(one) && isChange(other)) {
    return "concurrent map writes";
  }
  if (isChange(one)) {
    return kindWithChange(other);
  }
  return isChange(other) ? kindWithChange(one) : undefined;
}

function kindWithChange(operation: Operation): ConflictKind {
  switch (operation) {
    case "read":
    case "length":
      return "concurrent map read and map write";
    case "iterate":
      return "concurrent map iteration and map write";
    case "clone":
      return "concurrent map clone and map write";
    case "write":
    case "delete":
    case "clear":
    case "change":
      return "concurrent map writes";
    default:
      return operation satisfies never;
  }
}
