/** A goroutine of a program as the steps that it does. */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { type SiteId, site } from "../machine/sites.js";
import { SilentLoopError } from "../explore/silent-loop.js";
import { type ModelGoroutine, type Observation } from "../explore/model-goroutine.js";
import {
  ANNOUNCE_WRITER,
  ATOMIC_LOAD,
  ATOMIC_STORE,
  BEGIN,
  CLOSE,
  FENCE,
  GROUP_ADD,
  GROUP_WAIT,
  LOCK,
  READ_LOCK,
  READ_UNLOCK,
  RECEIVE,
  SEND,
  SENT,
  START,
  UNLOCK,
  WRITE_LOCK,
  WRITE_UNLOCK,
} from "../explore/operations.js";
import { type SharedObject, type SharedObjects } from "./objects.js";
import { type MapAccess } from "./map-access.js";
import { type Expression, type GoroutineDeclaration, type Statement } from "./syntax.js";

/** So many rounds of its loops a goroutine may make in which it does no step: nobody could end it there. */
const mostSilentRounds = 100_000;

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;
type Value = number | string;

/** Sites of a statement, made when it is first come to. */
const sites = new Map<string, SiteId>();

function siteOf(goroutine: string, statement: Pick<Statement, "text">, text: string): SiteId {
  const key = `${goroutine}\0${statement.text}\0${text}`;
  let id = sites.get(key);
  if (id === undefined) {
    id = site(goroutine, statement.text, text);
    sites.set(key, id);
  }
  return id;
}

/** One run of a goroutine's code. */
export class GoroutineCode {
  readonly #locals = new Map<string, Value>();
  readonly #name: string;
  /** Statements that do steps, and rounds of loops without any, so far. */
  #stepping = 0;
  #silentRounds = 0;

  constructor(
    private readonly g: ModelGoroutine,
    private readonly declaration: GoroutineDeclaration,
    private readonly shared: SharedObjects,
    private readonly access: MapAccess,
  ) {
    this.#name = declaration.name;
  }

  *run(): Steps<void> {
    const start = this.shared.started.get(this.#name);
    if (start !== undefined) {
      this.g.announce(BEGIN, start, siteOf(this.#name, { text: "go" }, "begin"));
      yield;
    }
    yield* this.#block(this.declaration.body);
  }

  *#block(statements: readonly Statement[]): Steps<void> {
    for (const statement of statements) {
      yield* this.#statement(statement);
    }
  }

  *#statement(statement: Statement): Steps<void> {
    this.g.statement = statement.number;
    if (statement.kind !== "for" && statement.kind !== "if" && statement.kind !== "local") {
      this.#stepping++;
    }
    switch (statement.kind) {
      case "set":
      case "add":
      case "get":
      case "has":
      case "delete":
      case "clear":
      case "clone":
      case "len":
        return yield* this.#mapOperation(statement);
      case "range":
        return yield* this.#range(statement);
      case "for":
        return yield* this.#loop(statement);
      case "if":
        return yield* this.#block(
          this.#value(statement.condition) === 0 ? statement.otherwise : statement.body,
        );
      case "local":
        this.#set(statement.into, this.#value(statement.value));
        return undefined;
      case "load":
      case "store":
        return yield* this.#variable(statement);
      case "send":
        return yield* this.#send(statement);
      case "receive":
        return yield* this.#receive(statement);
      case "method":
        return yield* this.#method(statement);
      default:
        return yield* this.#other(statement);
    }
  }

  *#loop(statement: Of<"for">): Steps<void> {
    for (let count = statement.from; count < Number(this.#value(statement.below)); count++) {
      this.#set(statement.variable, count);
      const before = this.#stepping;
      yield* this.#block(statement.body);
      if (this.#stepping === before && ++this.#silentRounds > mostSilentRounds) {
        throw new SilentLoopError();
      }
    }
  }

  *#mapOperation(
    statement: Of<"set" | "add" | "get" | "has" | "delete" | "clear" | "clone" | "len">,
  ): Steps<void> {
    const { g, access } = this;
    const map = access.map(statement.map);
    const key = "key" in statement ? this.#value(statement.key) : undefined;
    const observation = this.#observe(statement, key);
    switch (statement.kind) {
      case "set":
        observation.value = Number(this.#value(statement.value));
        yield* access.set(g, map, key ?? 0, observation.value);
        break;
      case "add":
        observation.value = yield* access.add(g, map, key ?? 0, Number(this.#value(statement.value)));
        break;
      case "get":
      case "has":
        observation.value = yield* access.get(g, map, key ?? 0, statement.kind === "has");
        this.#set(statement.into, observation.value ?? 0);
        if (statement.kind === "has") {
          this.#set(statement.ok, observation.value === undefined ? 0 : 1);
        }
        break;
      case "delete":
        yield* access.delete(g, map, key ?? 0);
        break;
      case "clear":
        yield* access.clear(g, map);
        break;
      case "clone":
        yield* access.clone(g, map);
        break;
      case "len":
        observation.value = yield* access.len(g, map);
        this.#set(statement.into, observation.value);
    }
    observation.ended = true;
  }

  *#range(statement: Of<"range">): Steps<void> {
    const { g, access } = this;
    const entries: (readonly [Value, number])[] = [];
    const observation = this.#observe(statement, undefined, entries);
    const writes = statement.body.some(changesMap);
    yield* access.range(g, access.map(statement.map), writes, (key, value) => {
      entries.push([key, value]);
      this.#set(statement.key, key);
      this.#set(statement.value, value);
      return this.#block(statement.body);
    });
    g.statement = statement.number;
    observation.ended = true;
  }

  *#variable(statement: Of<"load" | "store">): Steps<void> {
    const { g } = this;
    const { address } = this.#object(statement.variable);
    const text = `${statement.atomic ? "atomic " : ""}${statement.kind} ${statement.variable}`;
    const at = siteOf(this.#name, statement, text);
    if (statement.kind === "store") {
      const value = Number(this.#value(statement.value));
      if (statement.atomic) {
        g.announce(ATOMIC_STORE, address, at, halves(value));
        yield;
      } else {
        g.storeWord(address, value, at) ?? (yield);
      }
      return;
    }
    const observation = this.#observe(statement, undefined);
    if (statement.atomic) {
      g.announce(ATOMIC_LOAD, address, at);
      observation.value = yield;
    } else {
      observation.value = g.loadWord(address, at) ?? (yield);
    }
    observation.ended = true;
    this.#set(statement.into, observation.value);
  }

  *#send(statement: Of<"send">): Steps<void> {
    const { g } = this;
    const { address, capacity } = this.#object(statement.channel);
    const value = Number(this.#value(statement.value));
    g.announce(SEND, address, siteOf(this.#name, statement, `send to ${statement.channel}`), [
      value | 0,
      capacity,
    ]);
    const number = yield;
    let isClosed = number === 0;
    if (!isClosed && capacity === 0) {
      const at = siteOf(this.#name, statement, `wait until ${statement.channel} was received from`);
      g.announce(SENT, address, at, [number, 0]);
      isClosed = (yield) === 0;
    }
    if (isClosed) {
      g.panic("send on closed channel", siteOf(this.#name, statement, `send to ${statement.channel}`));
      yield;
    }
  }

  *#receive(statement: Of<"receive">): Steps<void> {
    const { g } = this;
    const { address, capacity } = this.#object(statement.channel);
    const observation = this.#observe(statement, undefined);
    const at = siteOf(this.#name, statement, `receive from ${statement.channel}`);
    g.announce(RECEIVE, address, at, [0, capacity]);
    const loaded = yield;
    observation.value = loaded >= twoTo32 ? (loaded % twoTo32) | 0 : undefined;
    observation.ended = true;
    this.#set(statement.into, observation.value ?? 0);
  }

  *#method(statement: Of<"method">): Steps<void> {
    const { g } = this;
    const { object, method } = statement;
    const { address } = this.#object(object);
    const at = siteOf(this.#name, statement, `${object}.${method}`);
    const isReadWrite = this.access.isReadWriteLock(object);
    switch (method) {
      case "Lock":
        if (isReadWrite) {
          g.announce(ANNOUNCE_WRITER, address, siteOf(this.#name, statement, `${object}.Lock (announce)`));
          yield;
        }
        g.announce(isReadWrite ? WRITE_LOCK : LOCK, address, at);
        yield;
        return;
      case "Unlock":
        yield* this.#unlock(isReadWrite ? WRITE_UNLOCK : UNLOCK, address, at);
        return;
      case "RLock":
        g.announce(READ_LOCK, address, at);
        yield;
        return;
      case "RUnlock":
        yield* this.#unlock(READ_UNLOCK, address, at);
        return;
      case "Wait":
        g.announce(GROUP_WAIT, address, at);
        yield;
        return;
      default: {
        const by = method === "Done" ? -1 : Number(this.#value(statement.value));
        g.announce(GROUP_ADD, address, at, halves(by));
        const counter = (yield) | 0;
        if (counter < 0) {
          g.panic("sync: negative WaitGroup counter", at);
          yield;
        }
      }
    }
  }

  *#unlock(kind: number, address: Address, at: SiteId): Steps<void> {
    this.g.announce(kind, address, at);
    if ((yield) === 0) {
      this.g.panic("sync: unlock of unlocked mutex", at);
      yield;
    }
  }

  *#other(statement: Of<"close" | "go" | "fence">): Steps<void> {
    const { g } = this;
    if (statement.kind === "close") {
      const at = siteOf(this.#name, statement, `close ${statement.channel}`);
      g.announce(CLOSE, this.#object(statement.channel).address, at);
      if ((yield) !== 0) {
        g.panic("close of closed channel", at);
        yield;
      }
    } else if (statement.kind === "go") {
      const address = this.shared.started.get(statement.goroutine);
      if (address !== undefined) {
        g.announce(START, address, siteOf(this.#name, statement, `go ${statement.goroutine}`));
        yield;
      }
    } else {
      g.announce(FENCE, g.memory.scratch(0), siteOf(this.#name, statement, "fence"));
      yield;
    }
  }

  #observe(
    statement: Statement,
    key: Value | undefined,
    entries?: (readonly [Value, number])[],
  ): Writable<Observation> {
    const observation: Writable<Observation> = {
      statement: statement.number,
      kind: observedKind(statement.kind),
      key,
      ended: false,
      ...(entries === undefined ? {} : { entries }),
    };
    this.g.observations.push(observation);
    return observation;
  }

  #set(name: string, value: Value): void {
    this.#locals.set(name, value);
  }

  #object(name: string): SharedObject {
    const object = this.shared.objects.get(name);
    if (object === undefined) {
      throw new RangeError(`${name} is not declared`);
    }
    return object;
  }

  #value(expression: Expression): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "local":
        return this.#locals.get(expression.name) ?? 0;
      default:
        return compute(expression.operator, this.#value(expression.left), this.#value(expression.right));
    }
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const twoTo32 = 0x1_0000_0000;

function halves(value: number): readonly [number, number] {
  return [value | 0, Math.floor(value / twoTo32) | 0];
}

function observedKind(kind: Statement["kind"]): Observation["kind"] {
  switch (kind) {
    case "get":
    case "has":
    case "len":
    case "range":
    case "delete":
    case "clear":
    case "clone":
    case "receive":
    case "set":
      return kind;
    case "add":
      return "set";
    default:
      return "variable";
  }
}

function changesMap(statement: Statement): boolean {
  switch (statement.kind) {
    case "set":
    case "add":
    case "delete":
    case "clear":
      return true;
    case "for":
    case "range":
      return statement.body.some(changesMap);
    case "if":
      return statement.body.some(changesMap) || statement.otherwise.some(changesMap);
    default:
      return false;
  }
}

function compute(
  operator: Extract<Expression, { kind: "binary" }>["operator"],
  left: Value,
  right: Value,
): Value {
  if (operator === "+" && (typeof left === "string" || typeof right === "string")) {
    return `${left}${right}`;
  }
  const a = Number(left);
  const b = Number(right);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "%":
      return b === 0 ? 0 : a % b;
    case "==":
      return left === right ? 1 : 0;
    case "!=":
      return left === right ? 0 : 1;
    case "<":
      return a < b ? 1 : 0;
    default:
      return a > b ? 1 : 0;
  }
}
