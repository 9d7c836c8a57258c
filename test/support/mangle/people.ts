/** The row "people". */
import { eachLine, type Mangler } from "./mangler.js";
import type { Random } from "./random.js";

const row = "people";

/** Goroutines, the first with what stands above it. */
function goroutines(text: string): string[] {
  return text.split(/\n\n(?=goroutine \d)/);
}

/** Drops one frame of the standard library. */
function dropFrame(goroutine: string, random: Random): string {
  const lines = goroutine.split("\n");
  const frames = lines.flatMap((line, index) =>
    /^(?:sync|net|time|testing|bufio|io|os)\.[^\s]*\(.*\)$/.test(line) &&
    lines[index + 1]?.startsWith("\t") === true
      ? [index]
      : [],
  );
  if (frames.length === 0) {
    return goroutine;
  }
  const from = random.pick(frames);
  return [...lines.slice(0, from), "...", ...lines.slice(from + 2)].join("\n");
}

/** The ways of people who paste a text somewhere. */
export const people: readonly Mangler[] = [
  {
    row,
    name: "Markdown fences between parts",
    stage: "people",
    mangle: (text) => {
      const parts = goroutines(text);
      return `\`\`\`\n${parts.join("\n```\n\n```go\n")}\n\`\`\`\n`;
    },
  },
  { row, name: "quote marks", stage: "people", mangle: (text) => eachLine(text, (line) => `> ${line}`) },
  {
    row,
    name: "quoted twice",
    stage: "people",
    mangle: (text) => eachLine(text, (line) => (line === "" ? ">>" : `>> ${line}`)),
  },
  { row, name: "comment marks", stage: "people", mangle: (text) => eachLine(text, (line) => `// ${line}`) },
  {
    row,
    name: "comment marks without a blank",
    stage: "people",
    mangle: (text) => eachLine(text, (line) => `//${line}`),
  },
  { row, name: "bars in front", stage: "people", mangle: (text) => eachLine(text, (line) => `| ${line}`) },
  { row, name: "hash marks", stage: "people", mangle: (text) => eachLine(text, (line) => `# ${line}`) },
  {
    row,
    name: "list marks",
    stage: "people",
    mangle: (text, random) => {
      const mark = random.pick(["- ", "* ", "• "]);
      return eachLine(text, (line) => (line === "" ? "" : mark + line));
    },
  },
  { row, name: "Go block comment", stage: "people", mangle: (text) => `/*\n${text}*/\npackage main\n` },
  {
    row,
    name: "block comment with stars",
    stage: "people",
    mangle: (text) => `/**\n${eachLine(text, (line) => ` * ${line}`)} */\n`,
  },
  {
    row,
    name: "prose before and after",
    stage: "people",
    mangle: (text) =>
      `Hi, since the upgrade our service dies about once a day (see main.go:12).\nIt happens in cache.Get() mostly. What I did:\n\n1. start it\n2. wait (sometimes for hours)\n\nThis is the output:\n\n${text}\nAny idea? We run it on Kubernetes (1.29), with 4 replicas.\nThanks!\n`,
  },
  {
    row,
    name: "frames cut with ...",
    stage: "people",
    lost: ["frames"],
    mangle: (text, random) =>
      goroutines(text)
        .map((part) => dropFrame(part, random))
        .join("\n\n"),
  },
  {
    row,
    name: "goroutines cut with ...",
    stage: "people",
    lost: ["goroutines"],
    applies: (text) => goroutines(text).length > 2,
    mangle: (text) => {
      const parts = goroutines(text);
      return `${parts.slice(0, -1).join("\n\n")}\n\n...\n`;
    },
  },
  {
    row,
    name: "x-ed paths",
    stage: "people",
    lost: ["paths"],
    mangle: (text) => text.replace(/\/home\/\w+\/src\//g, "/xxxx/xxx/xxxxxx/"),
  },
  {
    row,
    name: "trimmed paths",
    stage: "people",
    lost: ["paths"],
    mangle: (text) => text.replace(/^(\s+)\/(?:home\/\w+\/src|usr\/lib\/go-[\d.]+\/src)\//gm, "$1"),
  },
  {
    row,
    name: "~ for home",
    stage: "people",
    lost: ["paths"],
    mangle: (text) => text.replace(/^(\s+)\/home\/\w+\//gm, "$1~/"),
  },
  {
    row,
    name: "paths with blanks",
    stage: "program",
    lost: ["paths"],
    mangle: (text) => text.replace(/^(\s+)\/home\/(\w+)\//gm, "$1/Users/Ada L $2/my code/"),
  },
  {
    row,
    name: "line numbers dropped",
    stage: "people",
    lost: ["line numbers"],
    mangle: (text) => text.replace(/^(\s+\S.*\.(?:go|s)):\d+/gm, "$1"),
  },
  {
    row,
    name: "headline in the title only",
    stage: "people",
    lost: ["headline"],
    applies: (text) =>
      (text.match(/^fatal error: /gm) ?? []).length === 1 && /^fatal error: concurrent [a-z ]+\n/.test(text),
    mangle: (text) => {
      const end = text.indexOf("\n");
      return `# Crash: ${text.slice(0, end)} when two users log in\n\nSee below.\n\n${text.slice(end + 1).trimStart()}`;
    },
  },
];

/** The ways of web pages and editors of Markdown. */
export const web: readonly Mangler[] = [
  {
    row,
    name: "HTML entities",
    stage: "web",
    mangle: (text) =>
      text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&#34;")
        .replaceAll("+", "&#43;"),
  },
  {
    row,
    name: "HTML with <br>",
    stage: "web",
    mangle: (text) =>
      `<p>${text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll("\t", "&nbsp;&nbsp;&nbsp;&nbsp;")
        .replaceAll("\n", "<br>\n")}</p>\n`,
  },
  {
    row,
    name: "Markdown escapes",
    stage: "web",
    mangle: (text) => text.replace(/(?<!\\)([_*[\]])/g, "\\$1"),
  },
  {
    row,
    name: "code marks on each line",
    stage: "web",
    mangle: (text) => eachLine(text, (line) => (line.trim() === "" ? line : `\`${line.trim()}\``)),
  },
  {
    row,
    name: "Markdown line breaks",
    stage: "web",
    mangle: (text) => eachLine(text, (line) => (line === "" ? "" : `${line.trimStart()}\\`)),
  },
];

/** Ways that make several crashes of one. */
export const several: readonly Mangler[] = [
  {
    row,
    name: "two crashes pasted into one text",
    stage: "people",
    copies: 2,
    mangle: (text) => `First time:\n\n${text}\nand a minute later again:\n\n${text}`,
  },
  {
    row,
    name: "four crashes pasted into one text",
    stage: "people",
    copies: 4,
    mangle: (text) => [1, 2, 3, 4].map((n) => `## Crash ${String(n)}\n\n${text}\n`).join("\n"),
  },
];
