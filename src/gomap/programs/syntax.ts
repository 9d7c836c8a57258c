/**
 * Small concurrent programs on maps: what they consist of.
 *
 * ```text
 *   map m hint 8 {1: 10, 2: 20}      a map[int]int with room for 8 and two entries; map m[string] for other keys
 *   mutex mu  rwmutex rw  waitgroup wg 2  chan c 1  var x
 *   a: for i<3 m[i]=i*2              goroutine a
 *   b: for i<3 _=m[i]                goroutine b, beside it
 * ```
 *
 * The whole grammar is in docs/model.md.
 */
import { MaptrapError } from "../../base/errors.js";

/** Where something stands in the text; both from 1 on. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type KeyKind = "int" | "int32" | "string";

export interface MapDeclaration {
  readonly name: string;
  readonly key: KeyKind;
  readonly hint: number;
  readonly entries: readonly { readonly key: number | string; readonly value: number }[];
}

/** Something that goroutines share besides maps. */
export interface ObjectDeclaration {
  readonly kind: "mutex" | "rwmutex" | "waitgroup" | "chan" | "var";
  readonly name: string;
  /** Initial value of a var or counter, or capacity of a channel. */
  readonly value: number;
}

export type Expression =
  | { readonly kind: "literal"; readonly value: number | string }
  | { readonly kind: "local"; readonly name: string; readonly place: Place }
  | {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Operator = "+" | "-" | "*" | "%" | "==" | "!=" | "<" | ">";

interface StatementBase {
  readonly place: Place;
  /** Its number in the program, from 0 on. */
  readonly number: number;
  /** As it was written. */
  readonly text: string;
}

export type Statement = StatementBase &
  (
    | { readonly kind: "set"; readonly map: string; readonly key: Expression; readonly value: Expression }
    | { readonly kind: "add"; readonly map: string; readonly key: Expression; readonly value: Expression }
    | { readonly kind: "get"; readonly map: string; readonly key: Expression; readonly into: string }
    | {
        readonly kind: "has";
        readonly map: string;
        readonly key: Expression;
        readonly into: string;
        readonly ok: string;
      }
    | { readonly kind: "delete"; readonly map: string; readonly key: Expression }
    | {
        readonly kind: "range";
        readonly map: string;
        readonly key: string;
        readonly value: string;
        readonly body: readonly Statement[];
      }
    | { readonly kind: "clear" | "clone"; readonly map: string }
    | { readonly kind: "len"; readonly map: string; readonly into: string }
    | { readonly kind: "local"; readonly into: string; readonly value: Expression }
    | { readonly kind: "load"; readonly variable: string; readonly into: string; readonly atomic: boolean }
    | {
        readonly kind: "store";
        readonly variable: string;
        readonly value: Expression;
        readonly atomic: boolean;
      }
    | {
        readonly kind: "method";
        readonly object: string;
        readonly method: Method;
        readonly value: Expression;
      }
    | { readonly kind: "send"; readonly channel: string; readonly value: Expression }
    | { readonly kind: "receive"; readonly channel: string; readonly into: string }
    | { readonly kind: "close"; readonly channel: string }
    | { readonly kind: "go"; readonly goroutine: string }
    | { readonly kind: "fence" }
    | {
        readonly kind: "for";
        readonly variable: string;
        readonly from: number;
        readonly below: Expression;
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: "if";
        readonly condition: Expression;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
  );

export type Method = "Lock" | "Unlock" | "RLock" | "RUnlock" | "Add" | "Done" | "Wait";

export interface GoroutineDeclaration {
  readonly name: string;
  readonly place: Place;
  readonly body: readonly Statement[];
  /** Whether a go statement starts it; else it runs from the beginning. */
  readonly started: boolean;
}

export interface Program {
  readonly text: string;
  readonly maps: readonly MapDeclaration[];
  readonly objects: readonly ObjectDeclaration[];
  readonly goroutines: readonly GoroutineDeclaration[];
  /** All statements, by number. */
  readonly statements: readonly Statement[];
}

/** The text of a program cannot be understood. */
export class ProgramSyntaxError extends MaptrapError {
  constructor(
    text: string,
    readonly place: Place,
    readonly what: string,
  ) {
    const line = text.split("\n")[place.line - 1] ?? "";
    super(
      `line ${place.line}, column ${place.column}: ${what}\n  ${line}\n  ${" ".repeat(place.column - 1)}^`,
      {
        wayOut: "docs/model.md has the grammar; `maptrap model list` shows programs to begin with",
        exitStatus: 2,
      },
    );
  }
}
