/**
 * Log entries that the edge of a window cut: they must be whole before they can be opened.
 *
 *     {"log":"goroutine 7 [running]:\n","stream":"std
 *     err","time":"2024-01-02T03:04:05Z"}
 */
import { startsLikeJson } from "./entries.js";
import { hasLiteralLines } from "./literal.js";

const maxLines = 2000;
const maxCharacters = 4 * 1024 * 1024;
const narrowest = 20;

/** A line, whole. */
export interface WholeLine {
  readonly text: string;
  readonly line: number;
  readonly wrapped: boolean;
}

/** Holds the begin of an entry until it is whole. */
export class WrappedEntry {
  private lines: WholeLine[] = [];
  private characters = 0;
  private json = false;

  /** Whether lines are held back. */
  get holds(): boolean {
    return this.lines.length > 0;
  }

  /** Takes a raw line; gives whole ones. */
  push(text: string, line: number): readonly WholeLine[] {
    if (this.lines.length === 0) {
      return this.begin(text, line);
    }
    if (!this.continues(text)) {
      return [...this.flush(), ...this.begin(text, line)];
    }
    this.lines.push({ text, line, wrapped: false });
    this.characters += text.length;
    if (this.json && endsLikeJson(text)) {
      const whole = this.joined();
      if (isJson(whole)) {
        const first = this.lines[0]?.line ?? line;
        this.clear();
        return [{ text: whole, line: first, wrapped: true }];
      }
    }
    return this.lines.length >= maxLines || this.characters > maxCharacters ? this.flush() : [];
  }

  /** Gives what is held back: joined when it is text with written-out line ends, else line by line. */
  flush(): readonly WholeLine[] {
    const lines = this.lines;
    const text = this.joined();
    const join = !this.json && lines.length > 1;
    this.clear();
    const first = lines[0];
    return join && first !== undefined ? [{ text, line: first.line, wrapped: true }] : lines;
  }

  private begin(text: string, line: number): readonly WholeLine[] {
    const whole = { text, line, wrapped: false };
    const json = startsLikeJson(behindPrefix(text)) && !endsLikeJson(text);
    if (json || (text.length >= narrowest && text.length < 1000 && isLiteral(text))) {
      this.json = json;
      this.lines.push(whole);
      this.characters = text.length;
      return [];
    }
    return [whole];
  }

  private continues(text: string): boolean {
    if (text.trim() === "" || startsLikeJson(text)) {
      return false;
    }
    if (this.json) {
      return true;
    }
    const width = this.lines[0]?.text.length ?? 0;
    const last = this.lines.at(-1)?.text.length ?? 0;
    return last === width && text.length <= width;
  }

  private joined(): string {
    return this.lines.map((line) => line.text).join("");
  }

  private clear(): void {
    this.lines = [];
    this.characters = 0;
  }
}

/** An object may stand behind a prefix: `web-1  | {"level":"error",…`. */
function behindPrefix(text: string): string {
  const at = text.indexOf('{"');
  return at > 0 && at < 400 ? text.slice(at) : text;
}

function endsLikeJson(text: string): boolean {
  return /[}\]],?\s{0,400}$/.test(text.length > 420 ? text.slice(-420) : text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(behindPrefix(text.trim()));
    return true;
  } catch {
    return false;
  }
}

function isLiteral(text: string): boolean {
  return hasLiteralLines(text) && !text.includes('{"') && text.indexOf("\\n") !== text.lastIndexOf("\\n");
}
