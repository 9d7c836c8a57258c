// Puts beside the compiled files what is no TypeScript: the grammar of Go with its licence, and what runs in GDB, so that an installed package has them.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const grammar = createRequire(import.meta.url).resolve("tree-sitter-go/tree-sitter-go.wasm");
const target = fileURLToPath(new URL("../dist/evidence/source/parse/", import.meta.url));
mkdirSync(target, { recursive: true });
copyFileSync(grammar, path.join(target, "tree-sitter-go.wasm"));
copyFileSync(path.join(path.dirname(grammar), "LICENSE"), path.join(target, "tree-sitter-go.LICENSE"));

// The part of a trace that runs in GDB's own Python.
const collector = "evidence/gdb/trace/collector.py";
copyFileSync(
  fileURLToPath(new URL(`../src/${collector}`, import.meta.url)),
  fileURLToPath(new URL(`../dist/${collector}`, import.meta.url)),
);
