/**
 * Finalizers and cleanups: SetFinalizer and AddCleanup come before what they arrange for. What the program did with the object until then comes before
 * it too, as the collector has found that nobody can use the object any more; the probe arranges that in maptrapOrderCollected.
 */
import { before } from "../beside.js";
import type { Edit, FileChange } from "../changes.js";
import { tell } from "./told.js";

const finalizerEdits: readonly Edit[] = [
  before({
    anchor: "the call of addfinalizer in SetFinalizer",
    find: /^\tsystemstack\(func\(\) \{\n\t\tif !addfinalizer\(e\.data, /m,
    statement: tell("maptrapOrderMerge(e.data)"),
  }),
  {
    anchor: "the call of racefingo",
    find: /^\t\tif raceenabled \{\n\t\t\tracefingo\(\)$/m,
    replace: () => "\t\tif maptrapOrdering != 0 {\n\t\t\tmaptrapOrderCollected()",
  },
  before({
    anchor: "the call of a finalizer",
    find: /^\t\t\t\treflectcall\(nil, unsafe\.Pointer\(f\.fn\), frame, .*$/m,
    statement: tell("maptrapOrderAcquire(f.arg)"),
  }),
];

/** In Go 1.24 cleanups go the way of finalizers. */
const cleanupBesideFinalizers: Edit = before({
  anchor: "the call of a cleanup",
  find: /^\t\t\t\t\tcleanup\(\)$/m,
  statement: tell("maptrapOrderAcquire(unsafe.Pointer(f.fn))"),
});

const addCleanup: Edit = before({
  anchor: "the call of addCleanup",
  find: /^\tid := addCleanup\(unsafe\.Pointer\(ptr\), fv\)$/m,
  statement: tell("maptrapOrderMerge(unsafe.Pointer(fv))"),
});

const addCleanupWithArgument: Edit = before({
  anchor: "the call of addCleanup",
  find: /^\tid := addCleanup\(unsafe\.Pointer\(ptr\), cleanupFn\{$/m,
  statement: tell("maptrapOrderMerge(unsafe.Pointer(argv))"),
});

/** The goroutines that run cleanups, from Go 1.25 on. */
function runCleanups(call: RegExp, address: string): readonly Edit[] {
  return [
    {
      anchor: "the call of racefingo in runCleanups",
      find: /^\t\tif raceenabled \{\n((?:\t\t\t\/\/.*\n)*)\t\t\tracefingo\(\)$/m,
      replace: ([, comments = ""]) =>
        `\t\tif maptrapOrdering != 0 {\n${comments}\t\t\tmaptrapOrderCollected()`,
    },
    before({
      anchor: "the call of a cleanup",
      find: call,
      statement: tell(`maptrapOrderAcquire(unsafe.Pointer(${address}))`),
    }),
  ];
}

function cleanupEdits(minor: number): readonly Edit[] {
  switch (minor) {
    case 24:
      return [addCleanup];
    case 25:
      return [addCleanup, ...runCleanups(/^\t\t\tcleanup\(\)$/m, "fn")];
    default:
      return [addCleanupWithArgument, ...runCleanups(/^\t\t\tc\.call\(c\.fn, c\.arg\)$/m, "c.arg")];
  }
}

/**
 * The changes to finalizers and cleanups.
 * @param minor the NN of Go 1.NN
 */
export function finalizerChanges(minor: number): FileChange[] {
  const finalizers: FileChange = {
    file: "runtime/mfinal.go",
    hooks: [],
    edits: minor === 24 ? [...finalizerEdits, cleanupBesideFinalizers] : finalizerEdits,
  };
  if (minor < 24) {
    return [finalizers];
  }
  return [finalizers, { file: "runtime/mcleanup.go", hooks: [], edits: cleanupEdits(minor) }];
}
