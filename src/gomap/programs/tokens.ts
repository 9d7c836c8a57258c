/** The words of a program's text. */
import { type Place, ProgramSyntaxError } from "./syntax.js";

export interface Token {
  readonly kind: "name" | "number" | "string" | "sign" | "newline" | "end";
  readonly text: string;
  readonly place: Place;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

/** Longest text of a program. */
const longest = 64 * 1024;

const pattern =
  /(?<space>[ \t\r]+|#[^\n]*|\/\/[^\n]*)|(?<newline>\n)|(?<number>\d+)|(?<name>[A-Za-z_]\w*)|(?<string>"[^"\n\\]*")|(?<sign><-|:=|\+=|==|!=|\|\||\+\+|[-+*%=<>[\](){}:;,.|])/y;

/**
 * Parts a text into words.
 *
 * @throws ProgramSyntaxError for a character that is in no word
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  if (text.length > longest) {
    throw new ProgramSyntaxError("", { line: 1, column: 1 }, `the text is longer than ${longest} characters`);
  }
  while (at < text.length) {
    const place = { line, column: at - lineStart + 1 };
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) {
      throw new ProgramSyntaxError(text, place, `${JSON.stringify(text[at])} is not part of the language`);
    }
    const word = found[0];
    const end = at + word.length;
    const groups = found.groups ?? {};
    if (groups["newline"] !== undefined) {
      tokens.push({ kind: "newline", text: "the end of the line", place, start: at, end });
      line++;
      lineStart = end;
    } else if (groups["space"] === undefined) {
      const kind =
        groups["number"] === undefined
          ? groups["name"] === undefined
            ? groups["string"] === undefined
              ? "sign"
              : "string"
            : "name"
          : "number";
      tokens.push({ kind, text: word, place, start: at, end });
    }
    at = end;
  }
  const place = { line, column: at - lineStart + 1 };
  tokens.push({ kind: "end", text: "the end of the text", place, start: at, end: at });
  return tokens;
}
