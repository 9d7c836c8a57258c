/**
 * Mutex and RWMutex.
 *
 * An unlocked Mutex is locked, and one that nobody waits for is unlocked, in code that the compiler puts into the caller. It is
 * to stay there, and there is room in it for a look at one byte only: so while order events are recorded the quick way is not taken, and the slow one tells.
 */
import { AnchorError, type Context } from "../anchors.js";
import type { Edit, FileChange } from "../changes.js";
import { raceBlocks, translateBlocks, wholeFunction, type BlocksOf } from "./blocks.js";
import { functionAt } from "./twins.js";

const mutexAddress = "(unsafe.Pointer(m))";

/** Instead of the acquire: acquire and "has the lock". */
function tellOfLock(func: string): Edit {
  return {
    anchor: `func ${func}`,
    find: wholeFunction(func),
    replace: ([text], context) =>
      translateBlocks(text, { func, blocks: 1 }, context).replace(
        `race.MaptrapAcquire${mutexAddress}`,
        `race.MaptrapLock${mutexAddress}`,
      ),
  };
}

const mutexEdits: readonly Edit[] = [
  {
    anchor: "the compare-and-swap in func Lock of Mutex",
    find: /^\tif (?=atomic\.CompareAndSwapInt32\(&m\.state, 0, mutexLocked\) \{$)/m,
    replace: ([text]) => `${text}race.MaptrapOff && `,
  },
  tellOfLock("\\(m \\*Mutex\\) TryLock"),
  tellOfLock("\\(m \\*Mutex\\) lockSlow"),
  {
    anchor: "the addition in func Unlock of Mutex",
    find: /^\tnew := (atomic\.AddInt32\(&m\.state, -mutexLocked\))$/m,
    replace: ([, add = ""]) => `\tnew := int32(1); if race.MaptrapOff { new = ${add} }`,
  },
  {
    anchor: "func unlockSlow of Mutex",
    find: /^func \(m \*Mutex\) unlockSlow\(new int32\) \{$/m,
    replace: ([text]) =>
      `${text} if !race.MaptrapOff { race.MaptrapUnlock${mutexAddress};` +
      ` if new = atomic.AddInt32(&m.state, -mutexLocked); new == 0 { return } }`,
  },
];

const reading = "race.MaptrapLocked(unsafe.Pointer(rw), true)";
const writing = "race.MaptrapLocked(unsafe.Pointer(rw), false)";
const semaphore = (name: string) => `(unsafe.Pointer(&rw.${name}Sem))`;

const readerLock: BlocksOf = {
  func: "\\(rw \\*RWMutex\\) RLock",
  blocks: 2,
  also: [{ at: `race.MaptrapAcquire${semaphore("reader")}`, after: reading }],
};

/** The condition under which RLock waits for a writer. */
const readersWay = /^\tif (?=.*\breaderCount\b.* < 0 \{$)/m;
const readersWait = /^\t\t(runtime_Semacquire\w*\(&rw\.readerSem, false, )0\)$/m;

const readerLockEdit: Edit = {
  anchor: "func RLock of RWMutex",
  find: wholeFunction(readerLock.func),
  replace: ([text], context) => {
    checked(text, readersWay, "the condition in func RLock", context);
    checked(text, readersWait, "the waiting in func RLock", context);
    return text
      .replace(readersWay, "\tif !race.MaptrapOff || ")
      .replace(readersWait, "\t\trw.maptrapRLock()");
  },
};

/** The slow way of RLock: all of it while order events are recorded, else the waiting. */
function readerLockTwin(original: string, context: Context): string {
  const { text, line } = functionAt(original, readerLock.func, context);
  const wait = checked(text, readersWait, "the waiting in func RLock", context);
  const [signature = "", ...body] = translateBlocks(text, readerLock, context)
    .replace(readersWait, "\t\t$11)")
    .split("\n");
  const name = signature.replace(" RLock(", " maptrapRLock(");
  const otherwise = ` if race.MaptrapOff { ${wait[1] ?? ""}1); return }`;
  return `\n//line :${String(line)}:1\n${name}${otherwise}\n${body.join("\n")}\n`;
}

function checked(text: string, find: RegExp, anchor: string, context: Context): RegExpExecArray {
  const match = find.exec(text);
  if (match === null) {
    throw new AnchorError(context.file, anchor, context.goVersion, 0);
  }
  return match;
}

/** The writer comes after the readers and after the writers before it. */
const writerLocks = { at: `race.MaptrapAcquire${semaphore("writer")}`, after: writing };

const readWriteMutex: FileChange = {
  file: "sync/rwmutex.go",
  hooks: [],
  edits: [
    readerLockEdit,
    raceBlocks({ ...readerLock, func: "\\(rw \\*RWMutex\\) TryRLock", blocks: 3 }),
    raceBlocks({
      func: "\\(rw \\*RWMutex\\) RUnlock",
      blocks: 2,
      also: [
        {
          at: `race.MaptrapMerge${semaphore("writer")}`,
          before: "race.MaptrapUnlocked(unsafe.Pointer(rw), true)",
        },
      ],
    }),
    raceBlocks({ func: "\\(rw \\*RWMutex\\) Lock", blocks: 2, also: [writerLocks] }),
    raceBlocks({ func: "\\(rw \\*RWMutex\\) TryLock", blocks: 4, also: [writerLocks] }),
    raceBlocks({
      func: "\\(rw \\*RWMutex\\) Unlock",
      blocks: 2,
      also: [
        {
          at: `race.MaptrapRelease${semaphore("reader")}`,
          before: "race.MaptrapUnlocked(unsafe.Pointer(rw), false)",
        },
      ],
    }),
  ],
  ends: [readerLockTwin],
};

/**
 * The changes to Mutex and RWMutex.
 * @param minor the NN of Go 1.NN
 */
export function lockChanges(minor: number): FileChange[] {
  const file = minor < 24 ? "sync/mutex.go" : "internal/sync/mutex.go";
  return [{ file, hooks: [], edits: mutexEdits }, readWriteMutex];
}
