/**
 * Text that others wrote, made safe to show.
 *
 * Symbol names, paths and program output can hold anything. Written to a terminal as they are, escape sequences could
 * move the cursor or change the title, a carriage return could hide what was printed before, and bidirectional controls
 * could show a path in another order than it has.
 */

/**
 * Control characters (C0, DEL, C1), format characters (bidirectional controls, zero-width spaces, tags), surrogates
 * without a partner, and the Unicode line and paragraph separators; but not line feed, tab, and the two joiners that
 * ordinary scripts and emoji need.
 */
const unsafe = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Turns one character into a visible escape of plain letters: `\r`, `\x1b`, `\u202e`, `\u{e0041}`. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\r") {
    return "\\r";
  }
  if (character === "\n") {
    return "\\n";
  }
  if (character === "\t") {
    return "\\t";
  }
  const digits = code.toString(16);
  if (code <= 0xff) {
    return `\\x${digits.padStart(2, "0")}`;
  }
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}

/**
 * Makes text that may hold several lines safe for a terminal: what could act on the terminal, hide or reorder text is
 * shown as an escape instead. Line feeds and tabs stay, CR LF becomes LF. Sanitizing twice changes nothing more.
 */
export function sanitizeTerminal(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unsafe, visible);
}

/**
 * Makes text safe that belongs on one line (a path, a function's name): as {@link sanitizeTerminal}, and line feeds and
 * tabs are shown as escapes too, so that it cannot pretend to be a line of the report.
 */
export function sanitizeLine(text: string): string {
  return sanitizeTerminal(text).replace(/[\n\t]/g, visible);
}
