/** The worker of the model view. */
import { serveCalls } from "../../parts/workers.js";
import type { ModelCalls } from "./calls.js";
import { OpenRuns } from "./open-run.js";
import { compare, explore, seen } from "./tasks.js";

const runs = new OpenRuns();
let stopped = false;

serveCalls<ModelCalls>({
  explore: async (request, { news }) => {
    stopped = false;
    return explore(request, news, () => stopped);
  },
  compare: async (request, { news }) => compare(request, news),
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
