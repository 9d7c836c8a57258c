/** WaitGroup and Cond: who wakes comes before who is woken. */
import { after, before } from "../beside.js";
import type { FileChange } from "../changes.js";
import { raceBlocks, wholeFunction } from "./blocks.js";
import { tell } from "./told.js";
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

function waitGroup(minor: number): FileChange {
  const func = "\\(wg \\*WaitGroup\\) Wait";
  const wait = minor < 25 ? { func, blocks: 3, also: [panics] } : { func, blocks: 5 };
  return {
    file: "sync/waitgroup.go",
    hooks: [],
    edits: [partWays(add), raceBlocks(wait)],
    ends: [partedTwin(add)],
  };
}

/**
 * Cond. The race detector is told nothing of it, as the lock mostly orders the two sides; but Go's memory model promises that Signal and
 * Broadcast come before the Wait that they unblock. A goroutine that waits in the list has its place there as the address; one
 * that has taken its number and is not in the list yet finds that it need not wait, and comes after all that made it so.
 */
const condition: FileChange = {
  file: "runtime/sema.go",
  hooks: [],
  edits: [
    after({
      anchor: "the test of the ticket in notifyListWait",
      find: /^\tif less\(t, l\.notify\) \{\n\t\tunlock\(&l\.lock\)$/m,
      statement: tell("maptrapOrderAcquire(unsafe.Pointer(l))"),
    }),
    after({
      anchor: "the parking in notifyListWait",
      find: /^\tgoparkunlock\(&l\.lock, .*\)$/m,
      statement: tell("maptrapOrderAcquire(unsafe.Pointer(s))"),
    }),
    before({
      anchor: "the store of the ticket in notifyListNotifyAll",
      find: /^\tatomic\.Store\(&l\.notify, (?:l\.wait\.Load\(\)|atomic\.Load\(&l\.wait\))\)$/m,
      statement: tell("maptrapOrderMerge(unsafe.Pointer(l))"),
    }),
    after({
      anchor: "s.next = nil in notifyListNotifyAll",
      find: /^\t\ts\.next = nil$/m,
      statement: tell("maptrapOrderRelease(unsafe.Pointer(s))"),
    }),
    after({
      anchor: "s.next = nil in notifyListNotifyOne",
      find: /^\t\t\ts\.next = nil$/m,
      statement: tell("maptrapOrderRelease(unsafe.Pointer(s))"),
    }),
    {
      anchor: "func notifyListNotifyOne",
      find: wholeFunction("notifyListNotifyOne"),
      replace: ([text]) =>
        text.replace(
          /^\tunlock\(&l\.lock\)\n\}$/m,
          (end) => `\t${tell("maptrapOrderMerge(unsafe.Pointer(l))")}; ${end.trimStart()}`,
        ),
    },
  ],
};

/**
 * The changes to WaitGroup and Cond.
 * @param minor the NN of Go 1.NN
 */
export function waitingChanges(minor: number): FileChange[] {
  return [waitGroup(minor), condition];
}
