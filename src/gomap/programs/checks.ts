/** What the names in a program stand for, and whether that fits. */
import {
  type Expression,
  type GoroutineDeclaration,
  type MapDeclaration,
  type ObjectDeclaration,
  type Place,
  type Program,
  ProgramSyntaxError,
  type Statement,
} from "./syntax.js";

/** More could not be told apart in the explorer's bit sets. */
const mostGoroutines = 12;

type Parsed = Omit<Program, "goroutines"> & {
  readonly goroutines: readonly Omit<GoroutineDeclaration, "started">[];
};

/**
 * Finds out which names are variables of the program, and adds the map m where it is used and not declared.
 *
 * @throws ProgramSyntaxError with the place
 */
export function checkProgram(parsed: Parsed): Program {
  return new ProgramChecker(parsed).check();
}

class ProgramChecker {
  readonly #maps: MapDeclaration[];
  readonly #kinds = new Map<string, string>();
  readonly #starts = new Map<string, Place>();
  readonly #statements: Statement[];
  /** Of the goroutine that is looked at. */
  #locals = new Set<string>();
  #locked = new Set<string>();
  #inLoop = 0;

  constructor(private readonly parsed: Parsed) {
    this.#maps = [...parsed.maps];
    this.#statements = [...parsed.statements];
  }

  check(): Program {
    const { parsed } = this;
    this.#declare([...this.#maps.map(({ name }) => ({ name, kind: "map" })), ...parsed.objects]);
    this.#declare(parsed.goroutines.map(({ name }) => ({ name, kind: "goroutine" })));
    if (parsed.goroutines.length === 0) {
      throw this.#error({ line: 1, column: 1 }, "there is no goroutine; write one as `a: m[1]=2`");
    }
    if (parsed.goroutines.length > mostGoroutines) {
      throw this.#error({ line: 1, column: 1 }, `there are more than ${mostGoroutines} goroutines`);
    }
    const goroutines = parsed.goroutines.map((goroutine) => {
      this.#locals = new Set();
      this.#locked = new Set();
      return { ...goroutine, body: this.#block(goroutine.body) };
    });
    return {
      text: parsed.text,
      maps: this.#maps,
      objects: parsed.objects,
      goroutines: goroutines.map((goroutine) => ({
        ...goroutine,
        started: this.#starts.has(goroutine.name),
      })),
      statements: this.#statements,
    };
  }

  #declare(declarations: readonly (Pick<ObjectDeclaration, "name"> & { readonly kind: string })[]): void {
    for (const { name, kind } of declarations) {
      if (this.#kinds.has(name) || name === "_") {
        throw this.#error({ line: 1, column: 1 }, `${name} is declared twice, or cannot be a name`);
      }
      this.#kinds.set(name, kind);
    }
  }

  #block(statements: readonly Statement[]): Statement[] {
    return statements.map((statement) => {
      const checked = this.#statement(statement);
      this.#statements[checked.number] = checked;
      return checked;
    });
  }

  #statement(statement: Statement): Statement {
    const { place } = statement;
    switch (statement.kind) {
      case "set":
      case "add":
        this.#map(statement.map, place, statement.key);
        this.#value(statement.value);
        return statement;
      case "get":
        this.#map(statement.map, place, statement.key);
        this.#locals.add(statement.into);
        return statement;
      case "has":
        this.#map(statement.map, place, statement.key);
        this.#locals.add(statement.into).add(statement.ok);
        return statement;
      case "delete":
        this.#map(statement.map, place, statement.key);
        return statement;
      case "clear":
      case "clone":
        this.#map(statement.map, place);
        return statement;
      case "len":
        this.#map(statement.map, place);
        this.#locals.add(statement.into);
        return statement;
      case "range":
        this.#map(statement.map, place);
        this.#locals.add(statement.key).add(statement.value);
        return { ...statement, body: this.#loopBody(statement.body) };
      case "for":
        this.#value(statement.below);
        this.#locals.add(statement.variable);
        return { ...statement, body: this.#loopBody(statement.body) };
      case "if":
        this.#value(statement.condition);
        return {
          ...statement,
          body: this.#block(statement.body),
          otherwise: this.#block(statement.otherwise),
        };
      default:
        return this.#waiting(statement);
    }
  }

  #loopBody(body: readonly Statement[]): Statement[] {
    this.#inLoop++;
    const checked = this.#block(body);
    this.#inLoop--;
    return checked;
  }

  #waiting(
    statement: Exclude<
      Statement,
      { kind: "set" | "add" | "get" | "has" | "delete" | "clear" | "clone" | "len" | "range" | "for" | "if" }
    >,
  ): Statement {
    const { place } = statement;
    switch (statement.kind) {
      case "local":
        return this.#local(statement);
      case "load":
        this.#is(statement.variable, "var", place);
        this.#locals.add(statement.into);
        return statement;
      case "store":
        this.#is(statement.variable, "var", place);
        this.#value(statement.value);
        return statement;
      case "method":
        this.#value(statement.value);
        this.#method(statement.object, statement.method, place);
        return statement;
      case "send":
        this.#is(statement.channel, "chan", place);
        this.#value(statement.value);
        return statement;
      case "receive":
        this.#is(statement.channel, "chan", place);
        this.#locals.add(statement.into);
        return statement;
      case "close":
        this.#is(statement.channel, "chan", place);
        return statement;
      case "go":
        this.#is(statement.goroutine, "goroutine", place);
        if (this.#starts.has(statement.goroutine) || this.#inLoop > 0) {
          throw this.#error(
            place,
            `a goroutine is started once; ${statement.goroutine} is started more often`,
          );
        }
        this.#starts.set(statement.goroutine, place);
        return statement;
      default:
        return statement;
    }
  }

  /** `x = 1` is a store when x is a variable of the program, and `r = x` a load. */
  #local(statement: Extract<Statement, { kind: "local" }>): Statement {
    const { place, number, text, into, value } = statement;
    if (this.#kinds.get(into) === "var") {
      this.#value(value);
      return { kind: "store", place, number, text, variable: into, value, atomic: false };
    }
    if (this.#kinds.has(into)) {
      throw this.#error(place, `${into} is a ${this.#kinds.get(into) ?? ""}, and cannot be set`);
    }
    if (value.kind === "local" && this.#kinds.get(value.name) === "var") {
      this.#locals.add(into);
      return { kind: "load", place, number, text, variable: value.name, into, atomic: false };
    }
    this.#value(value);
    this.#locals.add(into);
    return statement;
  }

  #method(object: string, method: string, place: Place): void {
    const kind = this.#kinds.get(object);
    const fits =
      kind === "mutex"
        ? method === "Lock" || method === "Unlock"
        : kind === "rwmutex"
          ? method.endsWith("ock")
          : kind === "waitgroup" && !method.endsWith("ock");
    if (!fits) {
      throw this.#error(
        place,
        kind === undefined
          ? `${object} is not declared; write \`mutex ${object}\``
          : `a ${kind} has no ${method}`,
      );
    }
    const lock = method.replace("Unlock", "Lock").replace("RUnlock", "RLock");
    if (lock === method) {
      this.#locked.add(`${object}.${method}`);
    } else if (!this.#locked.has(`${object}.${lock}`)) {
      throw this.#error(place, `this goroutine has not called ${object}.${lock} before`);
    }
  }

  #map(name: string, place: Place, key?: Expression): void {
    if (key !== undefined) {
      this.#value(key);
    }
    if (name === "m" && !this.#kinds.has(name)) {
      const isString = key?.kind === "literal" && typeof key.value === "string";
      this.#maps.push({ name, key: isString ? "string" : "int", hint: 0, entries: [] });
      this.#kinds.set(name, "map");
    }
    this.#is(name, "map", place);
    const declared = this.#maps.find((map) => map.name === name);
    if (
      key?.kind === "literal" &&
      declared !== undefined &&
      (typeof key.value === "string") !== (declared.key === "string")
    ) {
      throw this.#error(place, `the keys of ${name} are of kind ${declared.key}`);
    }
  }

  #is(name: string, kind: string, place: Place): void {
    const found = this.#kinds.get(name);
    if (found !== kind) {
      const declaration = kind === "goroutine" ? `${name}: …` : `${kind} ${name}`;
      throw this.#error(
        place,
        found === undefined
          ? `${name} is not declared; write \`${declaration}\``
          : `${name} is a ${found}, not a ${kind}`,
      );
    }
  }

  #value(expression: Expression): void {
    if (expression.kind === "binary") {
      this.#value(expression.left);
      this.#value(expression.right);
    } else if (
      expression.kind === "local" &&
      (expression.name === "_" || !this.#locals.has(expression.name))
    ) {
      const kind = this.#kinds.get(expression.name);
      throw this.#error(
        expression.place,
        kind === undefined
          ? `${expression.name} has no value here`
          : kind === "var"
            ? `${expression.name} is shared: read it first, as in \`r = ${expression.name}\``
            : `${expression.name} is a ${kind}, not a value`,
      );
    }
  }

  #error(place: Place, what: string): ProgramSyntaxError {
    return new ProgramSyntaxError(this.parsed.text, place, what);
  }
}
