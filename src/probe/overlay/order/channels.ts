/**
 * Channels. Each slot of a buffered channel is an address of its own, by which sender and receiver exchange their clocks; an unbuffered channel
 * has one for all, and so has closing.
 */
import type { FileChange } from "../changes.js";
import { bodyInstead, raceBlocks, wholeFunction } from "./blocks.js";

/** The functions of package runtime that send, receive, close and select; the same in all versions. */
export const channelChanges: readonly FileChange[] = [
  {
    file: "runtime/chan.go",
    hooks: [],
    edits: [
      raceBlocks({ func: "chansend", blocks: 1 }),
      raceBlocks({ func: "send", blocks: 1 }),
      raceBlocks({ func: "closechan", blocks: 3 }),
      raceBlocks({ func: "chanrecv", blocks: 3 }),
      raceBlocks({ func: "recv", blocks: 2 }),
      {
        // Both sides come after each other: three events say what the detector is told in four.
        anchor: "func racesync",
        find: wholeFunction("racesync"),
        replace: ([text]) => bodyInstead(text, "maptrapOrderSync(chanbuf(c, 0), sg.g)"),
      },
      {
        anchor: "func racenotify",
        find: wholeFunction("racenotify"),
        replace: ([text]) => bodyInstead(text, "maptrapOrderNotify(c, idx, sg)"),
      },
    ],
  },
  {
    file: "runtime/select.go",
    hooks: [],
    edits: [raceBlocks({ func: "selectgo", blocks: 3 })],
  },
];
