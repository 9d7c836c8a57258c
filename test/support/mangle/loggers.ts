/** The row "loggers". */
import { Clock, eachLine, type Mangler } from "./mangler.js";

const row = "loggers";

function lines(text: string): string[] {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** The ways of logging libraries. */
export const loggers: readonly Mangler[] = [
  {
    row,
    name: "RFC 3339 prefix",
    stage: "logger",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const digits = random.pick([0, 3, 6, 9]);
      const zone = random.pick(["Z", "+02:00", "+0530", " +0000 UTC"]);
      return eachLine(text, (line) => `${clock.tick().iso(digits)}${zone} ${line}`);
    },
  },
  {
    row,
    name: "log package prefix",
    stage: "logger",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `${clock.tick().iso(0, " ").replaceAll("-", "/")} ${line}`);
    },
  },
  {
    row,
    name: "klog prefix",
    stage: "logger",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => {
        const now = clock.tick().iso(6);
        return `E${now.slice(5, 7)}${now.slice(8, 10)} ${now.slice(11)}       1 runtime.go:79] ${line}`;
      });
    },
  },
  {
    row,
    name: "level tags",
    stage: "logger",
    mangle: (text, random) => {
      const style = random.pick(["[ LEVEL ] ", "[LEVEL] ", "LEVEL: ", "LEVEL\t"]);
      return eachLine(
        text,
        (line) => style.replace("LEVEL", random.pick(["TRACE", "ERROR", "INFO", "WARN"])) + line,
      );
    },
  },
  {
    row,
    name: "time, level and logger's name",
    stage: "logger",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return eachLine(text, (line) => `${clock.tick().iso(3, " ")} ERROR app.worker: ${line}`);
    },
  },
  {
    row,
    name: "zap, a line an entry",
    stage: "logger",
    mangle: (text, random) => {
      const start = random.between(1_600_000_000, 1_700_000_000);
      return lines(text)
        .map(
          (line, index) =>
            `${JSON.stringify({ level: "error", ts: start + index / 1000, caller: "app/main.go:12", msg: line })}\n`,
        )
        .join("");
    },
  },
  {
    row,
    name: "logrus, the dump in one entry",
    stage: "logger",
    mangle: (text, random) =>
      `${JSON.stringify({ level: "error", msg: text, time: `${new Clock(random).iso(0)}Z` })}\n`,
  },
  {
    row,
    name: "Bunyan, a line an entry",
    stage: "logger",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return lines(text)
        .map(
          (msg) =>
            `${JSON.stringify({ name: "svc", hostname: "web1", pid: 4711, level: 50, msg, time: `${clock.tick().iso(3)}Z`, v: 0 })}\n`,
        )
        .join("");
    },
  },
  {
    row,
    name: "JSON message within JSON",
    stage: "logger",
    mangle: (text, random) => {
      const clock = new Clock(random);
      return lines(text)
        .map((line) => {
          const inner = JSON.stringify({ message: line, severity: "ERROR" });
          return `${JSON.stringify({ "@timestamp": `${clock.tick().iso(3)}Z`, log: `${inner}\n` })}\n`;
        })
        .join("");
    },
  },
  {
    row,
    name: "logfmt, the dump in one entry",
    stage: "logger",
    mangle: (text, random) =>
      `time="${new Clock(random).iso(0)}Z" level=error msg=${JSON.stringify(text)} component=worker\n`,
  },
  {
    row,
    name: "literal \\n and \\t",
    stage: "logger",
    mangle: (text) => `${text.replace(/\n$/, "").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}\n`,
  },
];
