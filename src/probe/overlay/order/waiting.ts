/** WaitGroup: what is done before a counter goes down comes before what follows Wait. */
import type { FileChange } from "../changes.js";
import { raceBlocks } from "./blocks.js";
import { partedTwin, partWays, type Parted } from "./twins.js";

/** For the race detector it has a `defer`, which is not to be paid for by a program that runs with the probe off. */
const add: Parted = {
  func: "\\(wg \\*WaitGroup\\) Add",
  receiver: "wg",
  method: "Add",
  args: "delta",
  blocks: 1,
};

/** Before Go 1.25 Wait panics while it ignores synchronisation; who recovers from that is not to ignore it for ever. */
const panics = {
  at: 'panic("sync: WaitGroup is reused',
  before: "if race.MaptrapOrdering != 0 { race.MaptrapIgnore(-1) }",
};

/**
 * The changes to WaitGroup.
 * @param minor the NN of Go 1.NN
 */
export function waitGroupChanges(minor: number): FileChange[] {
  const func = "\\(wg \\*WaitGroup\\) Wait";
  const wait = minor < 25 ? { func, blocks: 3, also: [panics] } : { func, blocks: 5 };
  return [
    {
      file: "sync/waitgroup.go",
      hooks: [],
      edits: [partWays(add), raceBlocks(wait)],
      ends: [partedTwin(add)],
    },
  ];
}
