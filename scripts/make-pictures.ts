/**
 * Makes the pictures of README.md and docs/ in docs/pictures, from the journey through a real case that the tests make:
 *
 *     npm run build && node scripts/run-ts.mjs scripts/make-pictures.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { smallPng } from "./small-png.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The pictures that the journey takes, which are shown somewhere. */
const names = [
  "finding",
  "finding-narrow",
  "timeline",
  "timeline-trace",
  "memory",
  "memory-swiss",
  "goroutines",
  "instructions",
  "model",
  "model-run",
];
/** Bytes. */
const largest = 150_000;

const journey = ["vitest", "run", "--project", "studio", "test/studio/browser/journey.test.ts"];
const { status } = spawnSync("npx", journey, { cwd: root, stdio: "inherit" });
if (status !== 0) {
  throw new Error("the journey failed; its pictures may not be what they should show");
}
mkdirSync(path.join(root, "docs/pictures"), { recursive: true });
for (const name of names) {
  const small = smallPng(readFileSync(path.join(root, ".cache/pictures", `journey-${name}.png`)));
  if (small.length > largest) {
    throw new Error(`${name}.png has ${small.length} bytes, more than ${largest}`);
  }
  writeFileSync(path.join(root, "docs/pictures", `${name}.png`), small);
  console.log(`docs/pictures/${name}.png ${small.length} bytes`);
}
