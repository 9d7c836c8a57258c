/** One event of a timeline in words: what a goroutine does, what happens to the map, what the garbage collector does. */
import { countText } from "../../case/count.js";
import { durationText } from "../../case/duration.js";
import { placeName } from "./stack.js";
import type { TimelineEvent } from "./timeline-rows.js";

/** What happened, in a few words. */
export function timelineEventText(event: TimelineEvent): string {
  const text = goroutineText(event) || mapText(event) || singleGcText(event);
  return text === "" && event.kind === "conflict" ? "Go's fatal error" : text.replace(/^│ /, "");
}

/** How long before; what comes after has a plus. */
export function timeText(before: number): string {
  return before === 0 ? "0" : before < 0 ? `+${durationText(-before)}` : durationText(before);
}

/** An operation in the words of Go, which are short. */
function operationText(operation: TimelineEvent["operation"]): string {
  return operation === null ? "access" : operation === "iterate" ? "range" : operation;
}

/** What a goroutine does. */
export function goroutineText(event: TimelineEvent): string {
  switch (event.kind) {
    case "access":
    case "shared": {
      const at = event.site === null ? "" : ` ${placeName(event.site)}`;
      const times = event.times > 1 ? ` ×${event.times}` : "";
      return `${operationText(event.operation)}${at}${times}`;
    }
    case "goroutine-starts":
      return "started";
    case "goroutine-ends":
      return "ended";
    case null:
      return `event of kind ${event.kindNumber}`;
    default:
      return "";
  }
}

/** What happens to the map. */
export function mapText({ kind, a, b, times }: TimelineEvent): string {
  switch (kind) {
    case "growth-begins":
      return `grows to ${buckets(a + 1)} buckets`;
    case "same-size-growth-begins":
      return `same-size growth`;
    case "evacuation":
      return `│ ${countText(a)} of ${countText(b)} moved${times > 1 ? ` (×${times})` : ""}`;
    case "growth-complete":
      return `growth complete`;
    case "becomes-table":
      return `table of ${countText(a)} slots`;
    case "table-grows":
      return `table of ${countText(a)} slots`;
    case "table-splits":
      return `table split, depth ${a}`;
    case "directory-doubles":
      return `directory, depth ${a}`;
    case "tombstones-pruned":
      return "tombstones pruned";
    case "clear":
      return `cleared, ${countText(a)} elements`;
    default:
      return "";
  }
}

/** A number of buckets, 2 to this power. */
function buckets(exponent: number): string {
  return exponent < 14 ? String(2 ** exponent) : `2^${exponent}`;
}

/** What one event of the garbage collector says. */
export function singleGcText({ kind, a, b }: TimelineEvent): string {
  switch (kind) {
    case "gc-begins":
      return `begins (${b})`;
    case "gc-phase":
      return a === 2 ? "mark term." : a === 1 ? "marks" : "marked";
    case "write-barrier":
      return a === 1 ? "barrier on" : "barrier off";
    case "gc-ends":
      return "marked";
    case "sweep-begins":
      return "sweeps";
    case "sweep-complete":
      return "swept";
    default:
      return "";
  }
}
