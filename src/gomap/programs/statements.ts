/** The statements of a goroutine. */
import { type Expression, type Method, type Operator, type Place, type Statement } from "./syntax.js";
import { type TokenReader } from "./token-reader.js";

const methods: ReadonlySet<string> = new Set(["Lock", "Unlock", "RLock", "RUnlock", "Add", "Done", "Wait"]);
const comparing: ReadonlySet<string> = new Set(["==", "!=", "<", ">"]);
const calls: ReadonlySet<string> = new Set(["delete", "clear", "clone", "len", "close"]);
/** How deep blocks and parentheses may be nested. */
const deepest = 50;

type Body<S> = S extends Statement ? Omit<S, "place" | "number" | "text"> : never;

/** Parses statements. Which names are maps and which are variables is decided by checks.ts. */
export class StatementParser {
  #nesting = 0;

  constructor(
    private readonly reader: TokenReader,
    /** All statements of the program, by number. */
    private readonly statements: Statement[],
  ) {}

  /** Statements up to the end of the line, or of the goroutine on this line. */
  untilGoroutineEnds(separators: ReadonlySet<string>): Statement[] {
    const body: Statement[] = [];
    const { reader } = this;
    while (!reader.atEnd() && !reader.atNewline() && !separators.has(reader.peek().text)) {
      if (!reader.take(";")) {
        body.push(...this.#statement());
      }
    }
    return body;
  }

  #block(): Statement[] {
    const { reader } = this;
    if (++this.#nesting > deepest) {
      reader.fail(`blocks are nested deeper than ${deepest}`);
    }
    let body: Statement[] = [];
    if (reader.take("{")) {
      for (reader.skipNewlines(); !reader.take("}"); reader.skipNewlines()) {
        if (reader.atEnd()) {
          reader.fail("} is wanted here");
        }
        if (!reader.take(";")) {
          body.push(...this.#statement());
        }
      }
    } else {
      body = this.#statement();
    }
    this.#nesting--;
    return body;
  }

  /** One statement; `m[1]++` and the like are one too. */
  #statement(): Statement[] {
    const { reader } = this;
    const { place, start } = reader.peek();
    const number = this.statements.length;
    // Keeps the number for this statement, whatever stands inside it.
    this.statements.push({ kind: "fence", place, number, text: "" });
    const body = this.#parse();
    const text = reader.text.slice(start, reader.position).replaceAll(/\s+/g, " ");
    const statement: Statement = { ...body, place, number, text };
    this.statements[number] = statement;
    return [statement];
  }

  #parse(): Body<Statement> {
    const { reader } = this;
    const word = reader.peek();
    if (reader.is("<-")) {
      reader.next();
      return { kind: "receive", channel: reader.name("a channel").text, into: "_" };
    }
    if (word.kind !== "name") {
      reader.fail(`a statement is wanted here, not ${word.text}`);
    }
    switch (word.text) {
      case "for":
        return this.#loop();
      case "range":
        reader.next();
        return { kind: "range", map: reader.name("a map").text, key: "_", value: "_", body: [] };
      case "if":
        return this.#condition();
      case "go":
        reader.next();
        return { kind: "go", goroutine: reader.name("a goroutine").text };
      case "fence":
        reader.next();
        return { kind: "fence" };
      case "atomic":
        return this.#atomicStore();
      default:
        return calls.has(word.text) ? this.#call("_") : this.#assignment();
    }
  }

  #call(into: string): Body<Statement> {
    const { reader } = this;
    const name = reader.next();
    const inParentheses = reader.take("(");
    const object = reader.name("a name").text;
    let body: Body<Statement>;
    if (name.text === "delete") {
      if (inParentheses) {
        reader.expect(",", "between map and key");
        body = { kind: "delete", map: object, key: this.#expression() };
      } else {
        reader.expect("[", "after the map");
        body = { kind: "delete", map: object, key: this.#expression() };
        reader.expect("]", "after the key");
      }
    } else if (name.text === "close") {
      body = { kind: "close", channel: object };
    } else if (name.text === "len") {
      body = { kind: "len", map: object, into };
    } else {
      body = { kind: name.text === "clear" ? "clear" : "clone", map: object };
    }
    if (inParentheses) {
      reader.expect(")", `at the end of ${name.text}`);
    }
    return body;
  }

  #assignment(): Body<Statement> {
    const { reader } = this;
    const name = reader.next().text;
    if (reader.take("[")) {
      const key = this.#expression();
      reader.expect("]", "after the key");
      return this.#setting(name, key);
    }
    if (reader.take(".")) {
      return this.#method(name);
    }
    if (reader.take("<-")) {
      return { kind: "send", channel: name, value: this.#expression() };
    }
    if (reader.take(",")) {
      const ok = reader.name("a name for whether the key is there").text;
      this.#becomes();
      const { map, key } = this.#index();
      return { kind: "has", map, key, into: name, ok };
    }
    this.#becomes();
    return this.#reading(name);
  }

  #setting(map: string, key: Expression): Body<Statement> {
    const { reader } = this;
    if (reader.take("++")) {
      return { kind: "add", map, key, value: { kind: "literal", value: 1 } };
    }
    if (reader.take("+=")) {
      return { kind: "add", map, key, value: this.#expression() };
    }
    reader.expect("=", "to set the element");
    return { kind: "set", map, key, value: this.#expression() };
  }

  #becomes(): void {
    if (!this.reader.take(":=")) {
      this.reader.expect("=", "here");
    }
  }

  /** What stands on the right of `name =`. */
  #reading(into: string): Body<Statement> {
    const { reader } = this;
    if (reader.take("<-")) {
      return { kind: "receive", channel: reader.name("a channel").text, into };
    }
    if (reader.take("atomic")) {
      return { kind: "load", variable: reader.name("a variable").text, into, atomic: true };
    }
    if (reader.is("len")) {
      return this.#call(into);
    }
    if (reader.peek().kind === "name" && reader.peek(1).text === "[") {
      return { kind: "get", ...this.#index(), into };
    }
    const value = this.#expression();
    return { kind: "local", into, value };
  }

  #index(): { map: string; key: Expression } {
    const { reader } = this;
    const map = reader.name("a map").text;
    reader.expect("[", "after the map");
    const key = this.#expression();
    reader.expect("]", "after the key");
    return { map, key };
  }

  #atomicStore(): Body<Statement> {
    const { reader } = this;
    reader.next();
    const variable = reader.name("a variable").text;
    reader.expect("=", "after the variable");
    return { kind: "store", variable, value: this.#expression(), atomic: true };
  }

  #method(object: string): Body<Statement> {
    const { reader } = this;
    const name = reader.name("a method");
    if (!methods.has(name.text)) {
      throw reader.error(name.place, `${name.text} is none of the methods ${[...methods].join(", ")}`);
    }
    const method = [...methods].find((known) => known === name.text);
    reader.expect("(", "after the method");
    const value: Expression = reader.is(")") ? { kind: "literal", value: 1 } : this.#expression();
    reader.expect(")", "after the argument");
    return { kind: "method", object, method: asMethod(method ?? ""), value };
  }

  #loop(): Body<Statement> {
    const { reader } = this;
    reader.next();
    if (reader.take("range")) {
      return { kind: "range", map: reader.name("a map").text, key: "_", value: "_", body: this.#block() };
    }
    const variable = reader.name("a name to count with, or range").text;
    if (reader.is(",") || reader.is(":=") || (reader.is("=") && reader.peek(1).text === "range")) {
      const value = reader.take(",") ? reader.name("a name for the element").text : "_";
      this.#becomes();
      reader.expect("range", "here");
      return { kind: "range", map: reader.name("a map").text, key: variable, value, body: this.#block() };
    }
    const from = reader.take("=") ? reader.number("where to begin") : 0;
    reader.expect("<", `after ${variable}: a loop is written for ${variable}<3`);
    return { kind: "for", variable, from, below: this.#term(), body: this.#block() };
  }

  #condition(): Body<Statement> {
    const { reader } = this;
    reader.next();
    const condition = this.#expression();
    const body = this.#block();
    return { kind: "if", condition, body, otherwise: reader.take("else") ? this.#block() : [] };
  }

  #expression(): Expression {
    const left = this.#sum();
    const operator = this.#operator(comparing);
    return operator === undefined ? left : { kind: "binary", operator, left, right: this.#sum() };
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = this.#operator(new Set(["+", "-"]));
      if (operator === undefined) {
        return left;
      }
      left = { kind: "binary", operator, left, right: this.#product() };
    }
  }

  #product(): Expression {
    let left = this.#term();
    for (;;) {
      const operator = this.#operator(new Set(["*", "%"]));
      if (operator === undefined) {
        return left;
      }
      left = { kind: "binary", operator, left, right: this.#term() };
    }
  }

  #operator(among: ReadonlySet<string>): Operator | undefined {
    const { text, kind } = this.reader.peek();
    if (kind !== "sign" || !among.has(text)) {
      return undefined;
    }
    this.reader.next();
    return asOperator(text);
  }

  #term(): Expression {
    const { reader } = this;
    const token = reader.peek();
    if (reader.take("(")) {
      if (++this.#nesting > deepest) {
        reader.fail(`parentheses are nested deeper than ${deepest}`);
      }
      const inside = this.#expression();
      this.#nesting--;
      reader.expect(")", "here");
      return inside;
    }
    if (token.kind === "number" || reader.is("-")) {
      return { kind: "literal", value: reader.number("a number") };
    }
    reader.next();
    if (token.kind === "string") {
      return { kind: "literal", value: token.text.slice(1, -1) };
    }
    if (token.kind === "name") {
      return { kind: "local", name: token.text, place: token.place };
    }
    throw reader.error(token.place, `a value is wanted here, not ${token.text}`);
  }
}

function asMethod(text: string): Method {
  switch (text) {
    case "Lock":
    case "Unlock":
    case "RLock":
    case "RUnlock":
    case "Add":
    case "Done":
    case "Wait":
      return text;
    default:
      throw new RangeError(`${text} is no method`);
  }
}

function asOperator(text: string): Operator {
  switch (text) {
    case "+":
    case "-":
    case "*":
    case "%":
    case "==":
    case "!=":
    case "<":
    case ">":
      return text;
    default:
      throw new RangeError(`${text} is no operator`);
  }
}

export type { Place };
