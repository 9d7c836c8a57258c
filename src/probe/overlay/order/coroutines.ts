/** Package iter: Pull's two sides take turns. Its calls of the race detector stand in no block, as they do nothing without it. */
import { AnchorError } from "../anchors.js";
import type { Edit, FileChange } from "../changes.js";
import { wholeFunction } from "./blocks.js";
import { tellFromOutside } from "./told.js";

const call = /\brace\.(Acquire|Release)\((.+)\)$/gm;

function pull(func: string, calls: number): Edit {
  return {
    anchor: `func ${func}`,
    find: wholeFunction(func),
    replace: ([text], context) => {
      const found = [...text.matchAll(call)].length;
      if (found !== calls) {
        const anchor = `call of the race detector in func ${func}`;
        throw new AnchorError(context.file, anchor, context.goVersion, found, calls);
      }
      return text.replace(call, (_, what: string, address: string) =>
        tellFromOutside(`race.Maptrap${what}(${address})`),
      );
    },
  };
}

/**
 * The changes to package iter, which comes with Go 1.22 as an experiment.
 * @param minor the NN of Go 1.NN
 */
export function coroutineChanges(minor: number): FileChange[] {
  if (minor < 22) {
    return [];
  }
  const calls = minor < 23 ? 8 : 9;
  const edits = ["Pull\\[V any\\]", "Pull2\\[K, V any\\]"].map((func) => pull(func, calls));
  return [{ file: "iter/iter.go", hooks: [], edits }];
}
