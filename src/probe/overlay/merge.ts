/** One file of Go's may be changed for several reasons, each stated where it belongs. */
import type { FileChange } from "./changes.js";

/** Puts changes to the same file together, in their order; files stand in the order in which they are first named. */
export function mergeChanges(changes: readonly FileChange[]): FileChange[] {
  const merged = new Map<string, FileChange>();
  for (const change of changes) {
    const known = merged.get(change.file);
    merged.set(change.file, known === undefined ? change : both(known, change));
  }
  return [...merged.values()];
}

function both(one: FileChange, other: FileChange): FileChange {
  const lists: Required<Omit<FileChange, "checks">> = {
    file: one.file,
    hooks: [...one.hooks, ...other.hooks],
    edits: [...one.edits, ...other.edits],
    makers: [...(one.makers ?? []), ...(other.makers ?? [])],
    before: [...(one.before ?? []), ...(other.before ?? [])],
    marks: [...(one.marks ?? []), ...(other.marks ?? [])],
    reseeders: [...(one.reseeders ?? []), ...(other.reseeders ?? [])],
    ends: [...(one.ends ?? []), ...(other.ends ?? [])],
    copies: [...(one.copies ?? []), ...(other.copies ?? [])],
  };
  return one.checks === true || other.checks === true ? { ...lists, checks: true } : lists;
}
