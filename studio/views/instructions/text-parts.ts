/** An instruction's text in parts that are coloured differently. */
import type { InstructionView } from "../../../src/analysis/asm/function-view.js";
import { shown } from "../../../src/report/text/shown.js";

/** What a part is. */
export type PartKind = "call" | "jump" | "name" | "register" | "number" | "symbol" | "plain";

/** A part. */
export interface TextPart {
  readonly kind: PartKind;
  readonly text: string;
}

/** Longer texts are cut before anything is done with them. */
const most = 400;

/** Foreign text that may be of any length, on one line. */
export function line(text: string): string {
  return shown(text.length > most ? text.slice(0, most) : text);
}

const parts =
  /(?<register>%[a-z]+[0-9]*[a-z]*|\b(?:[re]?[abcd]x|[abcd][lh]|[re]?[sd]il?|[re]?[sb]pl?|r(?:8|9|1[0-5])[dwbl]?|[xyz]mm[0-9]{1,2}|[fg]s)\b)|(?<number>\$?-?\b0x[0-9a-f]+\b|\$-?0x[0-9a-f]+)|(?<symbol>[\p{L}_][^\s,()[\]]*(?:\([^)]*\)[^\s,()[\]]*)*)|(?<plain>[^\s]|\s+)/gu;

/** Cuts the text of an instruction. Together the parts are the text. */
export function textParts({ text, instruction: { flow } }: InstructionView): readonly TextPart[] {
  const all = line(text);
  const space = all.search(/\s/);
  const name = space === -1 ? all : all.slice(0, space);
  const kind =
    flow === "call" || flow === "indirect call"
      ? "call"
      : flow === "branch" || flow === "conditional branch" || flow === "indirect branch" || flow === "return"
        ? "jump"
        : "name";
  const rest = space === -1 ? "" : all.slice(space);
  if (flow === "call" || (kind === "jump" && flow !== "return")) {
    // A name of Go can hold anything, brackets and commas too.
    return [
      { kind, text: name },
      { kind: /^\s+[*+]/.test(rest) ? "plain" : "symbol", text: rest },
    ];
  }
  const found: TextPart[] = [{ kind, text: name }];
  for (const { 0: piece, groups } of rest.matchAll(parts)) {
    const named = Object.entries(groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? "plain";
    const isKind = (one: string): one is PartKind =>
      one === "register" || one === "number" || one === "symbol";
    found.push({ kind: isKind(named) ? named : "plain", text: piece });
  }
  return found;
}
