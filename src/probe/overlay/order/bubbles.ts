/** The bubbles of testing/synctest: what goroutines of a bubble did before they blocked comes before what follows Wait. */
import type { FileChange } from "../changes.js";
import { raceBlocks } from "./blocks.js";

/**
 * The changes for bubbles: an experiment in Go 1.24, and there for everyone from Go 1.25 on.
 * @param minor the NN of Go 1.NN
 */
export function bubbleChanges(minor: number): FileChange[] {
  if (minor < 24) {
    return [];
  }
  const group = minor < 25 ? "sg \\*synctestGroup" : "bubble \\*synctestBubble";
  return [
    {
      file: "runtime/synctest.go",
      hooks: [],
      edits: [
        raceBlocks({ func: `\\(${group}\\) changegstatus`, blocks: 1 }),
        raceBlocks({ func: "synctestRun", blocks: 1 }),
        raceBlocks({ func: "synctestWait", blocks: 1 }),
      ],
    },
    {
      file: "runtime/proc.go",
      hooks: [],
      edits: [raceBlocks({ func: "goexit1", blocks: 1, drop: /^\t*racegoend\(\)$/ })],
    },
  ];
}
