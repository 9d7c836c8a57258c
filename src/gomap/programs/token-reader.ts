/** Reads the words of a program one after the other. */
import { type Place, ProgramSyntaxError } from "./syntax.js";
import { type Token, tokensOf } from "./tokens.js";

export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(readonly text: string) {
    this.#tokens = tokensOf(text);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token === undefined) {
      throw new RangeError("a text has at least its end");
    }
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** The end of the word before the next one. */
  get position(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  atEnd(): boolean {
    return this.peek().kind === "end";
  }

  atNewline(): boolean {
    return this.peek().kind === "newline";
  }

  is(text: string): boolean {
    const token = this.peek();
    return (token.kind === "sign" || token.kind === "name") && token.text === text;
  }

  /** Takes the next word if it is this one. */
  take(text: string): boolean {
    if (!this.is(text)) {
      return false;
    }
    this.#at++;
    return true;
  }

  expect(text: string, where: string): void {
    if (!this.take(text)) {
      this.fail(`${text} is wanted ${where}, not ${this.peek().text}`);
    }
  }

  name(what: string): Token {
    const token = this.next();
    if (token.kind !== "name") {
      throw this.error(token.place, `${what} is wanted here, not ${token.text}`);
    }
    return token;
  }

  number(what: string): number {
    const sign = this.take("-") ? -1 : 1;
    const token = this.next();
    const value = Number(token.text);
    if (token.kind !== "number" || value > 0x7fff_ffff) {
      throw this.error(
        token.place,
        `${what} is wanted here, as a number of at most 31 bits, not ${token.text}`,
      );
    }
    return sign * value;
  }

  /** Skips ends of lines, and what stands between two goroutines or declarations. */
  skipNewlines(separators = false): void {
    for (;;) {
      const token = this.peek();
      const skips =
        token.kind === "newline" ||
        (separators &&
          (token.text === ";" || token.text === "||" || token.text === "|" || token.text === "beside"));
      if (!skips) {
        return;
      }
      this.#at++;
    }
  }

  error(place: Place, what: string): ProgramSyntaxError {
    return new ProgramSyntaxError(this.text, place, what);
  }

  fail(what: string): never {
    throw this.error(this.peek().place, what);
  }
}
