/** Operations as sentences need them. */
import type { Operation } from "../case/case.js";

/** What somebody does to a map: `write to the map`. */
export function deed(operation: Operation, map: string): string {
  switch (operation) {
    case "read":
      return `read from ${map}`;
    case "write":
      return `write to ${map}`;
    case "delete":
      return `delete from ${map}`;
    case "iterate":
      return `iterate over ${map}`;
    case "clear":
      return `clear ${map}`;
    case "clone":
      return `copy ${map}`;
    case "change":
      return `change ${map}`;
    case "length":
      return `ask for the length of ${map}`;
    default:
      return operation satisfies never;
  }
}
