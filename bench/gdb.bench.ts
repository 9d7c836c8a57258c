/**
 * How many events a second a trace of one map gives, in each of its ways, against what GDB itself can do: a breakpoint through its machine
 * interface that is continued and nothing else, and the same trace as a script in GDB's own Python that a person might write. All in one
 * run, in turns, on a program that changes a map and does nothing else.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { Timeline } from "../src/analysis/gdb-trace/timeline.js";
import { runProcess } from "../src/base/processes.js";
import { findFlagStores } from "../src/evidence/gdb/map-code/flag-stores.js";
import { GdbSession } from "../src/evidence/gdb/session.js";
import { tracePoints } from "../src/evidence/gdb/trace/points.js";
import { trace, type TraceWay } from "../src/evidence/gdb/trace/trace.js";
import { openProcess } from "../src/evidence/process/process.js";
import { loadInstructionDecoder } from "../src/golang/instructions/decoder.js";
import { layoutFor } from "../src/golang/runtime/choose-layout.js";
import { goCommand, goEnvironment } from "../test/support/toolchains.js";

const rounds = 3;
const events = 4000;

const source = `package main

var table = map[int]int{}

func main() {
	for i := 0; ; i++ {
		table[i&1023] = i
	}
}
`;

/** What a person might write: a breakpoint at each store, counted in Python, with the map's header and the goroutine. */
function script(stores: readonly { readonly address: number; readonly mapRegister: string }[]): string {
  return `
set pagination off
set confirm off
set language c
handle all nostop noprint pass
starti > /dev/null
python
import time
class Store(gdb.Breakpoint):
    rows = []
    def __init__(self, address, register):
        super().__init__("*%d" % address)
        self.register = register
    def stop(self):
        frame = gdb.selected_frame()
        at = int(frame.read_register(self.register))
        header = bytes(gdb.selected_inferior().read_memory(at, 48))
        Store.rows.append((at, header, int(frame.read_register("r14")), int(frame.read_register("rsp"))))
        return len(Store.rows) >= ${events}
${stores.map(({ address, mapRegister }) => `Store(${address}, "${mapRegister}")`).join("\n")}
start = time.monotonic()
gdb.execute("continue")
print("rate", len(Store.rows) / (time.monotonic() - start))
end
kill
`;
}

const folder = mkdtempSync(path.join(tmpdir(), "gdb-bench-"));
const program = path.join(folder, "writes");
const decoder = await loadInstructionDecoder();

async function started<T>(
  work: (session: GdbSession, live: ReturnType<typeof openProcess>) => Promise<T>,
): Promise<T> {
  const session = await GdbSession.start({
    program,
    args: [],
    workingDirectory: folder,
    environment: process.env,
    streams: ["ignore", "ignore", "ignore"],
  });
  const live = openProcess(session.processId);
  try {
    return await work(session, live);
  } finally {
    live.close();
    await session.close();
  }
}

async function traced(way: TraceWay): Promise<number> {
  return started(async (session, live) => {
    const symbols = live.program;
    const points = tracePoints(symbols, findFlagStores(symbols, decoder));
    const timeline = new Timeline(symbols, points);
    const end = await trace({
      session,
      symbols,
      memory: live.memory,
      points,
      context: {
        implementation: symbols.mapImplementation,
        goroutineId: layoutFor(symbols.goVersion).layout.g.id,
      },
      filter: { kind: "variable", address: symbols.variable("main.table") ?? 0 },
      way,
      fatalEntries: [],
      events,
      time: undefined,
      onRow: timeline.add.bind(timeline),
      onFatal: () => undefined,
    });
    return timeline.events.length / end.seconds;
  });
}

async function bare(): Promise<number> {
  return started(async (session, live) => {
    for (const store of findFlagStores(live.program, decoder)) {
      await session.breakAt(store.address);
    }
    const hits = events / 4;
    const start = performance.now();
    for (let hit = 0; hit < hits; hit++) {
      await session.continue();
      await session.nextStop();
    }
    return hits / ((performance.now() - start) / 1000);
  });
}

async function scripted(): Promise<number> {
  const stores = await started(async (_, live) => Promise.resolve(findFlagStores(live.program, decoder)));
  const file = path.join(folder, "trace.gdb");
  writeFileSync(file, script(stores));
  const { stdout } = await runProcess("gdb", ["-nx", "-q", "-batch", "-x", file, `--exec=${program}`]);
  return Number(/^rate ([\d.]+)$/m.exec(stdout)?.[1] ?? Number.NaN);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  writeFileSync(path.join(folder, "main.go"), source);
  const built = await runProcess(goCommand("1.27"), ["build", "-o", program, path.join(folder, "main.go")], {
    env: goEnvironment({ CGO_ENABLED: "0" }),
  });
  if (built.status !== 0) {
    throw new Error(built.stderr);
  }
  const rates = {
    bare: [] as number[],
    scripted: [] as number[],
    usual: [] as number[],
    fast: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    rates.bare.push(await bare());
    rates.usual.push(await traced("console"));
    rates.scripted.push(await scripted());
    rates.fast.push(await traced("python"));
  }
  const [mi, python, usual, fast] = [rates.bare, rates.scripted, rates.usual, rates.fast].map(median);
  const ratio = (of: number | undefined, to: number | undefined) =>
    ((of ?? Number.NaN) / (to ?? Number.NaN)).toFixed(2);
  console.log(
    `gdb: a trace gives ${usual?.toFixed(0)} events a second, ${ratio(usual, mi)} times what a bare breakpoint through MI gives (${mi?.toFixed(0)}); with --fast ${fast?.toFixed(0)}, ${ratio(fast, python)} times a script in GDB's Python (${python?.toFixed(0)})`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
