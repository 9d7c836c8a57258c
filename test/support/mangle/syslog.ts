/** The rows "syslog, rsyslog" and "journald". */
import { Clock, eachLine, type Mangler, months } from "./mangler.js";
import type { Random } from "./random.js";

const hosts = ["web1", "ip-10-0-3-17", "node-7.example.org", "raspberrypi"];
const names = ["svc", "my-service", "prometheus", "app_v2"];

function english(): readonly string[] {
  return months["english"] ?? [];
}

function tag(random: Random): string {
  return `${random.pick(names)}[${String(random.between(100, 32000))}]`;
}

/** The row "syslog, rsyslog". */
export const syslog: readonly Mangler[] = [
  {
    row: "syslog, rsyslog",
    name: "syslog prefix",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      return eachLine(text, (line) => `${clock.tick().syslog(english())} ${who}: ${line}`);
    },
  },
  {
    row: "syslog, rsyslog",
    name: "rsyslog: RFC 3339 time, tab as #011",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      return eachLine(
        text,
        (line) => `${clock.tick().iso(6)}+00:00 ${who}: ${line.replaceAll("\t", "#011")}`,
      );
    },
  },
  {
    row: "syslog, rsyslog",
    name: "syslog: tabs and blank lines lost",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      return `${lines
        .map((line) => `${clock.tick().syslog(english())} ${who}: ${line.replaceAll("\t", "")}`)
        .join("\n")}\n`;
    },
  },
  {
    row: "syslog, rsyslog",
    name: "syslog: time and process glued together",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = tag(random);
      return eachLine(text, (line) => `${clock.tick().syslog(english())}${who}: ${line}`);
    },
  },
  {
    row: "syslog, rsyslog",
    name: "syslog: RFC 5424",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${random.pick(names)} ${String(random.between(100, 32000))} - -`;
      return eachLine(text, (line) => `<13>1 ${clock.tick().iso(6)}Z ${who} ${line}`);
    },
  },
  {
    row: "syslog, rsyslog",
    name: "syslog: one message, line ends as #012",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const all = text.replace(/\n$/, "").replaceAll("\t", "#011").replaceAll("\n", "#012");
      return `${clock.syslog(english())} ${random.pick(hosts)} ${tag(random)}: ${all}\n`;
    },
  },
];

/** The row "journald". */
export const journald: readonly Mangler[] = [
  {
    row: "journald",
    name: "journald prefix",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      return eachLine(text, (line) => `${clock.tick().syslog(english(), 6)} ${who}: ${line}`);
    },
  },
  {
    row: "journald",
    name: "journald: months of other languages",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      const language = months[random.pick(Object.keys(months).filter((name) => name !== "english"))] ?? [];
      return eachLine(text, (line) => `${clock.tick().syslog(language)} ${who}: ${line}`);
    },
  },
  {
    row: "journald",
    name: "journald: no colon behind the process",
    stage: "syslog",
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      return eachLine(text, (line) => `${clock.tick().syslog(english())} ${who} ${line}`);
    },
  },
  {
    row: "journald",
    name: "journald: the headline alone lacks the prefix",
    stage: "syslog",
    applies: (text) => /^(?:fatal error|panic): /m.test(text),
    mangle: (text, random) => {
      const clock = new Clock(random);
      const who = `${random.pick(hosts)} ${tag(random)}`;
      return eachLine(text, (line) =>
        /^(?:fatal error|panic): /.test(line) ? line : `${clock.tick().syslog(english())} ${who}: ${line}`,
      );
    },
  },
];
