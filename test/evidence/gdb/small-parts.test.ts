import { expect, test } from "vitest";
import { fileMatches, parseSourceLine } from "../../../src/evidence/gdb/map-code/map-calls.js";
import { tracingDenied, wayOut } from "../../../src/evidence/gdb/permission.js";
import { readRecord } from "../../../src/evidence/gdb/record-reader.js";
import { readStop } from "../../../src/evidence/gdb/stop.js";
import { StopQueue } from "../../../src/evidence/gdb/stop-queue.js";
import { parseMapChoice } from "../../../src/evidence/gdb/trace/map-choice.js";
import { readRow } from "../../../src/evidence/gdb/trace/row.js";

function stop(text: string, asked = false) {
  const record = readRecord(Buffer.from(text));
  if (record.kind !== "exec") {
    throw new Error(`no exec record: ${text}`);
  }
  return readStop(record.results, asked);
}

test("how a program ends", () => {
  expect(stop('*stopped,reason="exited-normally"')).toMatchObject({ kind: "exited", status: 0 });
  expect(stop('*stopped,reason="exited",exit-code="0203"')).toMatchObject({ kind: "exited", status: 131 });
  expect(stop('*stopped,reason="exited-signalled",signal-name="SIGKILL"')).toMatchObject({
    signal: "SIGKILL",
  });
});

test("a signal that was asked for is an interruption, another one is the program's", () => {
  const text = '*stopped,reason="signal-received",signal-name="SIGINT",thread-id="1",stopped-threads="all"';
  expect(stop(text, true)).toMatchObject({ why: "interrupted", signal: undefined });
  expect(stop(text)).toMatchObject({ why: "signal", signal: "SIGINT" });
});

test("what a watchpoint saw", () => {
  const text =
    '*stopped,reason="watchpoint-trigger",wpt={number="5",exp="x"},value={old="0 \'\\\\000\'",new="4 \'\\\\004\'"},thread-id="2"';
  expect(stop(text)).toMatchObject({ why: "watchpoint", breakpoint: 5, values: { before: "0 '\\000'" } });
});

test("stops are given in the order in which they came, and the end is not forgotten", async () => {
  const queue = new StopQueue();
  const first = queue.next();
  queue.push(stop('*stopped,reason="breakpoint-hit",bkptno="1",thread-id="1"'));
  await expect(first).resolves.toMatchObject({ breakpoint: 1 });
  await expect(queue.next(1)).resolves.toBeUndefined();
  queue.push(stop('*stopped,reason="breakpoint-hit",bkptno="2",thread-id="1"'));
  queue.push(stop('*stopped,reason="exited-normally"'));
  queue.clear();
  await expect(queue.next()).resolves.toMatchObject({ kind: "exited" });
  queue.fail(new Error("gone"));
  await expect(queue.next()).rejects.toThrow("gone");
});

test("a refusal to trace is told with what helps", () => {
  expect(tracingDenied("attach to process 7", "ptrace: No such process.")).toBeUndefined();
  expect(tracingDenied("attach to process 7", "ptrace: Operation not permitted.")?.message).toBe(
    "GDB may not attach to process 7: ptrace: Operation not permitted.",
  );
  expect(wayOut(true, 1)).toContain("sysctl kernel.yama.ptrace_scope=0");
  expect(wayOut(false, 1)).toContain("--cap-add=SYS_PTRACE");
  expect(wayOut(true, 3)).toContain("start again");
  expect(wayOut(true, undefined)).toContain("--cap-add=SYS_PTRACE");
});

test("lines and files as people name them", () => {
  expect(parseSourceLine("cache/cache.go:40")).toEqual({ file: "cache/cache.go", line: 40 });
  expect(parseSourceLine("main.cache")).toBeUndefined();
  expect(fileMatches("/src/cache/cache.go", "cache/cache.go")).toBe(true);
  expect(fileMatches("/src/mycache/cache.go", "cache/cache.go")).toBe(false);
  expect(fileMatches("/src/cache/cache.go", "./cache.go")).toBe(true);
  expect(fileMatches("cache.go", "cache.go")).toBe(true);
});

test("maps as people name them", () => {
  expect(parseMapChoice("main.cache")).toMatchObject({ kind: "variable", name: "main.cache" });
  expect(parseMapChoice("example.org/shop/cache.items")).toMatchObject({ kind: "variable" });
  expect(parseMapChoice("a b/main.go:12")).toMatchObject({
    kind: "written",
    line: { file: "a b/main.go", line: 12 },
  });
  expect(parseMapChoice("main.go:12 m")).toMatchObject({ kind: "local", name: "m", line: { line: 12 } });
  expect(parseMapChoice("0xc000012345")).toMatchObject({ kind: "address", address: 0xc000012345 });
  for (const text of ["", "cache", "main.go:x", "main.go:1 a b", "$(x)", "main.go:1 f()"]) {
    expect(() => parseMapChoice(text)).toThrow("names no map");
  }
});

test("rows: whole ones are read, damaged ones are not", () => {
  const words = Array.from({ length: 17 }, (_, index) => (index + 1).toString(16));
  const line = `maptrap-trace ${words.join(" ")}`;
  expect(readRow(`${line}\n`)).toEqual({
    point: 1,
    map: 2,
    value: 3n,
    header: [4n, 5n, 6n, 7n, 8n, 9n],
    goroutine: 10,
    sp: 11,
    returns: [12, 13, 14],
    table: 15,
    tableWords: [16n, 17n],
    time: undefined,
  });
  expect(readRow(`${line} ff`)?.time).toBe(255);
  for (let length = 0; length < line.length; length++) {
    const cut = readRow(line.slice(0, length));
    expect(cut === undefined || length === line.length - 1).toBe(true);
  }
  expect(readRow(line.replace("a", "-1"))).toBeUndefined();
  expect(readRow(line.replace("maptrap-trace", "other"))).toBeUndefined();
});
