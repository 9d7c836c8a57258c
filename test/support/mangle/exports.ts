/** The rows "exports" and "CI". */
import { Clock, eachLine, type Mangler } from "./mangler.js";
import type { Random } from "./random.js";

function lines(text: string): string[] {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** Moves lines by a few places. */
function shuffled(all: readonly string[], random: Random, distance: number): string[] {
  return all
    .map((line, index) => ({ line, place: index + random.fraction() * distance }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ line }) => line);
}

/** The ways of Kibana, Stackdriver and the like. */
export const exports: readonly Mangler[] = [
  {
    row: "exports",
    name: "trailing dash column",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `${clock.tick().iso(3)}Z  ${line}  -`);
    },
  },
  {
    row: "exports",
    name: "two spaces and trailing blanks",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(
        text,
        (line) => `${clock.tick().iso(3, " ")}  ${line}${" ".repeat(random.between(1, 9))}`,
      );
    },
  },
  {
    row: "exports",
    name: "Kibana rows",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(
        text,
        (line) => `"${clock.tick().iso(3).replace("T", " @ ")}","${line.replaceAll('"', '""')}"`,
      );
    },
  },
  {
    row: "exports",
    name: "Stackdriver JSON",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return lines(text)
        .map(
          (line) =>
            `${JSON.stringify({
              insertId: random.hex(12),
              textPayload: `${line}\n`,
              resource: { type: "k8s_container", labels: { pod_name: "web-1", container_name: "app" } },
              timestamp: `${clock.tick().iso(9)}Z`,
              severity: "ERROR",
            })}\n`,
        )
        .join("");
    },
  },
  {
    row: "exports",
    name: "JSON printed over several lines",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const entries = lines(text).map((line) => ({
        jsonPayload: { message: line },
        timestamp: `${clock.tick().iso(9)}Z`,
      }));
      return `${JSON.stringify(entries, null, 2)}\n`;
    },
  },
  {
    row: "exports",
    name: "lines in reverse order",
    stage: "export",
    mangle: (text) => `${lines(text).toReversed().join("\n")}\n`,
  },
  {
    row: "exports",
    name: "lines with time stamps in reverse order",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const stamped = lines(text).map((line) => `${clock.tick().iso(6)}Z ${line}`);
      return `${stamped.toReversed().join("\n")}\n`;
    },
  },
  {
    row: "exports",
    name: "lines slightly out of order",
    stage: "export",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const stamped = lines(text).map((line) => `${clock.tick().iso(9)}Z ${line}`);
      return `${shuffled(stamped, random, 5).join("\n")}\n`;
    },
  },
];

/** The ways of CI pages. */
export const ci: readonly Mangler[] = [
  {
    row: "CI",
    name: "GitHub Actions time stamps",
    stage: "CI",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return `\uFEFF${eachLine(text, (line) => `${clock.tick().iso(7)}Z ${line}`)}`;
    },
  },
  {
    row: "CI",
    name: "gh run view",
    stage: "CI",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `build (ubuntu, 1.22)\tRun tests\t${clock.tick().iso(7)}Z ${line}`);
    },
  },
  {
    row: "CI",
    name: "braces masked as secrets",
    stage: "CI",
    applies: (text) => /[{}]/.test(text),
    mangle: (text) => text.replace(/[{}]/g, "***"),
  },
  {
    row: "CI",
    name: "go test around",
    stage: "program",
    mangle: (text) =>
      `=== RUN   TestCache\n=== PAUSE TestCache\n=== CONT  TestCache\n    cache_test.go:41: warming up\n${text}FAIL\texample.com/shop/cache\t0.012s\nok  \texample.com/shop/order\t0.201s\nFAIL\nmake: *** [Makefile:12: test] Error 1\nexit status 1\n`,
  },
  {
    row: "CI",
    name: "bracketed time stamps",
    stage: "CI",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `[${clock.tick().iso(3)}Z] ${line}`);
    },
  },
];
