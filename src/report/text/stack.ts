/** A stack in a few lines: the program's own frames, and what lies between them in one line each. */
import type { PlacedFrame } from "../../case/case.js";
import { packageOf } from "../../analysis/origin.js";
import { counted, listed, shown, shownPath } from "./shown.js";

/** How many lines of a stack are shown. */
const maxLines = 16;
/** Places stand in one column up to this width of the functions' names. */
const maxColumn = 48;

/** Frames that are shown, or only counted. */
export type StackPart =
  | { readonly kind: "frame"; readonly frame: PlacedFrame }
  | { readonly kind: "others"; readonly frames: readonly PlacedFrame[] };

/**
 * Draws a stack.
 *
 * @param folder paths below it are shown relative to it
 * @param cutShort whether the stack went on beyond what was recorded
 */
export function stackLines(stack: readonly PlacedFrame[], folder: string, cutShort: boolean): string[] {
  const parts = stackParts(stack);
  const visible = parts.slice(0, maxLines);
  const width = Math.max(0, ...visible.map(functionWidth).filter((length) => length <= maxColumn));
  const lines = visible.map((part) => partLine(part, folder, width));
  const left = parts
    .slice(maxLines)
    .reduce((sum, part) => sum + (part.kind === "frame" ? 1 : part.frames.length), 0);
  if (left > 0) {
    lines.push(`… ${counted(left, "more frame")}`);
  }
  if (cutShort) {
    lines.push("… and further frames that were not recorded");
  }
  return lines.length === 0 ? ["(no stack is known)"] : lines;
}

/** Own frames stay; two or more others in a row become one part. Where no frame is own, all stay. */
export function stackParts(stack: readonly PlacedFrame[]): StackPart[] {
  const hasOwn = stack.some((frame) => frame.origin === "own");
  const groups: PlacedFrame[][] = [];
  for (const frame of stack) {
    const group = groups.at(-1);
    const joins = hasOwn && frame.origin !== "own" && group?.[0] !== undefined && group[0].origin !== "own";
    if (joins) {
      group.push(frame);
    } else {
      groups.push([frame]);
    }
  }
  return groups.map((group) => {
    const [only] = group;
    return group.length === 1 && only !== undefined
      ? { kind: "frame", frame: only }
      : { kind: "others", frames: group };
  });
}

function functionWidth(part: StackPart): number {
  return part.kind === "frame" ? shown(part.frame.function).length : 0;
}

function partLine(part: StackPart, folder: string, width: number): string {
  switch (part.kind) {
    case "frame":
      return `${shown(part.frame.function).padEnd(width)}  ${place(part.frame, folder)}`.trimEnd();
    case "others":
      return `… ${othersText(part.frames)}`;
    default:
      return part satisfies never;
  }
}

/** Frames in a row that are not the program's own, in a few words: `3 frames of encoding/json and fmt`. */
export function othersText(frames: readonly PlacedFrame[]): string {
  const packages = [...new Set(frames.map((frame) => shown(packageOf(frame.function))))];
  const named = packages.length > 3 ? [...packages.slice(0, 3), "others"] : packages;
  return `${counted(frames.length, "frame")} of ${listed(named)}`;
}

/** A frame's file and line: `cache.go:12`. Empty when the file is not known. */
export function place(frame: PlacedFrame, folder: string): string {
  if (frame.file === null) {
    return "";
  }
  const path = shownPath(shortFile(frame.file, frame.origin), folder);
  return frame.line === null ? path : `${path}:${frame.line}`;
}

/** Files of Go and of dependencies without the folder that they are installed in: `encoding/json/encode.go`. */
function shortFile(file: string, origin: PlacedFrame["origin"]): string {
  switch (origin) {
    case "own":
      return file;
    case "dependency":
      return file.replace(/^.*[\\/]pkg[\\/]mod[\\/]/, "");
    case "standard":
    case "runtime":
      return file.replace(/^.*[\\/]src[\\/]/, "");
    default:
      return origin satisfies never;
  }
}

/** A frame's place with the name of its file alone: `cache.go:12`; the function where the file is not known. */
export function placeName(frame: PlacedFrame): string {
  if (frame.file === null) {
    return shown(frame.function);
  }
  const name = frame.file.replace(/^.*[\\/]/, "");
  return shown(frame.line === null ? name : `${name}:${frame.line}`);
}

/** A function without the path of its package: `shop.(*Cache).Put`. */
export function functionName(frame: PlacedFrame): string {
  const open = frame.function.search(/[[(]/);
  const head = open === -1 ? frame.function : frame.function.slice(0, open);
  return shown(frame.function.slice(head.lastIndexOf("/") + 1));
}
