/** The rows "terminals" and "Windows, Terraform". */
import { eachLine, type Mangler } from "./mangler.js";

const headline = /^fatal error: /m;

function wrap(line: string, width: number): string {
  // A terminal shows a tab as blanks up to the next eighth column.
  const shown = line.replace(/^\t/, "        ");
  const parts: string[] = [];
  for (let at = 0; at < shown.length; at += width) {
    parts.push(shown.slice(at, at + width));
  }
  return parts.length === 0 ? "" : parts.join("\n");
}

function wrapWords(line: string, width: number): string {
  const out: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      out.push(current);
      current = word;
    } else {
      current = current === "" && out.length === 0 ? word : current === "" ? word : `${current} ${word}`;
    }
  }
  out.push(current);
  return out.join("\n");
}

/** The ways of terminals. */
export const terminals: readonly Mangler[] = [
  {
    row: "terminals",
    name: "padded to the window's width",
    stage: "terminal",
    mangle: (text, random) => {
      const width = random.pick([80, 120, 132, 200]);
      return eachLine(text, (line) => line.replace(/^\t/, "        ").padEnd(width));
    },
  },
  {
    row: "terminals",
    name: "wrapped at the window's width",
    stage: "terminal",
    mangle: (text, random) => {
      const width = random.pick([60, 72, 80, 100]);
      return eachLine(text, (line) => wrap(line, width));
    },
  },
  {
    row: "terminals",
    name: "wrapped and padded",
    stage: "terminal",
    mangle: (text, random) => {
      const width = random.pick([60, 72, 80, 100]);
      return eachLine(text, (line) =>
        wrap(line, width)
          .split("\n")
          .map((part) => part.padEnd(width))
          .join("\n"),
      );
    },
  },
  {
    row: "terminals",
    name: "wrapped at words",
    stage: "terminal",
    mangle: (text, random) => {
      const width = random.pick([60, 72, 80]);
      return eachLine(text, (line) => wrapWords(line, width));
    },
  },
  {
    row: "terminals",
    name: "prompt on the headline's line",
    stage: "terminal",
    applies: (text) => headline.test(text),
    mangle: (text, random) =>
      text.replace(
        headline,
        `${random.pick(["$ ", "ada@web1:~/shop$ ", "PS C:\\shop> ", "➜  shop git:(main) ✗ "])}$&`,
      ),
  },
  {
    row: "terminals",
    name: "output without a line end before the headline",
    stage: "program",
    applies: (text) => headline.test(text),
    mangle: (text, random) =>
      text.replace(headline, `${random.pick(["1. Inc unlock.", "done 40%", "value: 3 "])}$&`),
  },
  {
    row: "terminals",
    name: "program output inside the headline",
    stage: "program",
    applies: (text) => headline.test(text),
    mangle: (text, random) =>
      text.replace(headline, `$&${random.pick(["1. Inc unlock.", "worker 3 done", "[GIN] 200 GET /"])}\n`),
  },
  {
    row: "terminals",
    name: "gutter of a text user interface",
    stage: "terminal",
    mangle: (text, random) => {
      const mark = random.pick(["│ ", "┃ ", "▌ "]);
      return eachLine(text, (line) => mark + line.replace(/^\t/, "    "));
    },
  },
  {
    row: "terminals",
    name: "numbered gutter",
    stage: "terminal",
    mangle: (text) =>
      eachLine(text, (line, index) => `${String(index + 1).padStart(5)} │ ${line.replace(/^\t/, "    ")}`),
  },
  {
    row: "terminals",
    name: "ANSI colours",
    stage: "logger",
    mangle: (text, random) =>
      eachLine(
        text,
        (line) =>
          `\u001B[${String(random.between(31, 37))}m${line.replace(/(\d+)/, "\u001B[1m$1\u001B[22m")}\u001B[0m`,
      ),
  },
  {
    row: "terminals",
    name: "ANSI colours, escape character lost",
    stage: "terminal",
    mangle: (text) => eachLine(text, (line) => (line === "" ? "" : `[31m${line}[0m`)),
  },
];

/** The ways of Windows and Terraform. */
export const windows: readonly Mangler[] = [
  {
    row: "Windows, Terraform",
    name: "drive letters",
    stage: "program",
    lost: ["paths"],
    mangle: (text) => text.replace(/^(\s+)\/(home|usr)\//gm, "$1C:/$2/"),
  },
  {
    row: "Windows, Terraform",
    name: "backslashes",
    stage: "program",
    lost: ["paths"],
    mangle: (text) =>
      text.replace(
        /^(\s+)(\/[^:\n]*)(:\d)/gm,
        (_, indent: string, path: string, rest: string) => `${indent}C:${path.replaceAll("/", "\\")}${rest}`,
      ),
  },
  {
    row: "Windows, Terraform",
    name: "Terraform's box",
    stage: "terminal",
    mangle: (text) =>
      `╷\n│ Error: Plugin did not respond\n│ \n│ The plugin encountered an error, and failed to respond to the call.\n╵\n\nStack trace from the terraform-provider-shop_v1.2.3 plugin:\n\n${text}\nError: The terraform-provider-shop_v1.2.3 plugin crashed!\n\nThis is always indicative of a bug within the plugin.\n`,
  },
  {
    row: "Windows, Terraform",
    name: "plugin prefix",
    stage: "logger",
    mangle: (text) => eachLine(text, (line) => `plugin: ${line}`),
  },
  {
    row: "Windows, Terraform",
    name: "Terraform's log",
    stage: "logger",
    mangle: (text) =>
      eachLine(text, (line) => `2021/05/06 07:08:09 [DEBUG] plugin.terraform-provider-shop_v1.2.3: ${line}`),
  },
  {
    row: "Windows, Terraform",
    name: "table with borders",
    stage: "terminal",
    mangle: (text) => {
      const all = text.replaceAll("\t", "    ").replace(/\n$/, "").split("\n");
      const width = Math.max(...all.map((line) => line.length));
      const body = all.map((line) => `│ ${line.padEnd(width)} │`).join("\n");
      return `┌${"─".repeat(width + 2)}┐\n${body}\n└${"─".repeat(width + 2)}┘\n`;
    },
  },
];
