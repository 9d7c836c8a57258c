/**
 * Finds what a TypeScript file imports.
 *
 * TypeScript 7 has no stable interface to its parser, so this reads the text itself: it splits it into tokens, knowing
 * strings, templates, comments and regular expressions, and looks for the few shapes an import can have. A line with an
 * unfinished string or regular expression is read as if the mark stood alone, so a mistake ends with the line.
 */

/** One import of a file. */
export interface Import {
  /** The line, from 1. */
  readonly line: number;
  /** What is imported, as written; undefined when it is computed while the program runs. */
  readonly specifier: string | undefined;
}

/** A piece of source: a word (names and numbers), the contents of a string without its marks, or one other character. */
interface Token {
  readonly kind: "word" | "string" | "mark";
  readonly text: string;
  readonly offset: number;
}

const space = /\s+/y;
const comment = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y;
const word = /[\p{ID_Continue}$#@\u200c\u200d]+/uy;
const quoted = /"((?:[^"\\\n]|\\[^])*)"|'((?:[^'\\\n]|\\[^])*)'/y;
const regularExpression = /\/(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/\w*/y;
const templateText = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;

/** Words after which a slash begins a regular expression. After any other word it divides. */
const beforeExpression = new Set(
  "return typeof case in of delete void throw new else do instanceof yield await default extends".split(" "),
);

/** Splits source text into tokens. Comments and regular expressions give none. */
class Tokenizer {
  readonly tokens: Token[] = [];
  #offset = 0;

  constructor(readonly source: string) {}

  /** Reads to the end, or to the brace that closes a template's substitution. */
  read(inTemplate: boolean): void {
    let depth = 0;
    while (this.#offset < this.source.length) {
      const character = this.source[this.#offset];
      if (inTemplate && character === "}" && depth === 0) {
        return;
      }
      depth += character === "{" ? 1 : character === "}" ? -1 : 0;
      this.#next();
    }
  }

  #next(): void {
    const offset = this.#offset;
    if (this.#match(space) !== undefined || this.#match(comment) !== undefined) {
      return;
    }
    const string = this.#match(quoted);
    if (string !== undefined) {
      this.#push("string", string[1] ?? string[2] ?? "", offset);
      return;
    }
    const name = this.#match(word);
    if (name !== undefined) {
      this.#push("word", name[0], offset);
      return;
    }
    if (
      this.source[offset] === "/" &&
      this.#expressionMayStart() &&
      this.#match(regularExpression) !== undefined
    ) {
      this.#push("word", "0", offset);
      return;
    }
    if (this.source[offset] === "`") {
      this.#template();
      return;
    }
    this.#offset += 1;
    this.#push("mark", this.source[offset] ?? "", offset);
  }

  /** A template without substitutions is a string; of others, the substitutions are read between two backquote marks. */
  #template(): void {
    const offset = this.#offset;
    this.#offset += 1;
    const text = this.#match(templateText)?.[0] ?? "";
    if (this.source[this.#offset] !== "$") {
      this.#offset += 1;
      this.#push("string", text, offset);
      return;
    }
    this.#push("mark", "`", offset);
    while (this.source[this.#offset] === "$") {
      this.#offset += 2;
      this.read(true);
      this.#offset += 1;
      this.#match(templateText);
    }
    this.#offset += 1;
    this.#push("mark", "`", offset);
  }

  #expressionMayStart(): boolean {
    const last = this.tokens.at(-1);
    if (last === undefined) {
      return true;
    }
    return last.kind === "mark"
      ? !")]`".includes(last.text)
      : last.kind === "word" && beforeExpression.has(last.text);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.source);
    if (found === null || found[0] === "") {
      return undefined;
    }
    this.#offset += found[0].length;
    return found;
  }

  #push(kind: Token["kind"], text: string, offset: number): void {
    this.tokens.push({ kind, text, offset });
  }
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === "mark" && token.text === text;
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text === text;
}

/** The string in `from "…"`, looked for from `index` on, as long as the tokens can belong to an import or export clause. */
function fromClause(tokens: readonly Token[], index: number): Token | undefined {
  for (let at = index; at < tokens.length; at += 1) {
    const token = tokens[at];
    const before = tokens[at - 1];
    if (token?.kind === "string" && isWord(before, "from")) {
      return token;
    }
    const belongs = token?.kind !== "mark" || "{},*".includes(token.text);
    if (!belongs || (at > index && isMark(before, "}") && !isWord(token, "from"))) {
      return undefined;
    }
  }
  return undefined;
}

/** What the call at `index` (its opening bracket) gets: a string as its first argument, or something computed. */
function callArgument(tokens: readonly Token[], index: number): string | undefined {
  const argument = tokens[index + 1];
  const after = tokens[index + 2];
  return argument?.kind === "string" && (isMark(after, ")") || isMark(after, ","))
    ? argument.text
    : undefined;
}

/** The import that begins with the token at `index`; undefined when none does. */
function importAt(tokens: readonly Token[], index: number): { specifier: string | undefined } | undefined {
  const token = tokens[index];
  const next = tokens[index + 1];
  if (token?.kind !== "word" || isMark(tokens[index - 1], ".")) {
    return undefined;
  }
  if ((token.text === "import" || token.text === "require") && isMark(next, "(")) {
    return { specifier: callArgument(tokens, index + 1) };
  }
  if (token.text === "import" && next?.kind === "string") {
    return { specifier: next.text };
  }
  const typed = isWord(next, "type") ? tokens[index + 2] : next;
  const clause =
    token.text === "import" || (token.text === "export" && (isMark(typed, "{") || isMark(typed, "*")));
  const found = clause ? fromClause(tokens, index + 1) : undefined;
  return found === undefined ? undefined : { specifier: found.text };
}

/**
 * Everything that a source text imports: import and export declarations (of types too), `import()` (as an expression and as
 * a type) and `require()`.
 */
export function importsOf(source: string): Import[] {
  const tokenizer = new Tokenizer(source);
  tokenizer.read(false);
  const imports: Import[] = [];
  for (const [index, token] of tokenizer.tokens.entries()) {
    const found = importAt(tokenizer.tokens, index);
    if (found !== undefined) {
      imports.push({ line: source.slice(0, token.offset).split("\n").length, specifier: found.specifier });
    }
  }
  return imports;
}
