/**
 * Where the grammar of Go lies. In an installed package it is beside this file (scripts/copy-beside.mjs puts it there); in a checkout
 * it is in the development dependency `tree-sitter-go`.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { MaptrapError } from "../../../base/errors.js";
import { type Grammar, makeGrammar } from "./grammar.js";

const grammarFile = "tree-sitter-go.wasm";

function locateGrammar(): string {
  const beside = fileURLToPath(new URL(grammarFile, import.meta.url));
  if (existsSync(beside)) {
    return beside;
  }
  try {
    return createRequire(import.meta.url).resolve(`tree-sitter-go/${grammarFile}`);
  } catch (error) {
    throw new MaptrapError("the grammar of Go is missing from this installation", {
      wayOut: "install maptrap again",
      cause: error,
    });
  }
}

let loaded: Promise<Grammar> | undefined;

/** The grammar, loaded once. */
export async function loadGrammar(): Promise<Grammar> {
  loaded ??= readFile(locateGrammar()).then(makeGrammar);
  return loaded;
}
