import { describe, expect, test } from "vitest";
import { createLineCleaner } from "../../../../src/evidence/crashtext/unmangle/cleaner.js";
import type { CleanLine } from "../../../../src/evidence/crashtext/unmangle/clean-line.js";
import { undoneWords } from "../../../../src/evidence/crashtext/unmangle/undone.js";

const dump = [
  "fatal error: concurrent map writes",
  "",
  "goroutine 7 [running]:",
  "main.(*Cache).Put(0xc000012345, {0x4a3f21, 0x3})",
  "\t/home/ada/shop/cache.go:12 +0x44",
  "created by main.main in goroutine 1",
  "\t/home/ada/shop/main.go:30 +0x1d",
  "",
  "goroutine 1 [chan receive, 2 minutes]:",
  "main.main()",
  "\t/home/ada/shop/main.go:33 +0x2f",
  "exit status 2",
];

function clean(lines: readonly string[]): readonly CleanLine[] {
  const cleaner = createLineCleaner();
  const out = lines.flatMap((line, index) => cleaner.push(line, index + 1));
  return [...out, ...cleaner.flush()];
}

function texts(lines: readonly string[]): readonly string[] {
  return clean(lines).map((line) => line.text);
}

describe("clean text", () => {
  test("is passed on as it is", () => {
    expect(clean(dump)).toEqual(
      dump.map((text, index) => ({ text, line: index + 1, process: null, undone: 0 })),
    );
  });

  test("keeps the cleaner in its identity mode within the dump", () => {
    const cleaner = createLineCleaner();
    const modes = dump.map((line, index) => {
      const before = cleaner.identity;
      cleaner.push(line, index + 1);
      return before;
    });
    expect(modes).toEqual([false, false, false, true, true, true, false, true, false, true, true, true]);
  });
});

describe("prefixes", () => {
  test.each([
    ["Mar 12 10:11:12 web1 svc[123]: ", "svc[123]", ["syslog prefix", "time stamp"]],
    ["Mär 12 10:11:12 web1 svc[123]: ", "svc[123]", ["syslog prefix", "time stamp"]],
    ["Mar 12 10:11:12.123456 web1 svc[123]: ", "svc[123]", ["journal prefix", "time stamp"]],
    ["Mar 12 10:11:12svc[123]: ", "svc[123]", ["syslog prefix", "time stamp"]],
    ["2024-01-02T03:04:05.678Z stderr F ", null, ["container prefix", "time stamp"]],
    ["web-1  | ", "web-1", ["container prefix"]],
    ["[pod/web-7d9f8c6b5-x7k2p/app] ", "web-7d9f8c6b5-x7k2p", ["container prefix"]],
    ["E0102 03:04:05.678901       1 cache.go:12] ", null, ["log prefix"]],
    ["[ TRACE ] ", null, ["level tag"]],
    [
      "2021/01/02 03:04:05 [DEBUG] plugin: terraform-provider-aws: ",
      null,
      ["log prefix", "time stamp", "level tag"],
    ],
  ])("%s", (prefix, process, undone) => {
    const result = clean(dump.map((line) => prefix + line));
    expect(result.map((line) => line.text)).toEqual(dump);
    expect(new Set(result.map((line) => line.process))).toEqual(new Set([process]));
    expect(undoneWords(result[2]?.undone ?? 0)).toEqual(undone);
  });

  test("that no rule knows are learnt", () => {
    const prefix = "node03!app/4711#";
    const result = clean(dump.map((line) => prefix + line)).filter((line) => line.text !== prefix);
    expect(result.map((line) => line.text)).toEqual(dump);
    expect(undoneWords(result[3]?.undone ?? 0)).toEqual(["log prefix"]);
  });

  test("of two processes tell their lines apart", () => {
    const lines = dump.flatMap((line) => [`web-1  | ${line}`, `web-2  | ${line}`]);
    const result = clean(lines);
    for (const process of ["web-1", "web-2"]) {
      expect(result.filter((line) => line.process === process).map((line) => line.text)).toEqual(dump);
    }
  });

  test("log lines between the lines of a dump are passed on", () => {
    const lines = [...dump.slice(0, 4), "2024/01/02 03:04:05 cache.Get(12) took 3ms", ...dump.slice(4)];
    expect(texts(lines)).toEqual(lines);
  });
});

test("a JSON object that holds a line", () => {
  const lines = dump.map((line) =>
    JSON.stringify({ log: `${line}\n`, stream: "stderr", time: "2024-01-02T03:04:05Z" }),
  );
  expect(texts(lines)).toEqual(dump);
});

test("a JSON object that holds the whole dump", () => {
  expect(texts([JSON.stringify({ level: "error", msg: dump.join("\n") })])).toEqual(dump);
});
