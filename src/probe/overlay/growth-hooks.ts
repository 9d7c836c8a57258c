/**
 * Where maps grow, by Go version, and what is put there for the recorder: probe/runtime/growth_classic.go and
 * probe/maps/growth.go say what is made of it.
 *
 * Found by reading the files named here in Go 1.19, 1.21 to 1.27. The fast variants of classic maps have evacuations of
 * their own, which all end in `advanceEvacuationMark`; the fast variants of swiss maps call the functions named here.
 */
import { after, before } from "./beside.js";
import type { FileChange } from "./changes.js";

/** Classic maps: up to Go 1.23, and in 1.24 and 1.25 for GOEXPERIMENT=noswissmap. */
function classicGrowth(file: string): FileChange {
  const tell = (call: string): string => `if maptrapRecording != 0 { ${call} }`;
  const edits = [
    before({
      anchor: "h.B += bigger in hashGrow",
      find: /^\th\.B \+= bigger$/m,
      statement: tell("maptrapGrowthBegins(h, bigger)"),
    }),
    before({
      anchor: "h.nevacuate++ in advanceEvacuationMark",
      find: /^\th\.nevacuate\+\+$/m,
      statement: "maptrapBefore := h.nevacuate",
    }),
    before({
      anchor: "the test for the end in advanceEvacuationMark",
      find: /^\tif h\.nevacuate == newbit \{/m,
      statement: tell("maptrapEvacuated(h, maptrapBefore, newbit)"),
    }),
    after({
      anchor: "the reset of sameSizeGrow in advanceEvacuationMark",
      find: /^\t\th\.flags &\^= sameSizeGrow$/m,
      statement: tell("maptrapGrown(h, newbit)"),
    }),
    before({
      anchor: "the reset of sameSizeGrow in mapclear",
      find: /^\th\.flags &\^= sameSizeGrow$/m,
      statement: tell("maptrapCleared(h)"),
    }),
  ];
  return { file, hooks: [], edits };
}

/** What is put into internal/runtime/maps: a call that is made while the recorder is on. */
const tellOfMap = (kind: string, a: string, b: string): string =>
  `if MaptrapOn == maptrapRecords { m.maptrapGrew(${kind}, ${a}, ${b}) }`;

const swissMap: FileChange = {
  file: "internal/runtime/maps/map.go",
  hooks: [],
  edits: [
    after({
      anchor: "the last assignments in growToTable",
      find: /^\tm\.globalDepth = 0\n\tm\.globalShift = depthToShift\(m\.globalDepth\)$/m,
      statement: tellOfMap("maptrapKindTable", "uint64(tab.capacity)", "m.used"),
    }),
    after({
      anchor: "m.dirLen = len(newDir) in installTableSplit",
      find: /^\t\tm\.dirLen = len\(newDir\)$/m,
      statement: tellOfMap("maptrapKindDirectory", "uint64(m.globalDepth)", "m.used"),
    }),
    before({
      anchor: "the call of clearSmall in Clear",
      find: /^\tif m\.dirLen == 0 \{\n\t\tm\.clearSmall\(typ\)$/m,
      statement: tellOfMap("maptrapKindClear", "m.used", "0"),
    }),
  ],
};

/** Before Go 1.25 tombstones are never pruned. */
function swissTable(minor: number): FileChange {
  const grow = after({
    anchor: "m.replaceTable(newTable) in grow",
    find: /^\tm\.replaceTable\(newTable\)$/m,
    statement: tellOfMap("maptrapKindTableGrowth", "uint64(newCapacity)", "uint64(t.used)"),
  });
  const split = after({
    anchor: "m.installTableSplit(t, left, right) in split",
    find: /^\tm\.installTableSplit\(t, left, right\)$/m,
    statement: tellOfMap("maptrapKindSplit", "uint64(localDepth)", "uint64(t.used)"),
  });
  const prune = after({
    // The function returns before its last loop when there is not enough to prune.
    anchor: "the last loop of pruneTombstones",
    find: /^func \(t \*table\) pruneTombstones\([^]*?\n\t\}(?=\n\}$)/m,
    statement: tellOfMap("maptrapKindPruned", "uint64(t.capacity)", "uint64(t.used)"),
  });
  const edits = minor < 25 ? [grow, split] : [grow, split, prune];
  return { file: "internal/runtime/maps/table.go", hooks: [], edits };
}

/**
 * The changes by which the recorder is told of the growth of maps.
 * @param minor the NN of Go 1.NN
 */
export function growthChanges(minor: number): FileChange[] {
  if (minor < 24) {
    return [classicGrowth("runtime/map.go")];
  }
  const classic = minor < 26 ? [classicGrowth("runtime/map_noswiss.go")] : [];
  return [...classic, swissMap, swissTable(minor)];
}
