/**
 * Makes the table of src/golang/runtime/layouts-measured.ts:
 *
 *     node scripts/run-ts.mjs test/support/runtime-layouts/print.ts > src/golang/runtime/layouts-measured.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { goCommand, goEnvironment, repositoryRoot, SUPPORTED } from "../toolchains.js";
import { layoutFromDwarf } from "./dwarf.js";

const folder = mkdtempSync(path.join(tmpdir(), "maptrap-layouts-"));
const versions: string[] = [];
const rows = SUPPORTED.map((version) => {
  const file = path.join(folder, version);
  const cwd = path.join(repositoryRoot, "test/fixtures/programs/stopped");
  execFileSync(goCommand(version), ["build", "-o", file, "."], { cwd, env: goEnvironment() });
  versions.push(execFileSync(goCommand(version), ["env", "GOVERSION"], { encoding: "utf8" }).trim().slice(2));
  return `[${version.split(".")[1] ?? ""}, ${JSON.stringify(layoutFromDwarf(file))}],`;
});
rmSync(folder, { recursive: true, force: true });

process.stdout.write(`/**
 * Offsets in the runtime's structures, from the DWARF of programs of Go ${versions.join(", ")} on linux/amd64: minor
 * version and layout, the oldest first. Made by test/support/runtime-layouts/print.ts.
 */
import type { RuntimeLayout } from "./layout.js";

/** A minor Go version and its layout. */
export type MeasuredLayout = readonly [number, RuntimeLayout];

export const measuredLayouts: readonly [MeasuredLayout, ...MeasuredLayout[]] = [
${rows.join("\n")}
];
`);
