/**
 * The mark of a writer in a run: `hashWriting` in `h.flags` of a classic map, `m.writing` of a swiss one. Which steps set, clear and
 * test it, and what others were in the middle of meanwhile.
 */
import { type Execution } from "../explore/execution.js";
import { isTerminal, LOAD, STORE } from "../explore/operations.js";
import { siteAt } from "../machine/sites.js";
import { type CompiledProgram } from "./compiled.js";
import { type Statement } from "./syntax.js";

/** What a step does to or learns of a map's mark. Numbers, because a run keeps one for each step; 0 is nothing. */
export const MARK_NONE = 0;
/** The mark is set. */
export const MARK_SET = 1;
/** The mark is taken away, by the one who set it or by another one's toggling. */
export const MARK_CLEARED = 2;
/** Whoever begins looks whether somebody is writing: nobody is marked. */
export const MARK_FOUND_CLEAR = 3;
/** The same: somebody is. */
export const MARK_FOUND_SET = 4;
/** A writer at its end finds its mark as it should be. */
export const MARK_STILL_SET = 5;
/** A writer at its end finds that its mark is gone. */
export const MARK_GONE = 6;
/** Whoever begins sees nobody marked, while another's mark has not left its store buffer. */
export const MARK_IN_BUFFER = 7;

/** Phases in which the mark is looked at by one who begins, and by a writer at its end. */
const entryPhases: ReadonlySet<string> = new Set(["check"]);
const exitPhases: ReadonlySet<string> = new Set(["check again", "finish"]);
const markNames = /(?<field>[hm]|src)\.(?<name>flags|writing)$/;
/** `hashWriting` in `h.flags`. */
const hashWriting = 4;

/** Whether a step's text (`load h.flags`) is about the word that has the mark, and which bits of that word it is. */
function markBits(text: string): number {
  const name = markNames.exec(text)?.groups?.["name"];
  return name === undefined ? 0 : name === "flags" ? hashWriting : 0xff;
}

const bitsOfSite = new Map<number, number>();

/** The same for a site; looked up once. */
export function markBitsAt(site: number): number {
  let bits = bitsOfSite.get(site);
  if (bits === undefined) {
    bits = markBits(siteAt(site).text);
    bitsOfSite.set(site, bits);
  }
  return bits;
}

/**
 * What the step of a node is to the mark.
 *
 * @param before what the mark's word held before the step
 * @param loaded what the step loaded, where it is a load
 */
export function markOf(
  histories: CompiledProgram["histories"],
  node: number,
  { before, loaded }: { readonly before: number; readonly loaded: number },
): number {
  const kind = histories.kind[node] ?? 0;
  if (kind !== LOAD && kind !== STORE) {
    return MARK_NONE;
  }
  const site = histories.site[node] ?? 0;
  const bits = markBitsAt(site);
  if (bits === 0) {
    return MARK_NONE;
  }
  if (kind === STORE) {
    const after = (histories.low[node] ?? 0) & bits;
    return after === (before & bits) ? MARK_NONE : after === 0 ? MARK_CLEARED : MARK_SET;
  }
  const { phase } = siteAt(site);
  const found = (loaded & bits) !== 0;
  if (entryPhases.has(phase)) {
    return found ? MARK_FOUND_SET : MARK_FOUND_CLEAR;
  }
  // `m.writing ^= 1` at the end loads as well; there the value is not looked at.
  return exitPhases.has(phase) ? (found ? MARK_STILL_SET : MARK_GONE) : MARK_NONE;
}

/** What statements change a map. */
export function isChange({ kind }: Pick<Statement, "kind">): boolean {
  return kind === "set" || kind === "add" || kind === "delete" || kind === "clear";
}

/** The map that a statement is about. */
export function mapOf(statement: Statement | undefined): string | undefined {
  return statement !== undefined && "map" in statement ? statement.map : undefined;
}

/**
 * The operation on a map that a goroutine is in the middle of: it has done a step of it, and has more to do.
 *
 * @returns its statement
 */
export function underWay(
  { histories, program }: Pick<CompiledProgram, "histories" | "program">,
  execution: Execution,
  goroutine: number,
): Statement | undefined {
  const node = execution.node[goroutine] ?? 0;
  const parent = histories.parent[node] ?? -1;
  if (
    parent < 0 ||
    isTerminal(histories.kind[node] ?? 0) ||
    histories.operation[node] !== histories.operation[parent] ||
    histories.statement[node] !== histories.statement[parent]
  ) {
    return undefined;
  }
  const statement = program.statements[histories.statement[node] ?? 0];
  return mapOf(statement) === undefined ? undefined : statement;
}
