/**
 * Undoes what was done within a line that is not recognised as it is: braces that were masked as secrets, links that an
 * editor made of digits and paths, escapes of Markdown.
 */
import type { LineKind } from "../grammar.js";
import { looseKind } from "./piece.js";
import { bit } from "./undone.js";

/** A line that was repaired. */
export interface Repaired {
  readonly text: string;
  readonly kind: LineKind;
  readonly bits: number;
}

/** Longer lines are not looked into. */
const longest = 65_536;

/** Repairs a line; undefined when it is no line of the runtime after that either. */
export function repaired(given: string): Repaired | undefined {
  if (given.length > longest) {
    return undefined;
  }
  let text = given;
  let bits = 0;
  const linked = withoutLinks(text);
  if (linked !== text) {
    text = linked;
    bits |= bit.markdown;
  }
  if (text.includes("***")) {
    const unmasked = unmaskBraces(text);
    bits |= unmasked === text ? 0 : bit.braces;
    text = unmasked;
  }
  const unescaped = withoutMarkdownEscapes(text);
  if (unescaped !== text) {
    text = unescaped;
    bits |= bit.markdown;
  }
  const kind = bits === 0 ? "other" : looseKind(text);
  return kind === "other" ? undefined : { text, kind, bits };
}

/** Also in a line that was recognised: a path with `\_` in it is a path. Drive letters tell that backslashes are meant. */
export function withoutMarkdownEscapes(text: string): string {
  if (!text.includes("\\") || /^\s{0,40}(?:[A-Za-z]:|\\\\)/.test(text)) {
    return text;
  }
  return text.replace(/\\([_*[\]<>#().{}+\-!`|~&$])/g, "$1");
}

/** `[000123](https://host/000123)`, `<https://host/x|x>`; `[...](0x1)` is a generic function. */
export function withoutLinks(text: string): string {
  let result = text;
  if (result.includes("](")) {
    result = result.replace(
      /\[([^[\]]{0,300})\]\((?:https?:\/\/|mailto:|tel:|ftp:\/\/|\/|#|\.\/|<)[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?: "[^"]{0,200}")?\)/g,
      "$1",
    );
  }
  if (result.includes("<http") || result.includes("<mailto") || result.includes("<tel:")) {
    result = result.replace(/<(?:https?:\/\/|mailto:|tel:)[^<>|\s]{0,2000}\|([^<>]{0,500})>/g, "$1");
    result = result.replace(/<(?:https?:\/\/|mailto:)([^<>|\s]{0,2000})>/g, "$1");
  }
  return result;
}

/**
 * Puts braces where a mask stands. Within arguments a mask opens before a value and closes behind one; both meet in an empty
 * pair: `***0x1, ******}` .
 *
 *     main.f(***0x4a3f21, 0x3***, ******)   →   main.f({0x4a3f21, 0x3}, {})
 */
export function unmaskBraces(text: string): string {
  let depth = 0;
  return text.replace(/(?:\*{3})+/g, (mask, offset: number) => {
    let braces = "";
    for (let i = 0; i < mask.length; i += 3) {
      const before = braces === "" ? text.slice(Math.max(0, offset - 2), offset) : braces;
      const last = i + 3 === mask.length;
      const after = last ? text.slice(offset + mask.length, offset + mask.length + 3) : "";
      const opens = braceOpens({ before, after, left: mask.length / 3 - i / 3, depth });
      depth += opens ? 1 : -1;
      braces += opens ? "{" : "}";
    }
    return braces;
  });
}

interface Mask {
  readonly before: string;
  readonly after: string;
  /** How many masks the run still has, this one counted. */
  readonly left: number;
  readonly depth: number;
}

function braceOpens(mask: Mask): boolean {
  if (mask.depth <= 0) {
    return true;
  }
  const last = mask.before.slice(-1);
  if (mask.left === 1) {
    // The last of a run: what follows tells. A value, a name or a mask's content opens; `,`, `)`, `]`, `:` and the end close.
    return mask.after === "..." || (mask.after !== "" && !/^(?:[,)\]:.;}]| (?=\S))/.test(mask.after));
  }
  // Within a run after a value everything closes; after a comma or an opening one it opens as long as enough masks are left to
  // close all.
  if (/[0-9a-zA-Z?_.}]/.test(last) && mask.before.slice(-1) !== "{") {
    return false;
  }
  return mask.left > mask.depth;
}
