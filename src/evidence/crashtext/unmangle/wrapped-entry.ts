/**
 * Log entries that the edge of a window cut: they must be whole before they can be opened.
 *
 *     {"log":"goroutine 7 [running]:\n","stream":"std
 *     err","time":"2024-01-02T03:04:05Z"}
 */
import { startsLikeJson } from "./entries.js";
import { hasLiteralLines } from "./literal.js";
import { sewn } from "./seam.js";

const maxLines = 2000;
const maxCharacters = 4 * 1024 * 1024;
const narrowest = 20;

/** A line, whole. */
export interface WholeLine {
  readonly text: string;
  readonly line: number;
  readonly wrapped: boolean;
}

/** Parts that the container runtime made are put together by partial.ts. */
const containerPart = /\d std(?:err|out) P |Z std(?:err|out) P /;

/** Holds the begin of an entry until it is whole. */
export class WrappedEntry {
  private lines: WholeLine[] = [];
  private characters = 0;
  private kind: "object" | "quotes" | "literal" = "literal";

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
    if (this.mayEnd(text)) {
      const whole = this.joined();
      if (this.kind === "object" ? isJson(whole) : !hasOpenQuote(whole)) {
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
    const join = this.kind === "literal" && lines.length > 1;
    this.clear();
    const first = lines[0];
    return join && first !== undefined ? [{ text, line: first.line, wrapped: true }] : lines;
  }

  private begin(text: string, line: number): readonly WholeLine[] {
    const whole = { text, line, wrapped: false };
    if (containerPart.test(text.length > 400 ? text.slice(0, 400) : text)) {
      return [whole];
    }
    const json = startsLikeJson(behindPrefix(text)) && !(endsLikeJson(text) && isJson(text));
    const quotes = !json && text.includes('"') && hasOpenQuote(text);
    if (json || quotes || (text.length >= narrowest && text.length < 1000 && isLiteral(text))) {
      this.kind = json ? "object" : quotes ? "quotes" : "literal";
      this.lines.push(whole);
      this.characters = text.length;
      return [];
    }
    return [whole];
  }

  private continues(text: string): boolean {
    if (text.trim() === "" || startsLikeJson(text) || containerPart.test(text.slice(0, 400))) {
      return false;
    }
    const start = this.lines[0]?.text.slice(0, 8) ?? "";
    if (this.kind !== "literal") {
      return this.kind === "object" || !text.startsWith(start);
    }
    const width = this.lines[0]?.text.length ?? 0;
    const last = this.lines.at(-1)?.text.length ?? 0;
    return last === width && text.length <= width;
  }

  private mayEnd(text: string): boolean {
    return (this.kind === "object" && endsLikeJson(text)) || (this.kind === "quotes" && text.includes('"'));
  }

  private joined(): string {
    return this.lines.reduce(
      (text, line) => (text === "" ? part(line.text) : sewn(text, part(line.text))),
      "",
    );
  }

  private clear(): void {
    this.lines = [];
    this.characters = 0;
  }
}

/** A window that pads its lines leaves no blanks where it cut. */
function part(text: string): string {
  return /\s\s$/.test(text) ? text.trimEnd() : text;
}

/** `msg="fatal err`, `"2024-01-02","goroutine 7 [run`: a quote that is not closed. */
function hasOpenQuote(text: string): boolean {
  if (
    text.length > maxCharacters ||
    !/^\s{0,40}"|\b(?:msg|message|log|text|err|error|stack|stacktrace)="/.test(text)
  ) {
    return false;
  }
  let open = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) {
      i++;
    } else if (code === 0x22) {
      open = !open;
    }
  }
  return open;
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
    JSON.parse(behindPrefix(text.trim()).replace(/,$/, ""));
    return true;
  } catch {
    return false;
  }
}

function isLiteral(text: string): boolean {
  return hasLiteralLines(text) && !text.includes('{"') && text.indexOf("\\n") !== text.lastIndexOf("\\n");
}
