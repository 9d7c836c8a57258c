// Puts the grammar of Go beside the compiled parser, with its licence, so that an installed package has it.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const grammar = createRequire(import.meta.url).resolve("tree-sitter-go/tree-sitter-go.wasm");
const target = fileURLToPath(new URL("../dist/evidence/source/parse/", import.meta.url));
mkdirSync(target, { recursive: true });
copyFileSync(grammar, path.join(target, "tree-sitter-go.wasm"));
copyFileSync(path.join(path.dirname(grammar), "LICENSE"), path.join(target, "tree-sitter-go.LICENSE"));
