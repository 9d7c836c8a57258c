/** Turns the statements of a function into the blocks of its body. */
import { type Block, type CaseClause, type Expr, type Stmt } from "../ast.js";
import { exitBlock, type BodyBuilder, type EventPlace, type LockRef } from "./body.js";

/** What a statement's parts need to be turned into events. */
export interface StatementHost {
  readonly builder: BodyBuilder;
  /** For each loop around what is looked at: what is waited for in it. */
  readonly loops: string[][];
  /** An expression that is evaluated here. */
  readonly expression: (expr: Expr) => void;
  /** Everything but what steers: assignments, sends, calls, declarations, `go`, `defer`, `return`. */
  readonly simple: (stmt: SimpleStmt) => void;
  /** The operand of a range loop, before its first step. */
  readonly rangeOperand: (expr: Expr) => void;
  /** The head of a range loop: each step of it. */
  readonly rangeStep: (stmt: Extract<Stmt, { kind: "Range" }>) => void;
  /** After a range loop is done. */
  readonly rangeEnd: (stmt: Extract<Stmt, { kind: "Range" }>) => void;
  readonly typeSwitch: (stmt: Extract<Stmt, { kind: "TypeSwitch" }>) => void;
  /** The lock that `cond` says was taken, and for which answer: `mu.TryLock()`, `!mu.TryLock()`, `ok`. */
  readonly triedLock: (cond: Expr) => { readonly lock: TriedLock; readonly when: boolean } | null;
}

/** A lock that TryLock may have taken. */
export interface TriedLock {
  readonly lock: LockRef;
  readonly mode: "lock" | "rlock";
  readonly at: EventPlace;
}

/** Statements that do not steer. */
export type SimpleStmt = Extract<
  Stmt,
  { kind: "ExprStmt" | "Send" | "IncDec" | "Assign" | "Go" | "Defer" | "Return" | "DeclStmt" }
>;

interface Target {
  readonly label: string | null;
  readonly breakTo: number;
  /** null for what cannot be continued: switch and select. */
  readonly continueTo: number | null;
}

/** Nesting deeper than this is not followed; no program that people write comes near. */
const deepest = 300;

/** Turns statements into blocks. */
export class StatementLowering {
  readonly #host: StatementHost;
  readonly #targets: Target[] = [];
  readonly #labels = new Map<string, number>();
  #label: string | null = null;
  #depth = 0;

  constructor(host: StatementHost) {
    this.#host = host;
  }

  block(block: Block): void {
    this.list(block.list);
  }

  list(list: readonly Stmt[]): void {
    this.#depth += 1;
    if (this.#depth < deepest) {
      for (const stmt of list) {
        this.#statement(stmt);
      }
    }
    this.#depth -= 1;
  }

  #statement(stmt: Stmt): void {
    const label = this.#label;
    this.#label = null;
    switch (stmt.kind) {
      case "Block":
        this.list(stmt.list);
        break;
      case "Empty":
        break;
      case "Labeled":
        this.#host.builder.continueIn(this.#labelBlock(stmt.label));
        this.#label = stmt.label;
        this.list([stmt.stmt]);
        this.#label = null;
        break;
      case "Branch":
        this.#branch(stmt.what, stmt.label);
        break;
      case "Return":
        this.#host.simple(stmt);
        this.#host.builder.jump(exitBlock);
        break;
      case "If":
        this.#if(stmt);
        break;
      case "For":
        this.#for(stmt, label);
        break;
      case "Range":
        this.#range(stmt, label);
        break;
      case "Switch":
        this.#switch(stmt, label);
        break;
      case "TypeSwitch":
        this.#typeSwitch(stmt, label);
        break;
      case "Select":
        this.#select(stmt, label);
        break;
      case "ExprStmt":
      case "Send":
      case "IncDec":
      case "Assign":
      case "Go":
      case "Defer":
      case "DeclStmt":
        this.#host.simple(stmt);
        break;
    }
  }

  #labelBlock(label: string): number {
    const known = this.#labels.get(label);
    const block = known ?? this.#host.builder.block();
    this.#labels.set(label, block);
    return block;
  }

  #branch(what: "break" | "continue" | "goto" | "fallthrough", label: string | null): void {
    const { builder } = this.#host;
    if (what === "goto") {
      builder.jump(this.#labelBlock(label ?? ""));
      return;
    }
    if (what === "fallthrough") {
      return;
    }
    const target = this.#targets.findLast(
      (one) => (label === null || one.label === label) && (what === "break" || one.continueTo !== null),
    );
    builder.jump((what === "break" ? target?.breakTo : target?.continueTo) ?? exitBlock);
  }

  #optional(stmt: Stmt | null): void {
    if (stmt !== null) {
      this.list([stmt]);
    }
  }

  #if(stmt: Extract<Stmt, { kind: "If" }>): void {
    const { builder } = this.#host;
    const end = builder.block();
    let current: Extract<Stmt, { kind: "If" }> | null = stmt;
    // A chain of else-ifs may be long, so it is no recursion.
    while (current !== null) {
      this.#optional(current.init);
      this.#host.expression(current.cond);
      const tried = this.#host.triedLock(current.cond);
      const otherwise = builder.block();
      const body = builder.block();
      builder.link(body);
      builder.jump(otherwise);
      builder.enter(body);
      this.#take(tried, true);
      this.block(current.body);
      builder.jump(end);
      builder.enter(otherwise);
      this.#take(tried, false);
      const next: Block | Extract<Stmt, { kind: "If" }> | null = current.otherwise;
      current = null;
      if (next?.kind === "If") {
        current = next;
      } else if (next !== null) {
        this.block(next);
      }
    }
    builder.jump(end);
    builder.enter(end);
  }

  #take(tried: { readonly lock: TriedLock; readonly when: boolean } | null, branch: boolean): void {
    if (tried?.when === branch) {
      this.#host.builder.add({ kind: "lock", ...tried.lock });
    }
  }

  #for(stmt: Extract<Stmt, { kind: "For" }>, label: string | null): void {
    const { builder } = this.#host;
    this.#optional(stmt.init);
    const head = builder.block();
    const post = builder.block();
    const done = builder.block();
    const end = builder.block();
    builder.continueIn(head);
    this.#host.loops.push([]);
    if (stmt.cond !== null) {
      this.#host.expression(stmt.cond);
      const tried = this.#host.triedLock(stmt.cond);
      const body = builder.block();
      builder.link(done);
      builder.continueIn(body);
      this.#take(tried, true);
    }
    this.#inside({ label, breakTo: end, continueTo: post }, stmt.body.list);
    builder.continueIn(post);
    this.#optional(stmt.post);
    builder.jump(head);
    builder.enter(done);
    this.#loopDone();
    builder.continueIn(end);
  }

  /** A loop that waits in each of its steps is taken to have as many steps as there are goroutines to be waited for. */
  #loopDone(): void {
    const waited = this.#host.loops.pop() ?? [];
    if (waited.length > 0) {
      this.#host.builder.add({ kind: "join", keys: waited, all: true });
    }
  }

  #range(stmt: Extract<Stmt, { kind: "Range" }>, label: string | null): void {
    const { builder } = this.#host;
    this.#host.rangeOperand(stmt.x);
    const head = builder.block();
    const done = builder.block();
    const end = builder.block();
    builder.continueIn(head);
    this.#host.loops.push([]);
    this.#host.rangeStep(stmt);
    builder.link(done);
    builder.continueIn(builder.block());
    this.#inside({ label, breakTo: end, continueTo: head }, stmt.body.list);
    builder.jump(head);
    builder.enter(done);
    this.#loopDone();
    this.#host.rangeEnd(stmt);
    builder.continueIn(end);
  }

  #inside(target: Target, list: readonly Stmt[]): void {
    this.#targets.push(target);
    this.list(list);
    this.#targets.pop();
  }

  #switch(stmt: Extract<Stmt, { kind: "Switch" }>, label: string | null): void {
    this.#optional(stmt.init);
    if (stmt.tag !== null) {
      this.#host.expression(stmt.tag);
    }
    this.#cases(stmt.cases, label, true);
  }

  #typeSwitch(stmt: Extract<Stmt, { kind: "TypeSwitch" }>, label: string | null): void {
    this.#optional(stmt.init);
    this.#host.expression(stmt.x);
    this.#host.typeSwitch(stmt);
    this.#cases(stmt.cases, label, false);
  }

  #cases(cases: readonly CaseClause[], label: string | null, values: boolean): void {
    const { builder } = this.#host;
    const end = builder.block();
    const bodies = cases.map(() => builder.block());
    let fallback = end;
    for (const [i, clause] of cases.entries()) {
      const body = bodies[i] ?? end;
      if (clause.exprs === null) {
        fallback = body;
        continue;
      }
      for (const expr of values ? clause.exprs : []) {
        this.#host.expression(expr);
      }
      builder.link(body);
      builder.continueIn(builder.block());
    }
    builder.jump(fallback);
    for (const [i, clause] of cases.entries()) {
      builder.enter(bodies[i] ?? end);
      this.#inside({ label, breakTo: end, continueTo: null }, clause.body);
      const last = clause.body.at(-1);
      const fallsThrough = last?.kind === "Branch" && last.what === "fallthrough";
      builder.jump((fallsThrough ? bodies[i + 1] : undefined) ?? end);
    }
    builder.enter(end);
  }

  #select(stmt: Extract<Stmt, { kind: "Select" }>, label: string | null): void {
    const { builder } = this.#host;
    const end = builder.block();
    const start = builder.current;
    builder.stop();
    for (const clause of stmt.cases) {
      if (start === null) {
        break;
      }
      builder.enter(start);
      builder.continueIn(builder.block());
      this.#optional(clause.comm);
      this.#inside({ label, breakTo: end, continueTo: null }, clause.body);
      builder.jump(end);
    }
    builder.enter(end);
  }
}
