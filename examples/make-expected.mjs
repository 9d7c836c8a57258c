// Fills in the files and line numbers of every expected.json from the marks in the Go sources.
//
//   node examples/make-expected.mjs           write them
//   node examples/make-expected.mjs --check   only look, and fail when one of them is stale
//
// A racing line ends in a comment "// site: A". In expected.json a site carries the same letter as its "mark".
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes("--check");
const complaints = [];
let looked = 0;

for (const name of directories(root)) {
  const directory = join(root, name);
  const path = join(directory, "expected.json");
  const before = readFileSync(path, "utf8");
  const expected = JSON.parse(before);
  const marks = findMarks(directory);
  const used = new Set();
  for (const { sites } of expected.conflicts) {
    for (const site of sites) {
      const place = marks.get(site.mark);
      if (place === undefined) {
        complaints.push(`${name}: no line carries the mark ${site.mark}`);
        continue;
      }
      used.add(site.mark);
      site.file = place.file;
      site.line = place.line;
    }
  }
  for (const mark of marks.keys()) {
    if (!used.has(mark)) complaints.push(`${name}: the mark ${mark} is in no conflict of expected.json`);
  }
  looked++;
  const after = `${JSON.stringify(expected, null, 2)}\n`;
  if (after === before) continue;
  if (check) complaints.push(`${name}: expected.json is stale, run node examples/make-expected.mjs`);
  else writeFileSync(path, after);
}

if (looked === 0) complaints.push("no example was found");
for (const complaint of complaints) console.error(complaint);
console.log(`${looked} examples ${check ? "checked" : "done"}`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** The marks in an example's own Go files; the repaired twin must carry none. */
function findMarks(directory) {
  const marks = new Map();
  for (const path of goFiles(directory)) {
    const file = relative(directory, path);
    for (const [index, text] of readFileSync(path, "utf8").split("\n").entries()) {
      const mark = /\/\/ site: (\w+)$/.exec(text)?.[1];
      if (mark === undefined) continue;
      const place = `${file}:${index + 1}`;
      if (file.startsWith("repaired"))
        complaints.push(`${relative(root, path)}: the repaired twin carries a mark`);
      else if (marks.has(mark))
        complaints.push(`${relative(root, directory)}: mark ${mark} a second time, ${place}`);
      else marks.set(mark, { file, line: index + 1 });
    }
  }
  return marks;
}

function goFiles(directory) {
  const found = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...goFiles(path));
    else if (entry.name.endsWith(".go")) found.push(path);
  }
  return found;
}

function directories(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
