/** The row "Docker, Kubernetes". */
import { Clock, eachLine, type Mangler } from "./mangler.js";
import type { Random } from "./random.js";

const row = "Docker, Kubernetes";

function lines(text: string): string[] {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** Go writes a tab as `\t` or `\u0009`, and some characters of HTML escaped. */
function goJson(value: unknown, random: Random): string {
  const json = JSON.stringify(value);
  const tab = random.pick(["\\t", "\\u0009"]);
  return json
    .replaceAll("\\t", tab)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026");
}

/** The ways of container runtimes and of what collects their output. */
export const containers: readonly Mangler[] = [
  {
    row,
    name: "Docker json-file",
    stage: "container",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return lines(text)
        .map(
          (line) =>
            `${goJson({ log: `${line}\n`, stream: "stderr", time: `${clock.tick().iso(9)}Z` }, random)}\n`,
        )
        .join("");
    },
  },
  {
    row,
    name: "CRI",
    stage: "container",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `${clock.tick().iso(9)}Z stderr F ${line}`);
    },
  },
  {
    row,
    name: "CRI: lines in parts",
    stage: "container",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => {
        if (line.length < 12 || !random.chance(0.3)) {
          return `${clock.tick().iso(9)}Z stderr F ${line}`;
        }
        const at = random.between(1, line.length - 1);
        return `${clock.tick().iso(9)}Z stderr P ${line.slice(0, at)}\n${clock.tick().iso(9)}Z stderr F ${line.slice(at)}`;
      });
    },
  },
  {
    row,
    name: "compose",
    stage: "container",
    mangle: (text, random) => {
      const name = random.pick(["svc-1", "web_1", "my-app-api-2"]);
      const blanks = " ".repeat(random.between(1, 6));
      return eachLine(text, (line) => `${name}${blanks}| ${line}`);
    },
  },
  {
    row,
    name: "docker logs with time stamps",
    stage: "container",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `${clock.tick().iso(9)}Z ${line}`);
    },
  },
  {
    row,
    name: "kubectl logs --prefix",
    stage: "container",
    mangle: (text, random) => {
      const pod = `web-${random.hex(9)}-${random.hex(5)}`;
      return eachLine(text, (line) => `[pod/${pod}/app] ${line}`);
    },
  },
  {
    row,
    name: "stern",
    stage: "container",
    mangle: (text, random) => {
      const pod = `web-${random.hex(9)}-${random.hex(5)}`;
      return eachLine(text, (line) => `${pod} app ${line}`);
    },
  },
  {
    row,
    name: "several processes interleaved",
    stage: "container",
    mangle: (text, random) => {
      const first = lines(text).map((line) => `web-1  | ${line}`);
      const other = Array.from({ length: first.length }, (_, index) =>
        random.chance(0.3)
          ? "db-1   | goroutine cache: 12 entries, 0x1f bytes"
          : `db-1   | 2024/01/02 03:04:05 query ${String(index)} took ${String(random.between(1, 99))}ms`,
      );
      return `${interleave(first, other, random).join("\n")}\n`;
    },
  },
  {
    row,
    name: "two crashes interleaved",
    stage: "container",
    copies: 2,
    mangle: (text, random) => {
      const first = lines(text).map((line) => `web-1  | ${line}`);
      const second = lines(text).map((line) => `web-2  | ${line}`);
      return `${interleave(first, second, random).join("\n")}\n`;
    },
  },
];

/** Keeps the order of each. */
function interleave(first: readonly string[], second: readonly string[], random: Random): string[] {
  const result: string[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const fromFirst = j >= second.length || (i < first.length && random.chance(0.5));
    const line = fromFirst ? first[i++] : second[j++];
    if (line !== undefined) {
      result.push(line);
    }
  }
  return result;
}
