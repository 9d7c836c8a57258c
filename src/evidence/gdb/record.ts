/**
 * What GDB says through its machine interface (MI), record by record.
 *
 * ```text
 *   12^done,threads=[…]                    result of the request with token 12
 *   *stopped,reason="breakpoint-hit",…     exec: the program stopped or runs
 *   +download,…                            status
 *   =thread-created,id="2",…               notify
 *   ~"text"   @"text"   &"text"            stream: of the console, of the program on a remote target, of GDB's log
 *   (gdb)                                  prompt
 * ```
 *
 * A tuple may hold one name several times (`frame={…},frame={…}`), and a list may hold named values: both are kept as they are.
 */

/** A value: a text, a tuple `{…}` or a list `[…]`. */
export type MiValue = string | MiTuple | MiList;

/** Named values in the order in which they came. */
export interface MiTuple {
  readonly kind: "tuple";
  readonly entries: readonly MiEntry[];
}

/** Values in order; each may have a name. */
export interface MiList {
  readonly kind: "list";
  readonly entries: readonly MiEntry[];
}

/** A value with its name, as far as it has one. */
export interface MiEntry {
  readonly name: string | undefined;
  readonly value: MiValue;
}

/** One record. */
export type MiRecord =
  | {
      readonly kind: "result" | "exec" | "status" | "notify";
      readonly token: number | undefined;
      /** `done`, `error`, `stopped`, `thread-created` … */
      readonly class: string;
      readonly results: MiTuple;
    }
  | { readonly kind: "stream"; readonly stream: "console" | "target" | "log"; readonly text: string }
  | { readonly kind: "prompt" }
  /** A line that is none of these; what it says, with what is no text replaced. */
  | { readonly kind: "other"; readonly line: string };

/** The value of a name; of the first one where there are several. */
export function valueOf(of: MiValue | undefined, name: string): MiValue | undefined {
  return of === undefined || typeof of === "string"
    ? undefined
    : of.entries.find((entry) => entry.name === name)?.value;
}

/** As {@link valueOf}, where the value is a text. */
export function textOf(of: MiValue | undefined, name: string): string | undefined {
  const value = valueOf(of, name);
  return typeof value === "string" ? value : undefined;
}

/** A number, written in decimal or with 0x; undefined where there is none, or one that a number does not hold exactly. */
export function numberOf(of: MiValue | undefined, name: string): number | undefined {
  const text = textOf(of, name);
  if (text === undefined || !/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** What a list or tuple holds, without names; nothing where there is neither. */
export function itemsOf(of: MiValue | undefined): readonly MiValue[] {
  return of === undefined || typeof of === "string" ? [] : of.entries.map(({ value }) => value);
}
