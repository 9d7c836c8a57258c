/**
 * Undoes what was done to single characters of a line: ANSI colours and cursor movements, escaped control characters
 * (`#011`), HTML, carriage returns, blanks of other widths. One line can become several, at `#012` and `<br>`.
 */
import { withoutMarkdownEscapes } from "./repair.js";
import { bit } from "./undone.js";

/** Lines, and what was undone to get them. */
export interface PlainLines {
  readonly texts: readonly string[];
  readonly bits: number;
}

/** Whether there is anything to do: most lines have none of these characters. */
/* oxlint-disable eslint/no-control-regex -- control characters are what is looked for */
const suspicious =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0&<#\\^\u2400-\u2421\u202f]|\[\d{1,3}(?:;\d{1,3})?m/;
/* oxlint-enable eslint/no-control-regex */

/** A line without ANSI escapes, HTML, escapes of Markdown; one for each line that HTML makes of it. */
export function readableText(raw: string): PlainLines {
  if (!suspicious.test(raw)) {
    return { texts: [raw], bits: 0 };
  }
  const changed = apply(readableSteps, raw);
  const texts = splitLines(changed.text);
  return { texts, bits: raw.endsWith("\r") ? changed.bits | bit.carriageReturns : changed.bits };
}

/** The lines that a line holds when escaped control characters are decoded. */
export function plainLines(text: string): PlainLines {
  if (!escapedControl.test(text)) {
    return { texts: [text], bits: 0 };
  }
  const changed = apply(controlSteps, text);
  return { texts: splitLines(changed.text), bits: changed.bits };
}

const escapedControl = /#0[013]\d|\\[xu0e]|\^[IM[]|[\u2400-\u2421]/;

function apply(steps: readonly Step[], given: string): { readonly text: string; readonly bits: number } {
  let text = given;
  let bits = 0;
  for (const step of steps) {
    const changed = step.change(text);
    if (changed !== text) {
      text = changed;
      bits |= step.bits;
    }
  }
  return { text, bits };
}

function splitLines(text: string): string[] {
  if (!text.includes("\n") && !text.includes("\r")) {
    return [text];
  }
  // A carriage return at the end is half a line end; within a line it is a new start, as progress bars print it.
  return text.replace(/[\r\n]{1,2}$/, "").split(/\r\n|[\r\n]/);
}

interface Step {
  readonly bits: number;
  readonly change: (text: string) => string;
}

const readableSteps: readonly Step[] = [
  { bits: bit.ansi, change: stripEscapes },
  { bits: bit.html, change: decodeHtml },
  { bits: bit.markdown, change: withoutMarkdownEscapes },
  { bits: 0, change: replaceBlanks },
];

const controlSteps: readonly Step[] = [
  { bits: bit.control, change: decodeControls },
  { bits: bit.ansi, change: stripEscapes },
];

/** `#011` of rsyslog, `\x09`, `\u0009`, `\033`, `^I`, and the pictures ␉ and ␊. */
function decodeControls(text: string): string {
  let result = text;
  if (/#0[01]\d|#033/.test(result)) {
    result = result.replace(/#(011|012|015|033)/g, (_, octal: string) =>
      controlOf(Number.parseInt(octal, 8)),
    );
  }
  if (result.includes("\\")) {
    result = result
      .replace(/\\(?:x|u00)(09|0a|0d|1b)/gi, (_, hex: string) => controlOf(Number.parseInt(hex, 16)))
      .replace(/\\(011|012|015|033)/g, (_, octal: string) => controlOf(Number.parseInt(octal, 8)))
      .replaceAll("\\e[", "\u001B[");
  }
  if (result.includes("^")) {
    result = result.replaceAll("^I", "\t").replaceAll("^[[", "\u001B[").replace(/\^M$/, "\r");
  }
  return result.replaceAll("␉", "\t").replaceAll("␊", "\n").replaceAll("␍", "\r").replaceAll("␛", "\u001B");
}

function controlOf(code: number): string {
  return String.fromCharCode(code);
}

/* oxlint-disable eslint/no-control-regex -- control characters are what is looked for */
/** `ESC [ 31 m`; also where the escape character itself was lost. */
const controlSequence =
  /(?:\u001B\[|\u009B|\uFFFD\[)([\d;:?<=>]{0,40})[ -/]{0,4}([@-~])|\[(?:\d{1,3};){0,4}\d{1,3}m/g;
/** Titles of windows and links: `ESC ] 8 ; ; URL ESC \` */
const operatingSystemCommand = /\u001B\][^\u0007\u001B]{0,2000}(?:\u0007|\u001B\\)/g;
const otherEscape = /\u001B[ -/]{0,2}[0-~]/g;
const overstrike = /[^\u0008]\u0008/g;
const leftover = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

function stripEscapes(text: string): string {
  return text
    .replace(operatingSystemCommand, "")
    .replace(controlSequence, (_, parameters: string | undefined, final: string | undefined) =>
      final === "C" ? " ".repeat(Math.min(Number(parameters) || 1, 400)) : "",
    )
    .replace(otherEscape, "")
    .replace(overstrike, "")
    .replace(leftover, "");
}
/* oxlint-enable eslint/no-control-regex */

/** No-break blanks and the like, which web pages put in place of blanks. */
function replaceBlanks(text: string): string {
  return text.replace(/[\u00A0\u202F]/g, " ");
}

const named: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  emsp: "\t",
  ensp: " ",
  Tab: "\t",
  NewLine: "\n",
  lpar: "(",
  rpar: ")",
  lbrack: "[",
  rbrack: "]",
  lsqb: "[",
  rsqb: "]",
  lbrace: "{",
  rbrace: "}",
  lcub: "{",
  rcub: "}",
  colon: ":",
  comma: ",",
  period: ".",
  sol: "/",
  bsol: "\\",
  plus: "+",
  ast: "*",
  lowbar: "_",
  quest: "?",
  hellip: "...",
};

function decodeHtml(text: string): string {
  let result = text.includes("<") ? stripTags(text) : text;
  // Twice, for text that was escaped twice.
  for (let round = 0; round < 2 && result.includes("&"); round++) {
    result = result.replace(/&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([A-Za-z]{2,8}));/g, decodeEntity);
    if (result.includes("<")) {
      result = stripTags(result);
    }
  }
  return result;
}

function decodeEntity(
  whole: string,
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): string {
  if (name !== undefined) {
    return named[name] ?? whole;
  }
  const code = decimal === undefined ? Number.parseInt(hex ?? "0", 16) : Number(decimal);
  return code > 8 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

const lineBreak = /<\/?(?:br|p|div|li|tr|pre)(?: [^<>]{0,300})?\/?>/gi;
const tag =
  /<\/?(?:code|span|td|th|tt|font|b|i|em|strong|a|samp|kbd|table|tbody|ul|ol|html|body|mark|blockquote|wbr)(?: [^<>]{0,1000})?\/?>/gi;

function stripTags(text: string): string {
  return text.replace(lineBreak, breakAt).replace(tag, "");
}

/** A tag at either end of the line breaks nothing. */
function breakAt(found: string, offset: number, text: string): string {
  return offset === 0 || offset + found.length === text.length ? "" : "\n";
}
