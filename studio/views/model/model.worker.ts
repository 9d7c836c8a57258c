/** The worker of the model view. */
import { serveCalls } from "../../parts/workers.js";
import type { ModelCalls } from "./calls.js";
import { OpenRuns } from "./open-run.js";
import { compare, explore, exploreSeveral, seen } from "./tasks.js";

const runs = new OpenRuns();
let stopped = false;

/** What a task asks between two pieces of its work. */
function begin(): () => boolean {
  stopped = false;
  return () => stopped;
}

serveCalls<ModelCalls>("model", {
  explore: async (request, { news }) => explore(request, news, begin()),
  compare: async (request, { news }) => compare(request, news, begin()),
  several: async (request, { news }) => exploreSeveral(request, news, begin()),
  seen: (request) => seen(request),
  stop: () => {
    stopped = true;
    return null;
  },
  draw: (request) => runs.draw(request),
  open: (request) => runs.open(request),
  story: (request) => runs.current.story(request),
  moment: ({ step }) => runs.current.moment(step),
  drive: (request) => runs.current.drive(request),
});
