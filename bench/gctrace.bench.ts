/**
 * What looking for gctrace lines costs where there are none, or hardly any: a log of ordinary lines is read for crashes alone,
 * and for both. Processor time, in turns, so that a slow moment of the machine meets both.
 */
import { Buffer } from "node:buffer";
import { CrashTextReader } from "../src/evidence/crashtext/reader.js";
import { GcTraceReader } from "../src/evidence/gctrace/reader.js";

const rounds = 11;
const megabytes = 64;

/** Lines as a service logs them; every ten thousandth is a cycle of the garbage collector. */
function makeLog(cycles: boolean): Buffer[] {
  const lines: string[] = [];
  const paths = ["/api/v1/items", "/healthz", "/metrics", "/login"];
  for (let i = 0, length = 0; length < megabytes << 20; i++) {
    const time = `2026-01-02T03:${10 + (i % 50)}:${10 + (i % 49)}.${100 + (i % 900)}Z`;
    const line =
      cycles && i % 10_000 === 9999
        ? `gc ${Math.ceil(i / 10_000)} @${Math.ceil(i / 10_000)}.034s 4%: 0.021+0.32+0.029 ms clock, 0.043+0.043/0.11/0.025+0.059 ms cpu, 72->73->50 MB, 76 MB goal, 0 MB stacks, 0 MB globals, 2 P\n`
        : `${time} INFO server/handler.go:${i % 300} request completed method=GET path=${paths[i % 4]} status=200 duration=${i % 97}.${i % 10}ms bytes=${i % 9999} remote=10.0.${i % 255}.7:${i % 60_000} user=${i % 500}@example.com\n`;
    lines.push(line);
    length += line.length;
  }
  const bytes = Buffer.from(lines.join(""));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) {
    chunks.push(bytes.subarray(at, at + 65_536));
  }
  return chunks;
}

function processorTime(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

function readCrashes(chunks: readonly Buffer[]): void {
  const reader = new CrashTextReader();
  for (const chunk of chunks) {
    reader.push(chunk);
  }
  reader.end();
}

function readBoth(chunks: readonly Buffer[]): number {
  const reader = new CrashTextReader();
  const collector = new GcTraceReader();
  for (const chunk of chunks) {
    collector.push(chunk, reader.lineEnds);
    reader.push(chunk);
  }
  reader.end();
  return collector.end().runs.reduce((sum, { totals }) => sum + (totals?.cycles ?? 0), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

for (const cycles of [false, true]) {
  const chunks = makeLog(cycles);
  const alone: number[] = [];
  const both: number[] = [];
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    alone.push(processorTime(() => readCrashes(chunks)));
    both.push(processorTime(() => (found = readBoth(chunks))));
  }
  if (cycles !== found > 0) {
    throw new Error(`the log has ${cycles ? "cycles" : "no cycles"}, and ${found} were found`);
  }
  const ratio = median(both) / median(alone);
  console.log(
    `gctrace: ${megabytes} MB of a log with ${found === 0 ? "no cycle" : `${found} cycles`}: looking for them too takes ${ratio.toFixed(2)} times the processor time (${(median(alone) * 1000).toFixed(0)} ms, ${(median(both) * 1000).toFixed(0)} ms)`,
  );
}
