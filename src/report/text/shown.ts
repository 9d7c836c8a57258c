/** Small pieces of text as they are shown. Everything that comes from outside goes through here. */
import { countText } from "../../case/count.js";
import { sanitizeLine } from "../../base/text.js";

/** A longer piece of foreign text is cut, so that no line of the report grows without bound. */
const maxLength = 300;
/** The same for sentences, which are broken into lines. */
const maxSentences = 1000;

/** Foreign text on one line: made safe for a terminal, and cut where it is too long. */
export function shown(text: string): string {
  return cut(sanitizeLine(text), maxLength);
}

/** Text of at most so many characters; what is cut is marked with an ellipsis. */
export function cut(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  // A pair of surrogates is not torn apart.
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Text of at most so many characters, cut in its middle: the beginning and the end of a path or a name tell most. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const end = Math.ceil((length - 1) * 0.6);
  const tail = text.slice(text.length - end).replace(/^[\udc00-\udfff]/, "");
  return `${text.slice(0, length - 1 - end).replace(/[\ud800-\udbff]$/, "")}…${tail}`;
}

/** A path, relative to a folder when it lies below it. */
export function shownPath(path: string, folder: string): string {
  const base = folder.endsWith("/") ? folder : `${folder}/`;
  const isBelow = folder !== "" && path.startsWith(base) && path.length > base.length;
  return shown(isBelow ? path.slice(base.length) : path);
}

/** `1 run`, `3 runs`, `1,234 runs`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** Sentences on one line: made safe, and cut where they are too long. */
export function sentence(text: string): string {
  return cut(sanitizeLine(text), maxSentences);
}

/** Sentences, made safe for a terminal and broken at spaces into lines of at most so many characters where possible. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence(text).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
