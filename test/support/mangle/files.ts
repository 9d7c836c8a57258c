/** The row "files". */
import { eachLine, type Mangler } from "./mangler.js";
import type { Random } from "./random.js";

const row = "files";

function insertLink(hex: string, random: Random): string {
  const digits = hex.slice(2);
  const at = random.between(0, digits.length - 4);
  const length = random.between(3, Math.min(7, digits.length - at));
  const part = digits.slice(at, at + length);
  return `0x${digits.slice(0, at)}[${part}](https://github.com/ada/shop/commit/${part})${digits.slice(at + length)}`;
}

/** The ways of editors and of copying. */
export const files: readonly Mangler[] = [
  { row, name: "CRLF", stage: "file", mangle: (text) => text.replaceAll("\n", "\r\n") },
  { row, name: "2 spaces for the tab", stage: "file", mangle: (text) => text.replace(/^\t/gm, "  ") },
  { row, name: "4 spaces for the tab", stage: "file", mangle: (text) => text.replace(/^\t/gm, "    ") },
  { row, name: "8 spaces for the tab", stage: "file", mangle: (text) => text.replace(/^\t/gm, "        ") },
  { row, name: "tabs lost", stage: "file", mangle: (text) => text.replace(/^\t/gm, "") },
  {
    row,
    name: "one leading space for function and file lines",
    stage: "file",
    mangle: (text) =>
      eachLine(text, (line) =>
        line === "" || /^(?:goroutine|fatal error|panic|exit status)/.test(line)
          ? line
          : ` ${line.trimStart()}`,
      ),
  },
  {
    row,
    name: "blank lines lost",
    stage: "file",
    mangle: (text) => text.replace(/\n{2,}/g, "\n"),
  },
  {
    row,
    name: "a blank line after every line",
    stage: "file",
    mangle: (text) => text.replaceAll("\n", "\n\n"),
  },
  {
    row,
    name: "blank lines inside stacks",
    stage: "file",
    mangle: (text, random) => eachLine(text, (line) => (random.chance(0.15) ? `${line}\n` : line)),
  },
  {
    row,
    name: "no blank line after the headline",
    stage: "file",
    applies: (text) => /^fatal error: .*\n\n/m.test(text),
    mangle: (text) => text.replace(/^(fatal error: .*\n)\n/m, "$1"),
  },
  {
    row,
    name: "line end lost between a file line and the next function",
    stage: "file",
    applies: (text) => / \+0x[0-9a-f]+\n[a-z]/.test(text),
    mangle: (text, random) =>
      text.replace(/( \+0x[0-9a-f]+)\n(?=[a-z])/g, (whole, offset: string) =>
        random.chance(0.4) ? offset : whole,
      ),
  },
  {
    row,
    name: "links inside the arguments",
    stage: "file",
    applies: (text) => /0x[0-9a-f]{8,}/.test(text),
    mangle: (text, random) =>
      text.replace(/0x[0-9a-f]{8,}/g, (hex) => (random.chance(0.5) ? insertLink(hex, random) : hex)),
  },
  {
    row,
    name: "the whole dump on one line",
    stage: "file",
    mangle: (text) => `${text.replace(/\n$/, "").replace(/\s*\n\s*/g, " ")}\n`,
    // What was put in front of lines would stand in the middle of this one.
    notAfterStages: ["logger", "syslog", "container", "CI", "export", "terminal"],
  },
];
