/** The views, in the order of their tabs. The keys 1 to 6 go to them. */
import type { View } from "../page/view.js";

/** Observations that have a moment. */
const inTime: ReadonlySet<string> = new Set(["recording", "conflict", "detection"]);

/** All of them. */
export const views: readonly View[] = [
  {
    name: "finding",
    title: "Finding",
    has: ({ case: incident }) => incident !== null,
    empty: "Shows both sides of each conflict. Open a case file, a crash text or an event file.",
    load: async () => (await import("../views/finding/index.js")).FindingView,
  },
  {
    name: "timeline",
    title: "Timeline",
    has: ({ case: incident, recordings, trace }) =>
      recordings.length > 0 ||
      trace !== null ||
      incident?.observations.some(({ kind }) => inTime.has(kind)) === true,
    empty:
      "Shows goroutines side by side in time. Open the event file of a recorder (MAPTRAP=record), or a trace (maptrap gdb trace --json).",
    load: async () => (await import("../views/timeline/index.js")).TimelineView,
  },
  {
    name: "memory",
    title: "Map memory",
    has: ({ case: incident, maps, trace }) =>
      maps.length > 0 ||
      trace !== null ||
      incident?.observations.some((one) => one.kind === "stopped" && one.decoded !== null) === true,
    empty:
      "Shows a map as it lies in memory. Open what maptrap map --json prints, a stop (maptrap gdb run --case FILE) or a trace (maptrap gdb trace --json).",
    load: async () => (await import("../views/memory/index.js")).MemoryView,
  },
  {
    name: "goroutines",
    title: "Goroutines",
    has: ({ case: incident }) => incident !== null,
    empty: "Shows all goroutines in groups. Open a crash text, or a case file of a stop.",
    load: async () => (await import("../views/goroutines/index.js")).GoroutinesView,
  },
  {
    name: "instructions",
    title: "Instructions",
    has: ({ code, programs }) => code !== null || programs.length > 0,
    empty:
      "Shows functions as instructions. Open a Go program for linux/amd64, or what maptrap asm --json prints.",
    load: async () => (await import("../views/instructions/index.js")).InstructionsView,
  },
  {
    name: "model",
    title: "Model",
    // It needs no evidence.
    has: () => true,
    empty: "",
    load: async () => (await import("../views/model/index.js")).ModelView,
  },
];
